import { describe, expect, test } from 'vitest';
import type { Verdict } from '../property.ts';
import { db, judged, mq, type Row, shown, type Told } from './history.fixture.ts';
import { judgedLog, log } from './log.fixture.ts';
import { sessionGuarantees } from './session-guarantees.ts';

/** A read is a row of `t`, a write one of `other`: `of` the session, `n` the place. */
const read = db.table.t.inserted.by(({ of }) => (of === 'nobody' ? undefined : of));
const told = db.table.other.inserted.by(({ of }) => of);
const at = ({ id, n }: Row): number | undefined => {
  if (id === 'throws') throw new Error('no place');
  return n;
};
const both = sessionGuarantees(read, { at, writes: { told, at } });
const readsAlone = sessionGuarantees(read, { at });

const reads = (by: Told, of: string, n?: number): number => by.row('inserted', { id: 'r', of, ...(n && { n }) });
const writes = (by: Told, of: string, n: number): number => by.row('inserted', { id: 'w', of, n }, { table: 'other' });

describe('fails', () => {
  test('when a session is shown less than it wrote', () => {
    const verdict = judged(both, (by) => {
      writes(by, 's1', 5);
      writes(by, 's2', 9);
      reads(by, 's1', 4);
    });
    expect(verdict).toMatchObject({ verdict: 'fail', says: 'session "s1" was shown 4 after 5 was written' });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('when a session is shown less than before, also behind a smaller write', () => {
    const verdict = judged(both, (by) => {
      reads(by, 's1', 7);
      writes(by, 's1', 3);
      reads(by, 's1', 6);
    });
    expect(verdict).toMatchObject({ says: 'session "s1" was shown 6 after 7 was shown' });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('by the furthest that the session knows of, not by the last; the first failure is told', () => {
    const verdict = judged(both, (by) => {
      writes(by, 's1', 9);
      writes(by, 's1', 2);
      reads(by, 's1', 8);
      reads(by, 's1', 1);
    });
    expect(verdict).toMatchObject({ says: 'session "s1" was shown 8 after 9 was written' });
    expect(shown(verdict)).toEqual([0, 2]);
  });

  test('without writes, by reads alone', () => {
    const tell = (by: Told): void => {
      writes(by, 's1', 9);
      reads(by, 's1', 8);
      reads(by, 's1', 7);
    };
    expect(judged(readsAlone, tell)).toMatchObject({ says: 'session "s1" was shown 7 after 8 was shown' });
    expect(judged(both, tell)).toMatchObject({ says: 'session "s1" was shown 8 after 9 was written' });
  });
});

describe('passes', () => {
  test('when each session is shown what it wrote and saw, or more; the same again is no less', () => {
    const verdict = judged(both, (by) => {
      reads(by, 's1', 1);
      writes(by, 's1', 5);
      reads(by, 's1', 5);
      reads(by, 's1', 5);
      reads(by, 's1', 8);
      reads(by, 's2', 2);
      reads(by, 's2', 3);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 4 });
  });

  test('when what is shown has no place, or whoever is shown it no session', () => {
    const verdict = judged(both, (by) => {
      writes(by, 's1', 5);
      reads(by, 's1');
      by.row('inserted', { id: 'throws', of: 's1', n: 1 });
      writes(by, 'nobody', 5);
      reads(by, 'nobody', 1);
      reads(by, 's1', 6);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });
});

test('says unknown when no read comes behind anything', () => {
  const verdict = judged(both, (by) => {
    reads(by, 's1', 1);
    writes(by, 's1', 5);
    reads(by, 's2', 1);
    reads(by, 's1');
  });
  expect(verdict).toEqual({
    verdict: 'unknown',
    why: 'no row inserted into db.t behind another read or a write of its session in this run',
  });
});

test('positions beyond the safe integers are told apart', () => {
  const beyond = sessionGuarantees(
    mq.published<bigint>('q').by(({ key }) => key),
    { at: ({ body }) => body },
  );
  const tell = (...places: readonly bigint[]): Verdict =>
    judged(beyond, (by) => {
      for (const body of places) by.published('p', { key: 's1', body });
    });
  expect(tell(2n ** 60n + 1n, 2n ** 60n)).toMatchObject({ verdict: 'fail' });
  expect(tell(2n ** 60n, 2n ** 60n + 1n)).toMatchObject({ verdict: 'pass' });
});

test('what a failover cut off, or a transaction aborted, was not written', () => {
  const ofLog = sessionGuarantees(read, {
    at,
    writes: { told: log.published('orders').by(({ key }) => key), at: () => 5 },
  });
  const verdict = (isCut: boolean): string =>
    judgedLog(ofLog, (by) => {
      by.writes(0, { key: 's1' });
      if (isCut) by.failsOver(0);
      reads(by, 's1', 4);
      reads(by, 's1', 4);
    }).verdict;
  expect([verdict(false), verdict(true)]).toEqual(['fail', 'pass']);
});

test('looks at writes only where it is handed some', () => {
  expect(both.selectors).toEqual([read, told]);
  expect(readsAlone.selectors).toEqual([read]);
});
