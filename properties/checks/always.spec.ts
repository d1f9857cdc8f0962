import { expect, test } from 'vitest';
import { always } from './always.ts';
import { db, judged, type Row, shown } from './history.fixture.ts';
import { judgedLog, log } from './log.fixture.ts';

const small = always('small', db.table.t.inserted, ({ n = 0 }: Row) => n < 5 || `${n} is too much`);

test('fails on the first entry for which it does not hold, with its own sentence', () => {
  const verdict = judged(small, (told) => {
    for (const n of [1, 7, 9]) told.row('inserted', { id: `${n}`, of: 'x', n });
  });
  expect(verdict).toMatchObject({ verdict: 'fail', says: '7 is too much' });
  expect(shown(verdict)).toEqual([1]);
});

test('passes when it holds for each; what the selector leaves out is not asked', () => {
  const some = always(
    'some',
    db.table.t.inserted.where(({ of }) => of === 'x'),
    ({ n = 0 }: Row) => n < 5 || 'no',
  );
  const verdict = judged(some, (told) => {
    told.row('inserted', { id: '1', of: 'x', n: 1 });
    told.row('inserted', { id: '2', of: 'y', n: 9 });
    told.row('updated', { id: '1', of: 'x', n: 9 });
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
});

test.each([
  [undefined, 'the check answered undefined instead of true or a sentence'],
  [false, 'the check answered false instead of true or a sentence'],
])('an answer that is neither true nor a sentence fails: %s', (answer, says) => {
  const odd = always('odd', db.table.t.inserted, () => answer as unknown as true);
  const verdict = judged(odd, (told) => told.row('inserted', { id: '1', of: 'x' }));
  expect(verdict).toMatchObject({ verdict: 'fail', says });
});

test('an error in it is a failure with a name', () => {
  const broken = always('broken', db.table.t.inserted, () => {
    throw new RangeError('out of it');
  });
  const verdict = judged(broken, (told) => told.row('inserted', { id: '1', of: 'x' }));
  expect(verdict).toMatchObject({ verdict: 'fail', says: 'the check itself threw RangeError: out of it' });
  expect(shown(verdict)).toEqual([0]);
});

test('says unknown when there was nothing to ask about, as when the test of its selector throws', () => {
  const picky = always(
    'picky',
    db.table.t.inserted.where(() => {
      throw new TypeError('no');
    }),
    () => true,
  );
  for (const property of [always('none', db.table.t.deleted, () => true), picky]) {
    const verdict = judged(property, (told) => told.row('inserted', { id: '1', of: 'x' }));
    expect(verdict).toMatchObject({ verdict: 'unknown' });
  }
  expect(judged(small, () => {})).toEqual({ verdict: 'unknown', why: 'no row inserted into db.t in this run' });
});

test('its id is its name', () => {
  expect(small).toMatchObject({ id: 'small', name: 'small', kind: 'safety' });
});

const none = always('none', log.published('orders'), ({ id }) => `${id} is there`);

test.each([
  ['Committed', 'fail'],
  ['Aborted', 'unknown'],
  [undefined, 'unknown'],
] as const)('what is sent in a transaction is asked about once that is committed: %s', (end, expected) => {
  const asked: string[] = [];
  const some = always('some', log.published('orders'), ({ id }) => {
    asked.push(id);
    return `${id} is there`;
  });
  const verdict = judgedLog(some, (told) => {
    told.writes(0, { transaction: '7:0:1' });
    if (end) told.ends(end, 7);
  });
  expect(verdict.verdict).toBe(expected);
  expect(asked).toEqual(end === 'Committed' ? ['r0'] : []);
});

test('what a failover cuts off is as if it had not been; what follows counts', () => {
  const cut = (further: boolean) =>
    judgedLog(none, (told) => {
      told.writes(0);
      told.failsOver(0);
      if (further) told.writes(0, { id: 'b' });
    });
  expect(cut(false)).toMatchObject({ verdict: 'unknown' });
  expect(cut(true)).toMatchObject({ verdict: 'fail', says: 'b is there' });
});

test('what names the records of aborted transactions is asked about them', () => {
  const aborted = always('aborted', log.aborted('orders'), ({ id }) => `${id} was aborted`);
  const verdict = judgedLog(aborted, (told) => {
    const value = { id: 'r0', type: 'T', body: {}, headers: {}, parsed: true };
    told.record('p/0', 'aborted', { component: 'log', channels: ['orders'], value });
  });
  expect(verdict).toMatchObject({ verdict: 'fail', says: 'r0 was aborted' });
});
