import { describe, expect, test } from 'vitest';
import { db, judged, mq, shown, type Told } from './history.fixture.ts';
import { versionTolerant } from './version-tolerant.ts';

const check = versionTolerant(
  mq.delivered('q').by(({ id }) => id),
  [db.table.t.inserted.by(({ of }) => of), mq.deadLettered('q').by(({ id }) => id)],
);
const stored = (told: Told, of: string): number => told.row('inserted', { id: of, of });

describe('fails', () => {
  test('when what came while both ran came to no end', () => {
    const verdict = judged(check, (told) => {
      told.started('reader/0');
      told.started('other/0', 3);
      told.started('reader/1', 2);
      told.delivered('m1');
      told.acked('m1');
      told.delivered('m2');
      told.acked('m2');
      told.delivered('m1');
      stored(told, 'm2');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from mq.q: 1 that came while two versions ran side by side came to no end; the first is "m1", expected row inserted into db.t or message dead-lettered from mq.q',
    });
    expect(shown(verdict)).toEqual([0, 2, 3]);
  });

  test.each(['crashed', 'stopped'] as const)('and shows the older version first, of those that have not %s', (how) => {
    const verdict = judged(check, (told) => {
      told.started('reader/0');
      told.started('reader/1', 2);
      told[how]('reader/0');
      told.started('reader/0', 2);
      told.started('reader/2');
      told.delivered('m1');
    });
    expect(shown(verdict)).toEqual([4, 1, 5]);
  });
});

describe('passes', () => {
  test('when each was handled or parked, before it came or after', () => {
    const verdict = judged(check, (told) => {
      told.started('reader/0');
      told.started('reader/1', 2);
      stored(told, 'm1');
      for (const id of ['m1', 'm2', 'm3']) told.delivered(id);
      stored(told, 'm2');
      told.deadLettered('m3');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
  });

  test('what came when but one version ran is D1', () => {
    const verdict = judged(check, (told) => {
      told.started('reader/0');
      told.delivered('m1');
      told.started('reader/1', 2);
      told.delivered('m2');
      stored(told, 'm2');
      told.stopped('reader/0');
      told.delivered('m3');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

describe('says unknown', () => {
  test.each([
    ['two processes of one version', (told: Told) => ['reader/0', 'reader/1'].forEach((each) => told.started(each, 2))],
    ['versions of two services', (told: Told) => [told.started('reader/0'), told.started('other/0', 2)]],
    [
      'versions of another service than the one that was handed it',
      (told: Told) => [told.started('reader/0'), told.started('other/0'), told.started('other/1', 2)],
    ],
    [
      'versions one after the other',
      (told: Told) => [told.started('reader/0'), told.crashed('reader/0'), told.started('reader/1', 2)],
    ],
  ])('with %s', (_, starts) => {
    const verdict = judged(check, (told) => {
      starts(told);
      told.delivered('m1');
    });
    expect(verdict).toEqual({
      verdict: 'unknown',
      why: 'no message delivered from mq.q while two versions ran side by side in this run',
    });
  });

  test('where the run went on until a bound', () => {
    const verdict = judged(check, (told) => {
      told.started('reader/0');
      told.started('reader/1', 2);
      told.delivered('m1');
      told.record('world', 'ended', { outcome: 'bound' });
    });
    expect(verdict.verdict).toBe('unknown');
  });
});
