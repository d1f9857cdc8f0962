import { describe, expect, test } from 'vitest';
import { shown } from './history.fixture.ts';
import { judgedLog as judged, log } from './log.fixture.ts';
import { logIntegrity } from './log-integrity.ts';

const check = logIntegrity(log.published('orders'));

describe('fails', () => {
  test('when two records stand at one offset', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { id: 'a' });
      told.writes(0, { partition: 1, id: 'b' });
      told.writes(0, { id: 'c' });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message published to log.orders: two records were appended at orders/0@0',
    });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('when a record that was produced once stands twice', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { id: 'a', call: 1 });
      told.writes(1, { id: 'b', call: 2 });
      told.writes(2, { id: 'a', call: 1 });
    });
    expect(verdict).toMatchObject({
      says: 'message published to log.orders: "a" was produced once, and stands at orders/0@0 and at orders/0@2',
    });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('when two are handed different records of one offset, of another body or another id', () => {
    for (const other of [{ id: 'b' }, { id: 'a', body: { n: 2 } }]) {
      const verdict = judged(check, (told) => {
        told.writes(0, { id: 'a', body: { n: 1 } });
        told.given(0);
        told.failsOver(0, { unclean: true });
        told.writes(0, other);
        told.given(0, { group: 'other' });
      });
      expect(shown(verdict)).toEqual([1, 4]);
    }
  });
});

describe('passes', () => {
  test('when the application produces it again, a fault copies it, or another producer counts alike', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { id: 'a', call: 1 });
      told.writes(1, { id: 'a', call: 2 });
      told.writes(2, { id: 'a', call: 1, copy: true });
      told.writes(3, { id: 'a', call: 1, producer: 'p/1' });
      told.writes(0, { id: 'a', call: 1, topic: 'out' });
      for (const offset of [0, 1, 2, 3, 0]) told.given(offset);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('when what a failover cut off is tried again, there or elsewhere', () => {
    for (const again of [1, 2]) {
      const verdict = judged(check, (told) => {
        told.writes(0, { call: 1 });
        told.writes(1, { id: 'a', call: 2 });
        told.failsOver(1);
        if (again === 2) told.writes(1, { id: 'b', producer: 'p/1', call: 1 });
        told.writes(again, { id: 'a', call: 2 });
        told.given(again);
      });
      expect(verdict.verdict).toBe('pass');
    }
  });

  test('when a poison spoils it for one of two', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { id: 'a', body: { n: 1 } });
      told.given(0);
      told.failsOver(0, { unclean: true });
      told.writes(0, { id: 'a', body: { n: 2 } });
      told.given(0, { poison: ['markup'] });
    });
    expect(verdict.verdict).toBe('pass');
  });
});

test('a failover cuts off no more than what is above the end of the new log, in one partition', () => {
  for (const at of [{ offset: 0 }, { offset: 1, partition: 1 }]) {
    const verdict = judged(check, (told) => {
      for (const partition of [0, 1]) for (const offset of [0, 1]) told.writes(offset, { partition });
      told.failsOver(1);
      told.writes(at.offset, at);
    });
    expect(verdict.verdict).toBe('fail');
  }
});

test('says unknown when nothing was produced', () => {
  const why = 'no message published to log.orders in this run';
  expect(judged(check, (told) => told.writes(0, { topic: 'out' }))).toEqual({ verdict: 'unknown', why });
});
