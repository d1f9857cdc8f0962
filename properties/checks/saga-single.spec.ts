import { describe, expect, test } from 'vitest';
import { db, judged, shown, type Told } from './history.fixture.ts';
import { judgedLog, log } from './log.fixture.ts';
import { sagaSingle } from './saga-single.ts';

const named = (name: string) => (row: { id: string }) => row.id === name;
const begun = db.table.other.inserted.by(({ of }) => of);
const check = sagaSingle(begun, {
  undone: ['pay', 'ship'].map((name) => db.table.t.deleted.where(named(name)).by(({ of }) => of)),
  completed: db.table.other.updated.where(named('completed')).by(({ of }) => of),
});

/** `begin`, `complete`, or the step that is compensated. */
function happens(told: Told, of: string, ...what: string[]): void {
  for (const each of what) {
    if (each === 'begin') told.row('inserted', { id: 'begun', of }, { table: 'other' });
    else if (each === 'complete') told.row('updated', { id: 'completed', of }, { table: 'other' });
    else told.row('deleted', { id: each, of });
  }
}

describe('fails', () => {
  test.each([
    [['begin', 'begin'], '"o1" began twice (row inserted into db.other)', [0, 1]],
    [['begin', 'pay', 'ship', 'pay'], '"o1" was compensated twice (row deleted from db.t)', [1, 3]],
    [['begin', 'complete', 'ship'], '"o1" was completed (row updated in db.other) and compensated', [1, 2]],
    [['begin', 'ship', 'complete'], '"o1" was completed (row updated in db.other) and compensated', [1, 2]],
  ])('%j', (what, says, evidence) => {
    const verdict = judged(check, (told) => happens(told, 'o1', ...what));
    expect(verdict).toMatchObject({ verdict: 'fail', says });
    expect(shown(verdict)).toEqual(evidence);
  });
});

test('passes when each has one outcome, however often it says so', () => {
  const verdict = judged(check, (told) => {
    happens(told, 'o1', 'begin', 'complete', 'complete');
    happens(told, 'o2', 'begin', 'pay', 'ship');
    happens(told, 'o3', 'begin');
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
});

test('says unknown when no saga began', () => {
  expect(judged(check, (told) => happens(told, 'o1', 'pay'))).toEqual({
    verdict: 'unknown',
    why: 'no row inserted into db.other with a key in this run',
  });
});

describe('of a log', () => {
  const ofLog = sagaSingle(log.published('orders').by(({ id }) => id));
  test('a second record begins a second saga, unless a fault has made it', () => {
    const tell = (copy?: true) =>
      judgedLog(ofLog, (told) => {
        told.writes(0, { id: 'o1' });
        told.writes(1, { id: 'o1', ...(copy ? { copy } : {}) });
      }).verdict;
    expect([tell(), tell(true)]).toEqual(['fail', 'pass']);
  });

  test('what a failover cut off has not begun', () => {
    const verdict = judgedLog(ofLog, (told) => {
      told.writes(0, { id: 'o1' });
      told.failsOver(0);
      told.writes(0, { id: 'o1' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('it has neither completed nor compensated by what a failover cut off', () => {
    const told = (id: string) =>
      log
        .published('out')
        .where((message) => message.id === id)
        .by(({ key }) => key);
    const whole = sagaSingle(
      log.published('orders').by(({ id }) => id),
      { undone: [told('undone')], completed: told('done') },
    );
    const verdict = (first: string, second: string, isCut: boolean): string =>
      judgedLog(whole, (by) => {
        by.writes(0, { id: 'o1' });
        by.writes(0, { topic: 'out', id: first, key: 'o1' });
        if (isCut) by.failsOver(0, { topic: 'out' });
        by.writes(1, { topic: 'out', id: second, key: 'o1' });
      }).verdict;
    for (const [first, second] of [
      ['done', 'undone'],
      ['undone', 'done'],
      ['undone', 'undone'],
    ] as const)
      expect([verdict(first, second, false), verdict(first, second, true)]).toEqual(['fail', 'pass']);
  });
});
