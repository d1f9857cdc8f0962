import { describe, expect, test } from 'vitest';
import { commitBehindEffects } from './commit-behind-effects.ts';
import { db, shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';

const byId = log.delivered('orders').by(({ id }) => id);
const check = commitBehindEffects(byId, [
  db.table.t.inserted.by(({ of }) => of),
  log.published('out').by(({ id }) => id),
]);

describe('fails', () => {
  test('when the offset passes a record that is not finished', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.given(0);
      told.given(1);
      told.effect('r1');
      told.commits(2);
      told.effect('r0');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from log.orders: the committed offset of orders/0 passed "r0", which is not finished',
    });
    expect(shown(verdict)).toEqual([2, 5]);
  });

  test('when its effect was in a transaction that was aborted', () => {
    const ends = (how: 'Aborted' | 'Committed'): string =>
      judged(check, (told) => {
        told.writesUpTo(1);
        told.given(0);
        told.writes(0, { topic: 'out', id: 'r0', transaction: '7:0:1' });
        told.ends(how, 7);
        told.commits(1);
      }).verdict;
    expect([ends('Aborted'), ends('Committed')]).toEqual(['fail', 'pass']);
  });

  const goesBack = (between: (told: ToldLog) => void): ReturnType<typeof judged> =>
    judged(check, (told) => {
      told.writesUpTo(3);
      for (const offset of [0, 1]) {
        told.given(offset);
        told.effect(`r${offset}`);
      }
      told.commits(2);
      between(told);
      told.commits(1);
    });

  test('when it goes back', () => {
    const verdict = goesBack(() => {});
    expect(verdict).toMatchObject({ says: expect.stringContaining('of orders/0 went back from 2 to 1') });
    expect(shown(verdict)).toEqual([7, 8]);
  });

  test.each<[string, string, (told: ToldLog) => void]>([
    ['pass', 'sought to the place', (told) => void told.sought(1)],
    ['pass', 'sought before it', (told) => void told.sought(0, { process: 'worker/1' })],
    ['pass', 'cut it off by an unclean election', (told) => void told.failsOver(1, { unclean: true })],
    ['fail', 'sought behind it', (told) => void told.sought(2)],
    ['fail', 'sought elsewhere', (told) => void told.sought(0, { partition: 1 })],
    ['fail', 'sought in another group', (told) => void told.sought(0, { group: 'other' })],
    ['fail', 'failed over without a loss', (told) => void told.failsOver(3)],
    [
      'fail',
      'sought, and committed since',
      (told) => {
        told.sought(0);
        told.commits(2);
      },
    ],
  ])('%s: when it goes back after somebody %s', (expected, _, between) => {
    expect(goesBack(between).verdict).toBe(expected);
  });
});

describe('passes', () => {
  test('what has its effect, itself or by a copy of it', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { id: 'a' });
      told.writes(1, { id: 'a', copy: true });
      told.given(0);
      told.effect('a');
      told.commits(1);
      told.given(1);
      told.commits(2);
      told.commits(2);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('what needs none: a poison, a record without a key, one that was never handed out', () => {
    const keyless = commitBehindEffects(
      log.delivered('orders').by(({ id }) => (id === 'r1' ? undefined : id)),
      [db.table.t.inserted.by(({ of }) => of)],
    );
    const verdict = judged(keyless, (told) => {
      told.writesUpTo(4);
      told.given(0, { poison: ['markup'] });
      told.given(1);
      told.given(2);
      told.effect('r2');
      told.commits(4);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['compacted', (told) => void told.removed(0, 'compacted')],
    ['cut away by retention', (told) => void told.cut(0, 1)],
  ])('what was %s before anybody finished it', (_, goes) => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      told.given(0);
      told.crashed('worker/0');
      goes(told);
      told.given(1);
      told.effect('r1');
      told.commits(2);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('other partitions and groups', () => {
    const mine = commitBehindEffects(byId, [], { group: 'g' });
    const verdict = judged(mine, (told) => {
      told.writesUpTo(1);
      told.given(0);
      told.given(0, { group: 'other' });
      told.commits(1, { group: 'other' });
      told.commits(1, { partition: 1 });
      told.commits(1, { topic: 'out' });
    });
    expect(verdict.verdict).toBe('unknown');
  });

  test('a second reading, after an offset that went back to where somebody sought', () => {
    const verdict = judged(check, (told) => {
      told.writesUpTo(2);
      for (const offset of [0, 1]) {
        told.given(offset);
        told.effect(`r${offset}`);
        told.commits(offset + 1);
      }
      told.sought(0);
      told.given(0);
      told.commits(1);
      told.commits(2);
    });
    expect(verdict.verdict).toBe('pass');
  });
});

test('a poison that heals needs an effect', () => {
  const verdict = judged(check, (told) => {
    told.writesUpTo(1);
    told.given(0, { poison: ['fails for 5 s'] });
    told.given(0);
    told.commits(1);
  });
  expect(verdict.verdict).toBe('fail');
});

test('says unknown when nothing was committed behind a delivery', () => {
  const verdict = judged(check, (told) => {
    told.writesUpTo(1);
    told.given(0);
    told.commits(0);
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no offset committed behind message delivered from log.orders with a key in this run',
  });
});
