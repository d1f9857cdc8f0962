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

describe('a commit that a fault struck', () => {
  const fault = (told: ToldLog, sentence: string, causes: readonly number[], process = 'worker/0') =>
    told.record(process, 'fault', { sentence, kind: 'store-error' }, causes);
  const strikes = (told: ToldLog, delivery: number): void =>
    void fault(told, '1st delivery of T#r1 to worker: offset commit on log fails', [delivery]);
  const verdictOf = (then: (told: ToldLog) => void): string => halfWay(then).verdict;

  test('settles the record that it was for: the next one makes it good', () => {
    expect(verdictOf((told) => strikes(told, told.given(1)))).toBe('pass');
  });

  test.each([
    'answer of offset commit on log is lost, not applied',
    'disconnect from log before offset commit on log',
    'half-open connection to log before insert into db.t',
    'disconnect from log before insert into db.t',
  ])('%s', (what) => {
    expect(verdictOf((told) => void fault(told, `1st delivery of T#r1 to worker: ${what}`, [told.given(1)]))).toBe(
      'pass',
    );
  });

  test('was for all that its process had in hand, as one of a batch is, and for nothing that came later', () => {
    const other = (isBefore: boolean, process?: string): string =>
      judged(check, (told) => {
        told.assigned([0, 1]);
        told.writes(0);
        told.writes(0, { partition: 1 });
        const delivery = told.given(0);
        const gives = (): void => void told.given(0, { partition: 1, ...(process && { process }) });
        if (isBefore) gives();
        strikes(told, delivery);
        if (!isBefore) gives();
      }).verdict;
    expect([other(true), other(false), other(true, 'worker/1')]).toEqual(['pass', 'fail', 'fail']);
  });

  test('may have come to nothing with the connection, for what its process had in hand by then', () => {
    const lost = (isBefore: boolean, process: string): string =>
      verdictOf((told) => {
        if (isBefore) told.given(1);
        fault(told, 'work of worker: disconnect from log before insert into db.t', [], process);
        if (!isBefore) told.given(1);
      });
    expect([lost(true, 'worker/0'), lost(false, 'worker/0'), lost(true, 'worker/1')]).toEqual(['pass', 'fail', 'fail']);
  });

  test('may have been made for no delivery in particular', () => {
    const work = (told: ToldLog): void => {
      told.given(1);
      fault(told, 'work of worker: offset commit on log fails', []);
    };
    expect(verdictOf(work)).toBe('pass');
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['it is handed out again', (told) => void told.given(1)],
    ['somebody else is given the partition', (told) => void told.assigned(0, { member: 'm1' })],
    ['another commit is taken that has not passed it', (told) => void told.commits(1)],
  ])('counts no longer when %s', (_, then) => {
    const verdict = verdictOf((told) => {
      strikes(told, told.given(1));
      then(told);
    });
    expect(verdict).toBe('fail');
  });

  test.each([
    'insert into db.t fails',
    'offset commit on logs fails',
    'disconnect from mq before insert into db.t',
    'half-open connection to mq before insert into db.t',
  ])('is none where something else was struck: %s', (what) => {
    expect(verdictOf((told) => void fault(told, `1st delivery of T#r1 to worker: ${what}`, [told.given(1)]))).toBe(
      'fail',
    );
  });

  test('says nothing of a record that was not handed out', () => {
    expect(verdictOf((told) => void fault(told, 'work of worker: offset commit on log fails', []))).toBe('fail');
  });

  test('may be one that was made while the log was out, by whoever had a record before that was over', () => {
    const out = (component: string, isBefore: boolean): string =>
      verdictOf((told) => {
        if (isBefore) told.given(1);
        told.record(component, 'healed', { component, availability: 'up' });
        if (!isBefore) told.given(1);
      });
    expect([out('log', true), out('db', true), out('log', false)]).toEqual(['pass', 'fail', 'fail']);
  });

  test('may be one that was made while the network was cut, which its process was not told', () => {
    const cut = (component: string, process: string): string =>
      verdictOf((told) => {
        told.given(1);
        fault(told, `network between worker and ${component} is cut from 0 ms to 1 s`, [], process);
      });
    expect([cut('log', 'worker/0'), cut('db', 'worker/0'), cut('log', 'worker/1')]).toEqual(['pass', 'fail', 'fail']);
  });
});

test('says unknown when nothing was produced', () => {
  expect(judged(check, (told) => told.assigned(0)).verdict).toBe('unknown');
});
