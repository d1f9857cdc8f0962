import { expect, test } from 'vitest';
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
    tries(told, 'm2', 4);
  });
  expect(verdict).toMatchObject({
    verdict: 'fail',
    says: 'message delivered from mq.q: poisoned T#m2 was tried 4 times, expected at most 3 for each copy',
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

test('says unknown when nothing was poisoned', () => {
  expect(judged(check, (told) => told.delivered('m1'))).toEqual({
    verdict: 'unknown',
    why: 'no poisoned delivery in this run',
  });
});
