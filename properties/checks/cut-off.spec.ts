/** What a failover cut off behind a check's back: an effect, an end, a compensation that was seen and is gone. */
import { expect, test } from 'vitest';
import type { Property } from '../property.ts';
import { backlogDrains } from './backlog-drains.ts';
import { checkpointAtomic } from './checkpoint-atomic.ts';
import { effectOnce } from './effect-once.ts';
import { db } from './history.fixture.ts';
import { judgedLog, log, type ToldLog } from './log.fixture.ts';
import { logIntegrity } from './log-integrity.ts';
import { noLoss } from './no-loss.ts';
import { noLostOutboxRow } from './no-lost-outbox-row.ts';
import { oneDisposition } from './one-disposition.ts';
import { outcomeSound } from './outcome-sound.ts';
import { producerOrder } from './producer-order.ts';
import { replyMatches } from './reply-matches.ts';
import { sagaEnds } from './saga-ends.ts';
import { sagaSingle } from './saga-single.ts';

const order = log.confirmed('orders').by(({ id }) => id);
const out = log.published('out').by(({ id }) => id);
const row = db.table.t.inserted.by(({ of }) => of);
const other = db.table.other.inserted.by(({ of }) => of);

const sends = (told: ToldLog): void => {
  told.writes(0, { id: 'a' });
  told.confirms(0);
};
const follows = (told: ToldLog, ...offsets: readonly number[]): void => {
  for (const offset of offsets) told.writes(offset, { topic: 'out', id: 'a' });
};

/** A check; what happens in `out` before its end is cut off there, and what else; the verdict if it is cut off, and if not. */
const CASES: readonly (readonly [string, Property, (told: ToldLog) => void, cut: number, string, string])[] = [
  ['D1: an end', noLoss(order, [out]), (t) => follows(t, 0), 0, 'fail', 'pass'],
  ['D1: one of two ends', noLoss(order, [out, row]), (t) => [follows(t, 0), t.effect('a')], 0, 'pass', 'pass'],
  ['D1: all that was sent', noLoss(out, [row]), (t) => follows(t, 0), 0, 'unknown', 'fail'],
  ['D5: an end', backlogDrains(order, [out]), (t) => follows(t, 0), 0, 'fail', 'pass'],
  ['D5: all that was put in', backlogDrains(out, [row]), (t) => follows(t, 0), 0, 'unknown', 'fail'],
  [
    'D2: what is given up later',
    outcomeSound(out, { givenUp: row }),
    (t) => [follows(t, 0, 1), t.effect('a')],
    1,
    'fail',
    'fail',
  ],
  [
    'D2: what was given up',
    outcomeSound(out, { givenUp: row }),
    (t) => [follows(t, 0), t.effect('a')],
    0,
    'unknown',
    'fail',
  ],
  ['P1: the end', oneDisposition(order, [out, row]), (t) => follows(t, 0), 0, 'fail', 'pass'],
  ['P1: one of two ends', oneDisposition(order, [out, row]), (t) => [follows(t, 0), t.effect('a')], 0, 'pass', 'fail'],
  ['I1: the second effect', effectOnce(out), (t) => follows(t, 0, 1), 1, 'pass', 'fail'],
  ['I1: the third effect', effectOnce(out), (t) => follows(t, 0, 1, 2), 2, 'fail', 'fail'],
  [
    'Q1: the second reply',
    replyMatches(order, out, { answers: ({ id }) => id }),
    (t) => follows(t, 0, 1),
    1,
    'pass',
    'fail',
  ],
  [
    'Q1: the giving up',
    replyMatches(order, row, { answers: ({ of }) => of, givenUp: out }),
    (t) => [t.effect('a'), follows(t, 0)],
    0,
    'pass',
    'fail',
  ],
  [
    'S1: a compensation',
    sagaEnds(order, [{ done: row, undone: out }, { done: other }]),
    (t) => [t.effect('a'), follows(t, 0)],
    0,
    'fail',
    'pass',
  ],
  [
    'S1: the end',
    sagaEnds(order, [{ done: row }], { ended: [out] }),
    (t) => [t.effect('a'), follows(t, 0)],
    0,
    'fail',
    'pass',
  ],
  ['S1: all of a saga', sagaEnds(out, [{ done: out }], { ended: [row] }), (t) => follows(t, 0), 0, 'unknown', 'fail'],
  ['S2: the second beginning', sagaSingle(out), (t) => follows(t, 0, 1), 1, 'pass', 'fail'],
  ['S2: the second compensation', sagaSingle(order, { undone: [out] }), (t) => follows(t, 0, 1), 1, 'pass', 'fail'],
  [
    'S2: the completion',
    sagaSingle(order, { undone: [row], completed: out }),
    (t) => [t.effect('a'), follows(t, 0)],
    0,
    'pass',
    'fail',
  ],
  [
    'S2: one of two compensations',
    sagaSingle(order, { undone: [out, row], completed: other }),
    (t) => [follows(t, 0), t.effect('a'), t.row('inserted', { id: 'c', of: 'a' }, { table: 'other' })],
    0,
    'fail',
    'fail',
  ],
];

test.each(CASES)('%s', (_, check, tell, cut, ifCutOff, ifNot) => {
  const verdictOf = (end: number): string =>
    judgedLog(check, (told) => {
      sends(told);
      tell(told);
      told.failsOver(end, { topic: 'out' });
      told.ended();
    }).verdict;
  expect([verdictOf(cut), verdictOf(9)]).toEqual([ifCutOff, ifNot]);
});

test.each([
  ['O1: what stood in the wrong place', producerOrder(log.published('out'))],
  ['D4: what stood twice', logIntegrity(log.published('out'))],
])('%s', (_, check) => {
  const verdictOf = (end: number): string =>
    judgedLog(check, (told) => {
      for (const [offset, call] of [1, 2, 1].entries()) told.writes(offset + 1, { topic: 'out', key: 'k', call });
      told.writes(4, { topic: 'out', key: 'k', call: 0 });
      told.failsOver(end, { topic: 'out' });
    }).verdict;
  expect([verdictOf(3), verdictOf(9)]).toEqual(['pass', 'fail']);
});

test('X2: a record that was aborted, and then cut off, takes nothing away', () => {
  const verdict = judgedLog(noLostOutboxRow(row, out), (told) => {
    told.effect('a');
    follows(told, 0);
    told.writes(1, { topic: 'out', id: 'a', transaction: '7:0:1' });
    told.ends('Aborted', 7);
    told.failsOver(1, { topic: 'out' });
    told.ended();
  });
  expect(verdict.verdict).toBe('pass');
});

test('C2: an event needs no effect any more', () => {
  const verdictOf = (end: number): string =>
    judgedLog(checkpointAtomic(out, [row], [other]), (told) => {
      told.writes(0, { topic: 'out', id: 'gone' });
      told.failsOver(end, { topic: 'out' });
      told.writes(end, { topic: 'out', id: 'a' });
      told.effect('a');
      told.row('inserted', { id: 'c', of: 'a' }, { table: 'other' });
      told.ended();
    }).verdict;
  expect([verdictOf(0), verdictOf(1)]).toEqual(['pass', 'fail']);
});

test('C2: of several effects that are missing, that of the event which stands first, whenever it was committed', () => {
  const verdict = judgedLog(checkpointAtomic(out, [row], [other]), (told) => {
    told.began(7, { topic: 'out' });
    told.writes(0, { topic: 'out', id: 'first', transaction: '7:0:1' });
    told.writes(1, { topic: 'out', id: 'second' });
    told.ends('Committed', 7, { topic: 'out' });
    told.writes(2, { topic: 'out', id: 'third' });
    told.row('inserted', { id: 'c', of: 'third' }, { table: 'other' });
    told.ended();
  });
  expect(verdict).toMatchObject({ says: 'the checkpoint covers "first", whose effect is not there' });
});
