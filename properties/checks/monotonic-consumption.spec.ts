import { describe, expect, test } from 'vitest';
import { shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';
import { monotonicConsumption } from './monotonic-consumption.ts';

const check = monotonicConsumption(log.delivered('orders'));

/** Hands out 0, 1, something happens, then 1 again. */
const after = (between: (told: ToldLog) => void, of = check) =>
  judged(of, (told) => {
    told.writesUpTo(3);
    told.assigned([0, 1]);
    told.given(0);
    told.given(1);
    between(told);
    told.given(1);
  });

describe('fails', () => {
  test('when a position comes again, or an earlier one', () => {
    const verdict = after(() => {});
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from log.orders: worker/0 was given 1 of orders/0 after 1',
    });
    expect(shown(verdict)).toEqual([5, 6]);
    expect(after((told) => void told.given(2)).verdict).toBe('fail');
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['another partition', (told) => void told.revoked(1)],
    ['another handler failed', (told) => void told.fails(told.given(0, { partition: 1 }))],
    ['another partition came', (told) => void told.assigned(2)],
    ['somebody else sought', (told) => void told.sought(0, { process: 'worker/1' })],
    ['it sought elsewhere', (told) => void told.sought(0, { partition: 1 })],
    ['another group sought', (told) => void told.sought(0, { group: 'other' })],
    ['another process died', (told) => void told.crashed('worker/1')],
    ['a leader failed that had nothing more', (told) => void told.failsOver(2)],
    ['a leader of another partition failed', (told) => void told.failsOver(0, { partition: 1 })],
    ['it sought in another topic', (told) => void told.sought(0, { topic: 'out' })],
  ])('when meanwhile %s', (_, between) => {
    expect(after(between).verdict).toBe('fail');
  });
});

describe('passes', () => {
  test.each<[string, (told: ToldLog) => void]>([
    ['it was revoked', (told) => void told.revoked([0, 1])],
    ['it was lost', (told) => void told.lost(0)],
    ['it was assigned anew', (told) => void told.assigned(0)],
    ['its process died', (told) => void told.crashed('worker/0')],
    ['it sought', (told) => void told.sought(1)],
    ['its handler failed', (told) => void told.fails(told.given(2))],
    ['an unclean election cut it off', (told) => void told.failsOver(1, { unclean: true })],
  ])('when meanwhile %s', (_, between) => {
    expect(after(between).verdict).toBe('pass');
  });

  test.each<[string, Parameters<ToldLog['given']>[1]]>([
    ['member', { member: 'm1' }],
    ['process', { process: 'worker/1' }],
    ['group', { group: 'other' }],
    ['partition', { partition: 1 }],
  ])('what another %s is given', (_, other) => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.writesUpTo(2, { partition: 1 });
      told.given(0);
      told.given(1);
      told.given(0, other);
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('what a group that is not looked at is given', () => {
    const mine = monotonicConsumption(log.delivered('orders'), { group: 'mine' });
    expect(after(() => {}, mine).verdict).toBe('unknown');
  });
});

test('says unknown when nobody was given two', () => {
  const verdict = judged(check, (told) => {
    told.writesUpTo(1);
    told.given(0);
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no second message delivered from log.orders to one owner in this run',
  });
});
