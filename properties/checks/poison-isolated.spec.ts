import { describe, expect, test } from 'vitest';
import { judged, mq, shown, type Told } from './history.fixture.ts';
import { poisonIsolated } from './poison-isolated.ts';

const check = poisonIsolated(mq.delivered('q'), { limit: 3 });
const poison = ['not parseable'];

function tries(told: Told, id: string, count: number, copy = 0): void {
  for (let n = 0; n < count; n++) told.delivered(id, { poison, copy, redelivered: n > 0 });
}

test('fails when a poisoned message is tried more often than the limit', () => {
  const verdict = judged(check, (told) => {
    tries(told, 'm1', 3);
    tries(told, 'm2', 5);
  });
  expect(verdict).toMatchObject({
    verdict: 'fail',
    says: 'message delivered from mq.q: poisoned T#m2 was tried 5 times, expected at most 3 for each copy',
  });
  expect(shown(verdict)).toEqual([3, 4, 5, 6]);
});

test('passes up to the limit; what is not poisoned may come as often as it likes', () => {
  const verdict = judged(check, (told) => {
    tries(told, 'm1', 3);
    for (let n = 0; n < 9; n++) told.delivered('m2', { redelivered: n > 0 });
    for (let n = 0; n < 9; n++) told.delivered('m1', { poison, channels: ['dead'] });
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
});

test('a second copy has tries of its own', () => {
  const twice = (more: number) =>
    judged(check, (told) => {
      tries(told, 'm1', 3);
      tries(told, 'm1', more, 1);
    });
  expect(twice(3)).toEqual({ verdict: 'pass', exercised: 1 });
  expect(twice(4).verdict).toBe('fail');
});

test('a copy that comes back from another queue is no second copy', () => {
  const around = (rounds: number, o: { to: string; copies?: number }) =>
    judged(check, (told) => {
      for (let n = 0; n < rounds; n++) {
        for (let copy = 0; copy < (o.copies ?? 1); copy++) {
          told.delivered('m1', { poison, copy: n * 2 + copy });
          told.deadLettered('m1', { channels: ['q'], to: n === rounds - 1 ? 'dead' : 'later' });
          if (n < rounds - 1) told.deadLettered('m1', { channels: ['later'], reason: 'expired', to: o.to });
        }
      }
    });
  expect(around(3, { to: 'q' })).toEqual({ verdict: 'pass', exercised: 1 });
  expect(around(4, { to: 'q' })).toMatchObject({ verdict: 'fail' });
  expect(around(3, { to: 'q', copies: 2 })).toEqual({ verdict: 'pass', exercised: 1 });
  expect(around(4, { to: 'q', copies: 2 })).toMatchObject({ verdict: 'fail' });
  expect(around(4, { to: 'audit' })).toEqual({ verdict: 'pass', exercised: 1 });
});

test('what is published to a queue for later comes from there for the first time: each is a copy', () => {
  const byWayOfLater = (more: number) =>
    judged(check, (told) => {
      for (const publish of [0, 1]) {
        told.published('m1', { channels: ['later'] });
        told.deadLettered('m1', { channels: ['later'], reason: 'expired', to: 'q', causes: [publish] });
      }
      tries(told, 'm1', 3);
      tries(told, 'm1', more, 1);
    });
  expect(byWayOfLater(3)).toEqual({ verdict: 'pass', exercised: 1 });
  expect(byWayOfLater(4).verdict).toBe('fail');
});

test('of a message that is published to its queue and to one for later, one copy comes back, and the other comes', () => {
  const verdictOf = (more: number): string =>
    judged(check, (told) => {
      const causes = [told.published('m1', { channels: ['q', 'later'] })];
      tries(told, 'm1', 2);
      told.deadLettered('m1', { to: 'later', causes });
      for (const copy of [1, 2]) {
        told.deadLettered('m1', { channels: ['later'], reason: 'expired', to: 'q', causes });
        tries(told, 'm1', copy === 1 ? 1 : more, copy);
      }
    }).verdict;
  expect([verdictOf(3), verdictOf(4)]).toEqual(['pass', 'fail']);
});

test('what is published once more under the same id is tried once more, poisoned again or not', () => {
  const again = (more: number, id: string, lineage = 'T#m1') =>
    judged(check, (told) => {
      told.delivered('m1', { poison });
      for (let n = 1; n <= more; n++)
        told.delivered(id, { lineage: `${lineage}${'/T#1'.repeat(n)}`, copy: n, ...(n % 2 ? { poison } : {}) });
    });
  expect(again(2, 'm1')).toEqual({ verdict: 'pass', exercised: 1 });
  const verdict = again(3, 'm1');
  expect(verdict).toMatchObject({ verdict: 'fail', says: expect.stringContaining('poisoned T#m1 was tried 4 times') });
  expect(shown(verdict)).toEqual([0, 1, 2, 3]);
  expect(again(3, 'm2').verdict).toBe('pass');
  expect(again(3, 'm1', 'T#m11').verdict).toBe('pass');
});

test('each of two copies may be published again', () => {
  const twice = (more: number) =>
    judged(check, (told) => {
      for (let n = 0; n <= more; n++)
        for (const copy of [0, 1])
          told.delivered('m1', { poison, lineage: `T#m1${'/T#1'.repeat(n)}`, copy: 2 * n + copy });
    });
  expect(twice(2)).toEqual({ verdict: 'pass', exercised: 1 });
  expect(twice(3).verdict).toBe('fail');
});

test('a try that another fault strikes is not counted; one that poison strikes is', () => {
  const struck = (by: (delivered: number, published: number) => number) =>
    judged(check, (told) => {
      const published = told.published('m1');
      for (let n = 0; n < 4; n++) {
        const delivered = told.delivered('m1', { poison, causes: [published] });
        if (n === 0) told.record('workload', 'fault', { sentence: '', kind: 'crash' }, [by(delivered, published)]);
      }
    });
  expect(struck((delivered) => delivered)).toEqual({ verdict: 'pass', exercised: 1 });
  expect(struck((_, published) => published).verdict).toBe('fail');
});

test('a fault between two tries ends the first of them alone', () => {
  const verdict = judged(check, (told) => {
    tries(told, 'm1', 2);
    told.record('reader/0', 'fault', { sentence: '', kind: 'disconnect' });
    tries(told, 'm1', 3);
  });
  expect(shown(verdict)).toEqual([0, 3, 4, 5]);
});

test('tries while a component was out are not counted; those before and after are', () => {
  const OUT = { at: [2], healed: [5] };
  const outs = (count: number, { at, healed }: Readonly<Record<'at' | 'healed', readonly number[]>>, by = 'db') =>
    judged(check, (told) => {
      for (let n = 1; n <= count; n++) {
        if (at.includes(n)) told.record('db', 'outage', { component: 'db', availability: 'refusing' });
        if (healed.includes(n)) told.record(by, 'healed', { component: by, availability: 'up' });
        const delivered = told.delivered('m1', { poison, redelivered: n > 1 });
        told.nacked('m1', true, { causes: [delivered] });
      }
    }).verdict;
  // It began behind the first delivery and ended before the fifth.
  expect([outs(7, OUT), outs(8, OUT)]).toEqual(['pass', 'fail']);
  expect(outs(5, { at: [], healed: [] })).toBe('fail');
  // The last one has no next: it was out then, or not.
  expect([outs(5, { at: [5], healed: [] }), outs(5, { at: [1], healed: [2] })]).toEqual(['pass', 'fail']);
  // What has healed is another one, or healed twice.
  expect([outs(9, OUT, 'mq'), outs(8, { at: [2], healed: [5, 7] })]).toEqual(['pass', 'fail']);
});

describe('a try that is left unsettled when a fault strikes', () => {
  const left = (process: string, settles = false, kind = 'disconnect') =>
    judged(check, (told) => {
      const other = told.delivered('m2');
      for (let n = 0; n < 4; n++) {
        const delivered = told.delivered('m1', { poison });
        if (settles) told.nacked('m1', true, { causes: [delivered] });
        if (n === 0) told.record(process, 'fault', { sentence: '', kind }, [other]);
      }
    }).verdict;

  test('its process or its broker is not counted: it went back with the connection', () => {
    expect([left('reader/0'), left('mq')]).toEqual(['pass', 'pass']);
  });
  test('somebody else, or spoils another message, is counted', () => {
    expect([left('reader/1'), left('workload'), left('reader/0', false, 'poison')]).toEqual(['fail', 'fail', 'fail']);
  });
  test('is counted if it was settled', () => {
    expect(left('reader/0', true)).toBe('fail');
  });
  test('its process is not counted if it is settled only then: another message may have its connection', () => {
    const settledBehind = (process: string, kind = 'disconnect') =>
      judged(check, (told) => {
        const other = told.delivered('m2');
        for (let n = 0; n < 4; n++) {
          const delivered = told.delivered('m1', { poison });
          if (n === 0) told.record(process, 'fault', { sentence: '', kind }, [other]);
          told.nacked('m1', true, { causes: [delivered] });
        }
      }).verdict;
    expect(settledBehind('reader/0')).toBe('pass');
    expect([settledBehind('reader/1'), settledBehind('mq'), settledBehind('reader/0', 'poison')]).toEqual([
      'fail',
      'fail',
      'fail',
    ]);
  });
});

test('a try in the midst of which a deploy kills its process is not counted; one that its process left behind when it was done is', () => {
  const stopped = (why: string, process = 'reader/0') =>
    judged(check, (told) => {
      for (let n = 0; n < 4; n++) {
        told.delivered('m1', { poison });
        if (n === 0) told.record(process, 'stopped', { why }, []);
      }
    }).verdict;
  expect(stopped('grace is over')).toBe('pass');
  expect([stopped('nothing pending'), stopped('grace is over', 'reader/1')]).toEqual(['fail', 'fail']);
});

test('what a try leads to is no fault that strikes it', () => {
  const verdict = judged(check, (told) => {
    for (let n = 0; n < 4; n++) told.nacked('m1', true, { causes: [told.delivered('m1', { poison })] });
  });
  expect(shown(verdict)).toEqual([0, 2, 4, 6]);
});

test('in whichever queue: what is handed out, parked, or given up by another broker, has not come back', () => {
  const anywhere = poisonIsolated(mq.delivered(), { limit: 3 });
  const tell = (component: string, to = 'q') =>
    judged(anywhere, (told) => {
      for (const copy of [0, 1]) tries(told, 'm1', 3, copy);
      told.deadLettered('m1', { to: 'later' });
      told.record('mq', 'deadLettered', { component, channels: ['later'], about: { lineage: 'T#m1', to } });
    });
  expect(tell('other')).toEqual({ verdict: 'pass', exercised: 1 });
  expect(tell('mq', 'dead')).toEqual({ verdict: 'pass', exercised: 1 });
  expect(tell('mq').verdict).toBe('fail');
});

test('says unknown when nothing was poisoned', () => {
  expect(judged(check, (told) => told.delivered('m1'))).toEqual({
    verdict: 'unknown',
    why: 'no poisoned delivery in this run',
  });
});
