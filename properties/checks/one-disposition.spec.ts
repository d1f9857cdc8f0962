import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { oneDisposition } from './one-disposition.ts';

const sent = mq.confirmed('q').by(({ id }) => id);
const ends = [db.table.t.inserted.by((row) => row.of), mq.deadLettered('q').by(({ id }) => id)];
const check = oneDisposition(sent, ends);

const stored = (told: Told, of: string, id = of): number => told.row('inserted', { id, of });

describe('fails', () => {
  test('when a message came to no end', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      stored(told, 'm1');
      told.confirmed('m2');
      told.delivered('m2');
      told.acked('m2');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message confirmed for mq.q: "m2" came to none of: row inserted into db.t, message dead-lettered from mq.q',
    });
    expect(shown(verdict)).toEqual([2]);
  });

  test('when it came to two', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      stored(told, 'm1');
      told.deadLettered('m1');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message confirmed for mq.q: "m1" came to more than one of: row inserted into db.t, message dead-lettered from mq.q',
    });
    expect(shown(verdict)).toEqual([0, 1, 2]);
  });

  test('when it came to two of one delivery, and shows the first of each', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.delivered('m1');
      stored(told, 'm1', '1');
      stored(told, 'm1', '2');
      told.deadLettered('m1');
      told.deadLettered('m1');
    });
    expect(shown(verdict)).toEqual([0, 2, 4]);
  });

  test('and the excuse of one message is none for another', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.delivered('m2', { poison: ['markup'] });
      stored(told, 'm1');
      told.deadLettered('m1');
    });
    expect(shown(verdict)).toEqual([0, 2, 3]);
  });

  test('when it was dropped without a word of that in the configuration', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.dropped('m1', { reason: 'rejected' });
    });
    expect(shown(verdict)).toEqual([0]);
  });
});

describe('passes', () => {
  test('with one end each, though it comes more than once (that is I1)', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.confirmed('m2');
      told.confirmed('m2');
      stored(told, 'm1', '1');
      stored(told, 'm1', '2');
      told.deadLettered('m2');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('with two ends when one of its deliveries was poisoned', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.delivered('m1', { poison: ['not parseable'] });
      told.deadLettered('m1');
      stored(told, 'm1');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test.each(['delivery_limit', 'expired', 'maxlen'])('with two ends when the broker gave it up: %s', (reason) => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      stored(told, 'm1');
      told.deadLettered('m1', { reason });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('when it expired as the configuration says', () => {
    const verdict = judged(check, (told) => {
      told.confirmed('m1');
      told.dropped('m1', { reason: 'expired' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test.each([
  ['quiet', 'fail', 'pass', 'fail'],
  ['bound', 'unknown', 'pass', 'fail'],
])('what is missing at the end of a run that ended %s', (outcome, ...expected) => {
  const tell = (...told: ((told: Told) => number)[]) =>
    judged(check, (all) => {
      all.confirmed('m1');
      for (const each of told) each(all);
      all.record('world', 'ended', { outcome });
    }).verdict;
  const [row, letter] = [(told: Told) => stored(told, 'm1'), (told: Told) => told.deadLettered('m1')];
  expect([tell(), tell(row), tell(row, letter)]).toEqual(expected);
});

test('says unknown when nothing was sent, and counts what has no key', () => {
  expect(judged(check, (told) => stored(told, 'm1'))).toEqual({
    verdict: 'unknown',
    why: 'no message confirmed for mq.q with a key in this run',
  });
  const keyless = oneDisposition(
    mq.confirmed('q').by(() => {
      throw new TypeError('no key');
    }),
    ends,
  );
  expect(judged(keyless, (told) => told.confirmed('m1'))).toEqual({
    verdict: 'unknown',
    why: expect.stringContaining('with a key (1 took no part: their key was missing, TypeError: no key') as string,
  });
});
