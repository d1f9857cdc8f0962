import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { noOverSuppression } from './no-over-suppression.ts';

const acked = mq.acked('q').by(({ id }) => id);
const ends = [db.table.t.inserted.by(({ of }) => of), mq.deadLettered('q').by(({ id }) => id)];
const check = noOverSuppression(acked, ends);
const stored = (told: Told, of: string): number => told.row('inserted', { id: of, of });

describe('fails', () => {
  test('when a message was acknowledged and never applied', () => {
    const verdict = judged(check, (told) => {
      for (const id of ['m1', 'm3']) {
        stored(told, id);
        told.acked(id);
      }
      told.delivered('m2');
      told.acked('m2');
      told.acked('m2');
      told.acked('m4');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message acknowledged to mq.q: 2 never applied; the first is "m2", expected row inserted into db.t or message dead-lettered from mq.q',
    });
    expect(shown(verdict)).toEqual([5]);
  });

  test('when it comes after it was forgotten, whatever becomes of it', () => {
    const memory = {
      forgotten: db.table.other.deleted.by(({ id }) => id),
      came: mq.delivered('q').by(({ id }) => id),
    };
    const verdict = judged(noOverSuppression(acked, ends, { memory, name: 'mine' }), (told) => {
      told.delivered('m1');
      stored(told, 'm1');
      told.acked('m1');
      told.row('deleted', { id: 'm1', of: 'm1' }, { table: 'other' });
      told.delivered('m2');
      told.delivered('m1');
      told.delivered('m1');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from mq.q: "m1" came after it was forgotten',
    });
    expect(shown(verdict)).toEqual([3, 5]);
  });
});

describe('passes', () => {
  test('when each was applied before its ack or after it, or came to another end', () => {
    const verdict = judged(check, (told) => {
      stored(told, 'm1');
      told.acked('m1');
      told.acked('m1');
      told.acked('m2');
      stored(told, 'm2');
      told.acked('m3');
      told.deadLettered('m3');
      told.acked('m4', { channels: ['audit'] });
      told.nacked('m5', true);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('when an id was forgotten whose message does not come again', () => {
    const memory = {
      forgotten: db.table.other.deleted.by(({ id }) => id),
      came: mq.delivered('q').by(({ id }) => id),
    };
    const verdict = judged(noOverSuppression(acked, ends, { memory }), (told) => {
      told.delivered('m1');
      stored(told, 'm1');
      told.acked('m1');
      told.row('deleted', { id: 'm1', of: 'm1' }, { table: 'other' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('says unknown when nothing was acknowledged, and where the run went on until a bound', () => {
  expect(judged(check, (told) => told.delivered('m1'))).toEqual({
    verdict: 'unknown',
    why: 'no message acknowledged to mq.q with a key in this run',
  });
  const cut = judged(check, (told) => {
    told.acked('m1');
    told.record('world', 'ended', { outcome: 'bound' });
  });
  expect(cut.verdict).toBe('unknown');
});

test('a consumer that remembers all ids passes, one that remembers the highest alone fails when they come out of order', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 8 }), (arrivals) => {
      const consume = (isKnown: (n: number, applied: ReadonlySet<number>) => boolean) =>
        judged(check, (told) => {
          const applied = new Set<number>();
          for (const n of arrivals) {
            told.delivered(`m${n}`);
            if (!isKnown(n, applied)) {
              applied.add(n);
              stored(told, `m${n}`);
            }
            told.acked(`m${n}`);
          }
        }).verdict;
      expect(consume((n, applied) => applied.has(n))).toBe('pass');
      const isInOrder = arrivals.every(
        (n, at) => arrivals.indexOf(n) < at || arrivals.slice(0, at).every((m) => m < n),
      );
      expect(consume((n, applied) => Math.max(-1, ...applied) >= n)).toBe(isInOrder ? 'pass' : 'fail');
    }),
  );
});
