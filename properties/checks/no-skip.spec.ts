import { describe, expect, test } from 'vitest';
import { shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';
import { noSkip } from './no-skip.ts';

const check = noSkip(log.delivered('orders'));
const transaction = '7:0:1';

describe('fails', () => {
  test('when a later record is handed out', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(3);
      told.given(0);
      told.given(2);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from log.orders: orders/0@1 was never handed out when its record 2 was handed out',
    });
    expect(shown(verdict)).toEqual([1, 4]);
  });

  test('when the first are left out', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.given(1);
    });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('when an offset above it is committed', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(3);
      told.given(0);
      told.commits(1);
      told.commits(3);
    });
    expect(verdict).toMatchObject({
      says: 'message delivered from log.orders: orders/0@1 was passed by the committed offset 3: it was never handed out',
    });
    expect(shown(verdict)).toEqual([1, 5]);
  });

  test.each(['seek', 'reset'] as const)('when somebody goes on from behind it: %s', (why) => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.sought(2, { why });
    });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('when only another group had it', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.given(0, { group: 'other' });
      told.given(1);
    });
    expect(verdict.verdict).toBe('fail');
  });

  test('when the leader failed, and had nothing more than the next one', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.failsOver(2);
      told.given(1);
    });
    expect(verdict.verdict).toBe('fail');
  });

  test('when its transaction is open or was committed', () => {
    for (const isCommitted of [false, true]) {
      const verdict = judged(check, (told) => {
        told.writes(0, { transaction });
        if (isCommitted) told.ends('Committed', 7);
        told.writes(1);
        told.given(1);
      });
      expect(verdict.verdict).toBe('fail');
    }
  });

  test('when what was made of it was aborted, and the offset goes on', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      const first = told.given(0);
      told.writes(0, { topic: 'out', transaction, causes: [first] });
      told.ends('Aborted', 7, { causes: [first] });
      const second = told.given(1);
      told.writes(1, { topic: 'out', transaction: '7:0:2', causes: [second] });
      told.ends('Committed', 7, { causes: [second] });
      told.commits(2, { causes: [second] });
    });
    expect(verdict).toMatchObject({ says: expect.stringContaining('what was made of it was aborted') });
    expect(shown(verdict)).toEqual([2, 4, 8]);
  });

  test('when a second transaction of its handler, in which nothing was written, was aborted too', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(1);
      const delivery = told.given(0);
      told.writes(0, { topic: 'out', transaction, causes: [delivery] });
      told.ends('Aborted', 7, { causes: [delivery] });
      told.ends('Aborted', 8, { causes: [delivery] });
      told.commits(1);
    });
    expect(verdict.verdict).toBe('fail');
  });
});

describe('passes', () => {
  test('what is handed out in turn, again after a rebalance, and committed', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(3);
      told.given(0);
      told.given(1);
      told.commits(1);
      told.given(1, { process: 'worker/1', member: 'm1' });
      told.given(2, { process: 'worker/1', member: 'm1' });
      told.commits(3);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 6 });
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['aborted', (told) => void told.ends('Aborted', 7)],
    ['compacted', (told) => void told.removed(1, 'compacted')],
    ['cut away by retention', (told) => void told.cut(0, 2)],
    ['cut off by a failover', (told) => void told.failsOver(1)],
  ])('what was %s', (_, goes) => {
    const verdict = judged(check, (told) => {
      told.writes(0);
      told.given(0);
      told.writes(1, { transaction });
      goes(told);
      told.writes(3);
      told.given(3);
      told.commits(4);
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('a start at the end of the log, where that is asked for', () => {
    const fromLatest = noSkip(log.delivered('orders'), { from: 'latest' });
    const tell = (told: ToldLog): void => {
      told.writesUpTo(3);
      told.sought(2, { why: 'reset' });
      told.given(2);
      told.commits(3);
    };
    expect([judged(fromLatest, tell).verdict, judged(check, tell).verdict]).toEqual(['pass', 'fail']);
    const seeks = judged(fromLatest, (told) => {
      told.writesUpTo(2);
      told.sought(2);
    });
    expect(seeks.verdict).toBe('fail');
  });

  test('a seek back', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.given(0);
      told.given(1);
      told.sought(0);
      told.given(0);
      told.commits(1);
    });
    expect(verdict.verdict).toBe('pass');
  });

  const aborted = (then: (told: ToldLog, delivery: number) => void, how: 'Aborted' | 'Committed' = 'Aborted'): string =>
    judged(check, (told) => {
      told.writesUpTo(1);
      const delivery = told.given(0);
      told.writes(0, { topic: 'out', transaction, causes: [delivery] });
      told.ends(how, 7, { causes: [delivery] });
      then(told, delivery);
      told.commits(1);
    }).verdict;

  test.each<[string, string, Parameters<typeof aborted>[0]]>([
    ['pass', 'it comes again', (told) => void told.given(0)],
    ['pass', 'its handler takes it up again', (told, n) => void told.effect('r0', [n])],
    ['pass', 'its handler settles it', (told, n) => void told.took(n)],
    ['fail', 'a fault is all that happened to it', (told, n) => void told.record('worker/0', 'fault', {}, [n])],
    ['fail', 'its commit is refused', (told, n) => void told.record('worker/0', 'offsetsRefused', {}, [n])],
  ])('%s: after an abort %s', (expected, _, then) => {
    expect(aborted(then)).toBe(expected);
  });

  test('what was made of it in a transaction that was committed', () => {
    expect(aborted(() => {}, 'Committed')).toBe('pass');
  });

  test('what another, who was out of the group, took up once more and gave up', () => {
    const verdict = (isDone: boolean): string =>
      judged(check, (told) => {
        told.writesUpTo(1);
        if (isDone) told.given(0, { process: 'worker/1', member: 'm1' });
        const late = told.given(0);
        told.writes(0, { topic: 'out', transaction, causes: [late] });
        told.ends('Aborted', 7, { causes: [late] });
        told.commits(1);
      }).verdict;
    expect([verdict(true), verdict(false)]).toEqual(['pass', 'fail']);
  });

  test('groups that are not looked at', () => {
    const mine = noSkip(log.delivered('orders'), { group: 'mine' });
    const verdict = judged(mine, (told) => {
      told.writesUpTo(2);
      told.given(1);
      told.given(0, { group: 'mine' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('what another broker, or another topic, has is none of its business', () => {
  const elsewhere = { component: 'other', channels: ['orders'], value: {}, about: { partition: 0, offset: 1 } };
  const verdict = judged(check, (told) => {
    told.writes(0);
    told.record('p/0', 'published', elsewhere);
    told.writes(2);
    told.given(0);
    told.given(2);
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  const ofAnother = judged(check, (told) => {
    told.writes(0, { topic: 'out' });
    told.given(0, { topic: 'out' });
  });
  expect(ofAnother.verdict).toBe('unknown');
});

test('says unknown when nothing was handed out', () => {
  const verdict = judged(check, (told) => told.writesUpTo(2));
  expect(verdict).toEqual({ verdict: 'unknown', why: 'no message delivered from log.orders in this run' });
});
