import { describe, expect, test } from 'vitest';
import type { Message } from '../../sim/brokers/message.ts';
import { shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';
import { producerOrder } from './producer-order.ts';

const check = producerOrder(log.published('orders'));
/** Calls in the order of the log, from offset 0 on. */
const stand = (told: ToldLog, calls: readonly number[], o: Parameters<ToldLog['writes']>[1] = {}): void =>
  calls.forEach((call, n) => void told.writes(n, { key: 'k', id: `c${call}`, call, ...o }));

describe('fails', () => {
  test('when a later one stands before an earlier one', () => {
    const verdict = judged(check, (told) => stand(told, [1, 3, 2]));
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message published to log.orders: "c2" stands behind "c3" in orders/0, and was sent before it, for "k"',
    });
    expect(shown(verdict)).toEqual([1, 2]);
  });

  test('when the first of two copies comes too late', () => {
    expect(judged(check, (told) => stand(told, [2, 2, 1])).verdict).toBe('fail');
  });

  test('by what the caller says must keep its order', () => {
    const byId = producerOrder(log.published('orders'), ({ id }: Message) => id.slice(0, 1));
    expect(judged(byId, (told) => stand(told, [2, 1], { key: undefined })).verdict).toBe('fail');
  });

  test('when what was cut off comes again in another order, and what was not is passed', () => {
    const again = (calls: readonly number[]) =>
      judged(check, (told) => {
        stand(told, [1, 2, 3]);
        told.failsOver(1);
        calls.forEach((call, n) => void told.writes(n + 1, { key: 'k', call }));
      }).verdict;
    expect([again([3, 2]), again([0]), again([2, 3])]).toEqual(['fail', 'fail', 'pass']);
  });
});

describe('passes', () => {
  test.each<[string, (told: ToldLog) => void]>([
    ['in the order of sending', () => {}],
    ['with late copies', (told) => stand(told, [2, 3, 2, 1])],
    ['with gaps: what came to nothing', (told) => stand(told, [4, 8], { key: 'gap' })],
    ['of another key', (told) => void told.writes(9, { key: 'other', call: 1 })],
    ['of another partition: the key moved', (told) => void told.writes(0, { key: 'k', call: 0, partition: 1 })],
    ['of another producer', (told) => void told.writes(9, { key: 'k', call: 0, producer: 'p/1' })],
    ['without a key', (told) => stand(told, [2, 1], { key: undefined })],
    ['of which no order is known', (told) => stand(told, [2, 1], { call: undefined })],
  ])('%s', (_, further) => {
    const verdict = judged(check, (told) => {
      stand(told, [1, 2, 3, 2]);
      further(told);
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('and counts the pairs', () => {
    expect(judged(check, (told) => stand(told, [1, 2, 3, 2]))).toEqual({ verdict: 'pass', exercised: 2 });
  });
});

test('says unknown when there is one for each key', () => {
  expect(judged(check, (told) => stand(told, [1]))).toEqual({
    verdict: 'unknown',
    why: 'no second message published to log.orders for one key in this run',
  });
});
