import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { db, es, type Happening, judged, type Row, shown, type Told } from './history.fixture.ts';
import { readModelConvergence } from './read-model-convergence.ts';

/** A row for each stream with the sum of its events. */
const sums = (log: readonly Happening[]): Map<string, Row> => {
  const rows = new Map<string, Row>();
  for (const { stream, event } of log) {
    rows.set(stream, { id: stream, of: 'x', n: (rows.get(stream)?.n ?? 0) + (event.by ?? 0) });
  }
  return rows;
};
const check = readModelConvergence(es.appended, db.table.t, sums);
const row = (id: string, n: number): Row => ({ id, of: 'x', n });
const ended = (told: Told, outcome: string): number => told.record('world', 'ended', { outcome });

const appends = (told: Told): void => {
  told.appended('a', 1, 1);
  told.appended('b', 1, 2);
  told.appended('a', 2, 4);
};

describe('fails', () => {
  test('when a row is not what the log makes it', () => {
    const verdict = judged(check, (told) => {
      appends(told);
      told.row('inserted', row('b', 2));
      told.row('inserted', row('a', 1));
      told.row('updated', row('a', 9));
      ended(told, 'quiet');
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'db.t: row "a" is {"id":"a","of":"x","n":9}, expected {"id":"a","of":"x","n":5}, the fold of the log',
    });
    expect(shown(verdict)).toEqual([5]);
  });

  test('when a row is missing, and shows who deleted it', () => {
    const tell = (isDeleted: boolean) =>
      judged(check, (told) => {
        appends(told);
        told.row('inserted', row('a', 5));
        if (isDeleted) told.row('inserted', row('b', 2));
        if (isDeleted) told.row('deleted', row('b', 2));
      });
    expect(tell(true)).toMatchObject({
      says: 'db.t: there is no row "b", expected {"id":"b","of":"x","n":2}, the fold of the log',
    });
    expect([shown(tell(true)), shown(tell(false))]).toEqual([[5], [2]]);
  });

  test('when a row is there too much', () => {
    const verdict = judged(check, (told) => {
      appends(told);
      for (const each of [row('a', 5), row('b', 2), row('c', 0)]) told.row('inserted', each);
    });
    expect(verdict).toMatchObject({ says: 'db.t: row "c" is in no fold of the log' });
    expect(shown(verdict)).toEqual([5]);
  });

  test('when the fold throws', () => {
    const broken = readModelConvergence(es.appended, db.table.t, () => {
      throw new RangeError('no');
    });
    expect(judged(broken, appends)).toMatchObject({
      verdict: 'fail',
      says: 'the fold itself threw RangeError: no',
    });
  });
});

describe('passes', () => {
  test('when the view is the fold, however it came there', () => {
    const verdict = judged(check, (told) => {
      told.row('seeded', row('a', 0));
      told.row('inserted', row('c', 7), { table: 'other' });
      appends(told);
      told.row('updated', row('a', 1));
      told.row('inserted', row('b', 7));
      told.row('deleted', row('b', 7));
      told.row('inserted', row('b', 2));
      told.row('updated', row('a', 5));
      ended(told, 'quiet');
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 3 });
  });

  test('when they differ in what is ignored alone', () => {
    const ignoring = readModelConvergence(es.appended, db.table.t, sums, { ignoring: ['n'], name: 'mine' });
    const tell = (of: string) =>
      judged(ignoring, (told) => {
        told.appended('a', 1, 1);
        told.row('inserted', { id: 'a', of, n: 8 });
      });
    expect(tell('x')).toEqual({ verdict: 'pass', exercised: 1 });
    expect(tell('y')).toMatchObject({
      says: 'db.t: row "a" is {"id":"a","of":"y"}, expected {"id":"a","of":"x"}, the fold of the log',
    });
    expect(ignoring).toMatchObject({ id: 'C1', name: 'mine' });
  });
});

test('says unknown when the log is empty, and where the run went on until a bound', () => {
  expect(judged(check, (told) => told.row('inserted', row('a', 1)))).toEqual({
    verdict: 'unknown',
    why: 'no event appended to es in this run',
  });
  const cut = judged(check, (told) => {
    appends(told);
    ended(told, 'bound');
  });
  expect(cut.verdict).toBe('unknown');
});

test('fails exactly when an event was left out, doubled or taken for another', () => {
  const event = fc.record({
    stream: fc.constantFrom('a', 'b'),
    by: fc.integer({ min: 1, max: 3 }),
    times: fc.constantFrom(1, 1, 1, 0, 2),
  });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 6 }), (events) => {
      const verdict = judged(check, (told) => {
        const view = new Map<string, number>();
        for (const { stream, by, times } of events) {
          told.appended(stream, 1, by);
          if (times === 0) continue;
          const before = view.get(stream);
          view.set(stream, (before ?? 0) + by * times);
          told.row(before === undefined ? 'inserted' : 'updated', row(stream, view.get(stream) as number));
        }
      });
      const off = (name: string) =>
        events.reduce((sum, { stream, by, times }) => sum + (stream === name ? by * (times - 1) : 0), 0);
      const unseen = (name: string) =>
        events.some(({ stream }) => stream === name) &&
        events.every(({ stream, times }) => stream !== name || times === 0);
      const isWrong = ['a', 'b'].some((name) => off(name) !== 0 || unseen(name));
      expect(verdict.verdict).toBe(isWrong ? 'fail' : 'pass');
    }),
  );
});
