import { expect, test } from 'vitest';
import { atEnd } from './at-end.ts';
import { db, judged, mq, type Row, shown } from './history.fixture.ts';
import { judgedLog, log } from './log.fixture.ts';

const row = (id: string, n: number): Row => ({ id, of: 'x', n });

const total = atEnd('total', ({ rows }) => {
  const sum = rows(db.table.t).reduce((all, { n = 0 }) => all + n, 0);
  return sum === 3 || `the total is ${sum}`;
});

test('fails with its own sentence, and shows what it looked at', () => {
  const verdict = judged(total, (told) => {
    told.row('inserted', row('a', 1));
    told.row('inserted', row('b', 1));
    told.row('updated', row('a', 4));
    told.row('inserted', row('c', 1), { table: 'other' });
  });
  expect(verdict).toMatchObject({ verdict: 'fail', says: 'the total is 5' });
  expect(shown(verdict)).toEqual([2, 1]);
});

test('passes on the final rows: what was deleted is gone, what was there from the start counts', () => {
  const verdict = judged(total, (told) => {
    told.row('seeded', row('s', 1));
    told.row('inserted', row('a', 9));
    told.row('inserted', row('b', 9));
    told.row('updated', row('a', 2));
    told.row('deleted', row('b', 9));
    told.record('reader/0', 'locked', { component: 'db', channels: ['t'], value: row('a', 9), about: { key: 'a' } });
  });
  expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
});

test('sees every entry that a selector picks', () => {
  const given: string[] = [];
  const seen = atEnd('seen', ({ all }) => {
    given.push(...all(mq.delivered('q').where(({ id }) => id !== 'm2')).map(({ id }) => id));
    return 'look';
  });
  const verdict = judged(seen, (told) => {
    for (const id of ['m1', 'm2', 'm3']) told.delivered(id);
    told.delivered('m4', { channels: ['dead'] });
  });
  expect(given).toEqual(['m1', 'm3']);
  expect(shown(verdict)).toEqual([0, 2]);
});

test('an error in it is a failure with a name', () => {
  const broken = atEnd('broken', () => {
    throw new RangeError('out of it');
  });
  const verdict = judged(broken, (told) => told.row('inserted', row('a', 1)));
  expect(verdict).toMatchObject({ verdict: 'fail', says: 'the check itself threw RangeError: out of it' });
});

test.each([
  ['quiet', 'pass', 'fail'],
  ['stuck', 'pass', 'fail'],
  ['bound', 'unknown', 'unknown'],
])('a run that ended %s', (outcome, ...expected) => {
  const tell = (n: number) =>
    judged(total, (told) => {
      told.row('inserted', row('a', n));
      told.record('world', 'ended', { outcome });
    }).verdict;
  expect([tell(3), tell(4)]).toEqual(expected);
});

test('says unknown when nothing happened, whatever it would say', () => {
  const verdict = judged(total, (told) => {
    told.started();
    told.row('seeded', row('s', 1));
  });
  expect(verdict).toEqual({ verdict: 'unknown', why: 'nothing happened in this run' });
});

test.each([
  ['Committed', ['r0', 'r1', 'r2']],
  ['Aborted', ['r1']],
  [undefined, ['r1']],
] as const)('what is sent in a transaction counts once that is committed, in its place: %s', (end, expected) => {
  const given: string[][] = [];
  const sent = atEnd('sent', ({ all }) => {
    for (const of of [log.published('orders'), log.confirmed('orders')]) given.push(all(of).map(({ id }) => id));
    return 'look';
  });
  const transaction = '7:0:1';
  const verdict = judgedLog(sent, (told) => {
    for (const offset of [0, 1, 2]) {
      told.writes(offset, offset === 1 ? {} : { transaction });
      told.confirms(offset);
    }
    if (end) told.ends(end, 7);
  });
  expect(given).toEqual([expected, expected]);
  expect(shown(verdict)).toHaveLength(expected.length * 2);
});
