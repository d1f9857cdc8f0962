import { describe, expect, test } from 'vitest';
import { db, shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';
import { noDirtyRead } from './no-dirty-read.ts';

const check = noDirtyRead(log.delivered('orders'));
const ofEffects = noDirtyRead(log.delivered('orders'), { effects: [db.table.t.inserted] });
const transaction = '7:0:1';

describe('fails', () => {
  test('when a record comes out of a transaction that was aborted', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { transaction });
      told.ends('Aborted', 7);
      told.given(0);
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'message delivered from log.orders: "r0" came out of a transaction that was aborted',
    });
    expect(shown(verdict)).toEqual([0, 1, 2]);
  });

  test('when it comes before the commit, even if that follows', () => {
    const verdict = judged(check, (told) => {
      told.writes(0, { transaction });
      told.given(0);
      told.ends('Committed', 7);
    });
    expect(verdict).toMatchObject({ says: expect.stringContaining('that was still open') });
    expect(shown(verdict)).toEqual([0, 1]);
  });

  test('when only the transaction of another producer was committed, or an earlier one', () => {
    for (const ends of [8, 7]) {
      const verdict = judged(check, (told) => {
        if (ends === 7) told.ends('Committed', 7);
        told.writes(0, { transaction });
        if (ends === 8) told.ends('Committed', 8);
        told.given(0);
      });
      expect(verdict.verdict).toBe('fail');
    }
  });
});

describe('passes', () => {
  const commits = (told: ToldLog, offset: number): void => {
    told.writes(offset, { transaction: `7:0:${offset}` });
    told.ends('Committed', 7);
  };

  test('what was committed, and what is in no transaction', () => {
    const verdict = judged(check, (told) => {
      commits(told, 0);
      told.writes(1);
      told.given(0);
      told.given(1);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('what stands where a failover cut an aborted one off', () => {
    const verdict = judged(check, (told) => {
      commits(told, 0);
      told.given(0);
      told.writes(1, { transaction: '8:0:1' });
      told.ends('Aborted', 8);
      told.failsOver(1);
      told.writes(1);
      told.given(1);
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('what another log has at that place', () => {
    const verdict = judged(check, (told) => {
      told.writes(0);
      const about = { lineage: 'T#x', partition: 0, offset: 0, transaction };
      told.record('p/0', 'published', { component: 'other', channels: ['orders'], value: { id: 'x' }, about });
      told.given(0);
    });
    expect(verdict.verdict).toBe('unknown');
  });

  test('what another group, or the consumer of another topic, makes of it', () => {
    const mine = noDirtyRead(log.delivered('orders'), { group: 'mine' });
    const verdict = judged(mine, (told) => {
      commits(told, 0);
      told.given(0, { group: 'mine' });
      told.writes(1, { transaction });
      told.given(1, { group: 'other' });
      told.writes(1, { transaction, topic: 'out' });
      told.given(1, { group: 'mine', topic: 'out' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

describe('of effects', () => {
  const tell = (how: 'Aborted' | 'Committed') =>
    judged(ofEffects, (told) => {
      told.writes(0, { transaction });
      const delivery = told.given(0);
      told.effect('r0', [delivery]);
      told.ends(how, 7);
    });

  test('fails when one comes of a record whose transaction is aborted later', () => {
    expect(tell('Aborted')).toMatchObject({
      verdict: 'fail',
      says: 'row inserted into db.t: it comes of "r0", whose transaction was aborted',
    });
    expect(shown(tell('Aborted'))).toEqual([1, 2, 3]);
  });

  test('passes when it is committed, and when nothing comes of an aborted one', () => {
    expect(tell('Committed')).toEqual({ verdict: 'pass', exercised: 1 });
    const looked = judged(ofEffects, (told) => {
      told.writes(0, { transaction });
      told.given(0);
      told.ends('Aborted', 7);
      told.effect('r0');
    });
    expect(looked.verdict).toBe('pass');
  });
});

test('says unknown when no record was in a transaction', () => {
  const verdict = judged(check, (told) => {
    told.writes(0);
    told.given(0);
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no message delivered from log.orders of a transaction in this run',
  });
});
