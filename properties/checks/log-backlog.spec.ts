/** D5 of a log: what its groups have left to do. */
import { describe, expect, test } from 'vitest';
import { eventualDelivery } from './eventual-delivery.ts';
import { shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';

const check = eventualDelivery(log.published('orders'));

/** Two records, of which the first is settled. */
const halfWay = (then: (told: ToldLog) => void, of = check): ReturnType<typeof judged> =>
  judged(of, (told) => {
    told.assigned([0, 1]);
    told.writesUpTo(2);
    told.given(0);
    told.commits(1);
    then(told);
  });

describe('fails', () => {
  test('when the committed offset has not passed a record', () => {
    const verdict = halfWay((told) => void told.given(1));
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message published to log.orders: 1 not settled at the end; the first is T#r1, of group g',
    });
    expect(shown(verdict)).toEqual([2]);
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['only another group has', (told) => void told.commits(2, { group: 'other' })],
    [
      'another group has not',
      (told) => {
        told.commits(2);
        told.assigned(0, { group: 'other' });
      },
    ],
    ['it was committed elsewhere', (told) => void told.commits(2, { partition: 1 })],
    [
      'the offset went back',
      (told) => {
        told.commits(2);
        told.commits(1);
      },
    ],
    ['it was delivered and acknowledged, and an earlier offset stands', (told) => void told.took(told.given(1))],
    ['somebody only sought past it', (told) => void told.sought(2)],
  ])('when %s', (_, then) => {
    expect(halfWay(then).verdict).toBe('fail');
  });

  test('when nobody reads the partition', () => {
    const verdict = judged(check, (told) => told.writesUpTo(1));
    expect(verdict).toMatchObject({ says: expect.stringContaining('T#r0, which no group reads') });
    const other = judged(check, (told) => {
      told.writesUpTo(1);
      told.assigned(1);
    });
    expect(other.verdict).toBe('fail');
  });
});

describe('passes', () => {
  test('when it has, however the record was dealt with', () => {
    expect(halfWay((told) => void told.commits(2))).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['cut away by retention', (told) => void told.cut(0, 2)],
    ['compacted', (told) => void told.removed(1, 'compacted')],
    ['cut off by a failover', (told) => void told.failsOver(1)],
    ['left out by a start at the end', (told) => void told.sought(2, { why: 'reset' })],
  ])('what was %s', (_, goes) => {
    expect(halfWay(goes).verdict).toBe('pass');
  });

  test('what was aborted', () => {
    const verdict = halfWay((told) => {
      told.commits(2);
      told.writes(2, { transaction: '7:0:1' });
      told.ends('Aborted', 7);
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('what was confirmed, by its place in the log', () => {
    const ofConfirmed = eventualDelivery(log.confirmed('orders'));
    const confirms = (offset: number) => halfWay((told) => void told.confirms(offset), ofConfirmed).verdict;
    expect([confirms(0), confirms(1)]).toEqual(['pass', 'fail']);
  });
});

test('says unknown when nothing was produced', () => {
  expect(judged(check, (told) => told.assigned(0)).verdict).toBe('unknown');
});
