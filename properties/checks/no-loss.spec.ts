import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { noLoss } from './no-loss.ts';

const sent = mq.confirmed('q').by(({ id }) => id);
const stored = db.table.t.inserted.by((row) => row.of);
const given = mq.deadLettered('q').by(({ id }) => id);
const check = noLoss(sent, [stored, given]);

function sends(told: Told, id: string, channels: readonly string[] = ['q']): number {
  const n = told.published(id, { channels });
  told.confirmed(id, { channels, causes: [n] });
  return n;
}

describe('fails', () => {
  test('when a confirmed message came to no end', () => {
    const verdict = judged(check, (told) => {
      sends(told, 'm1');
      sends(told, 'm2');
      sends(told, 'm3');
      told.row('inserted', { id: '1', of: 'm1' });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message confirmed for mq.q: 2 of 3 came to no end; the first is "m2", expected row inserted into db.t or message dead-lettered from mq.q',
    });
    expect(shown(verdict)).toEqual([3]);
  });

  test('ends that are said in the same words are said once', () => {
    const verdict = judged(noLoss(sent, [stored, given, stored]), (told) => void sends(told, 'm1'));
    expect(verdict).toMatchObject({
      says: expect.stringMatching(/expected row inserted into db\.t or message dead-lettered from mq\.q$/),
    });
  });

  test('when an ack is all that came of it', () => {
    const verdict = judged(check, (told) => {
      sends(told, 'm1');
      told.delivered('m1');
      told.acked('m1');
    });
    expect(verdict.verdict).toBe('fail');
  });

  test.each(['rejected', 'cycle'])('when it was dropped without a word of that in the configuration: %s', (reason) => {
    const verdict = judged(check, (told) => {
      const n = sends(told, 'm1');
      told.dropped('m1', { reason, causes: [n] });
    });
    expect(shown(verdict)).toEqual([1]);
  });

  test('when only its copy in another queue was dropped', () => {
    const verdict = judged(check, (told) => {
      const other = told.started();
      const n = sends(told, 'm1', ['q', 'audit']);
      told.dropped('m1', { channels: ['audit'], reason: 'maxlen', causes: [other, n] });
    });
    expect(shown(verdict)).toEqual([2]);
  });

  test('when another broker dropped one of that id', () => {
    const verdict = judged(check, (told) => {
      sends(told, 'm1');
      const about = { lineage: 'T#m1', reason: 'expired', declared: true };
      told.record('other', 'dropped', { component: 'other', channels: ['q'], value: { id: 'm1' }, about });
    });
    expect(shown(verdict)).toEqual([1]);
  });
});

describe('passes', () => {
  test('with an effect, or a dead letter', () => {
    const verdict = judged(check, (told) => {
      sends(told, 'm1');
      sends(told, 'm2');
      told.row('inserted', { id: '1', of: 'm1' });
      told.deadLettered('m2');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('when the effect comes before the confirm, and when both come twice', () => {
    const verdict = judged(check, (told) => {
      const n = told.published('m1');
      told.row('inserted', { id: '1', of: 'm1' });
      told.confirmed('m1', { causes: [n] });
      sends(told, 'm1');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test.each(['expired', 'maxlen'])('when the configuration declares that it goes: %s', (reason) => {
    const verdict = judged(check, (told) => {
      const n = sends(told, 'm1');
      told.dropped('m1', { reason, causes: [n] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('when it expires in a queue that it was passed on to', () => {
    const verdict = judged(noLoss(sent, [stored]), (told) => {
      const n = sends(told, 'm1');
      told.deadLettered('m1', { causes: [n] });
      told.dropped('m1', { channels: ['dead'], causes: [n] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('when no queue took it', () => {
    const anywhere = noLoss(
      mq.confirmed().by(({ id }) => id),
      [stored],
    );
    const verdict = judged(anywhere, (told) => {
      const n = told.published('m1', { channels: [] });
      told.dropped('m1', { channels: [], reason: 'unroutable', causes: [n] });
      told.confirmed('m1', { channels: [], causes: [n] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test.each([
  ['quiet', 'fail', 'pass'],
  ['bound', 'unknown', 'pass'],
])('what is missing at the end of a run that ended %s', (outcome, missing, there) => {
  const tell = (isStored: boolean) =>
    judged(check, (told) => {
      sends(told, 'm1');
      if (isStored) told.row('inserted', { id: '1', of: 'm1' });
      told.record('world', 'ended', { outcome });
    }).verdict;
  expect([tell(false), tell(true)]).toEqual([missing, there]);
});

describe('says unknown', () => {
  test('when nothing was confirmed', () => {
    const verdict = judged(check, (told) => {
      told.published('m1');
      told.row('inserted', { id: '1', of: 'm1' });
    });
    expect(verdict).toEqual({ verdict: 'unknown', why: 'no message confirmed for mq.q with a key in this run' });
  });

  test('and counts what has no key', () => {
    const keyless = noLoss(
      mq.confirmed('q').by(({ id }) => {
        if (id === 'm1') throw new TypeError('no key');
        return undefined;
      }),
      [stored],
    );
    const verdict = judged(keyless, (told) => {
      sends(told, 'm1');
      sends(told, 'm2');
    });
    expect(verdict).toEqual({
      verdict: 'unknown',
      why: expect.stringMatching(
        /with a key \(2 took no part: their key was missing, TypeError: no key \(no-loss\.spec\.ts:\d+\)\) in this run$/,
      ) as string,
    });
  });
});
