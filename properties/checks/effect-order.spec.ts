/** O4 by what is confirmed: confirms say what counts, and publishes in which order. */
import { expect, test } from 'vitest';
import { effectOrder } from './effect-order.ts';
import { card, judged, mq, type Told } from './history.fixture.ts';
import { judgedLog, log, type ToldLog } from './log.fixture.ts';

const called = card.called('charge').by(({ key }) => key);
const ofQueue = effectOrder(
  mq.confirmed('q').by(({ id }) => id),
  called,
  () => 'all',
);
const ofLog = effectOrder(
  log.confirmed('orders').by(({ id }) => id),
  called,
  () => 'all',
);

const verdictOf = (tell: (told: Told) => void): string => judged(ofQueue, tell).verdict;
const calls = (told: Told, ...ids: readonly string[]): void => {
  for (const id of ids) told.called(id);
};

test.each([
  [
    ['a', 'b'],
    ['b', 'a'],
  ],
  [
    ['b', 'a'],
    ['a', 'b'],
  ],
] as const)('%s is sent: confirms may come in another order', (sent, turned) => {
  const came = (...order: readonly string[]): string =>
    verdictOf((told) => {
      for (const id of sent) told.published(id);
      for (const id of turned) told.confirmed(id);
      calls(told, ...order);
    });
  expect([came(...sent), came(...turned)]).toEqual(['pass', 'fail']);
});

test('an effect counts that comes before its message is confirmed, and one that comes again does not', () => {
  const inOrder = verdictOf((told) => {
    told.published('a');
    calls(told, 'a');
    told.confirmed('a');
    told.published('b');
    told.confirmed('b');
    calls(told, 'b', 'a');
  });
  const turned = verdictOf((told) => {
    for (const id of ['a', 'b']) told.published(id);
    calls(told, 'b', 'a');
    for (const id of ['a', 'b']) told.confirmed(id);
  });
  expect([inOrder, turned]).toEqual(['pass', 'fail']);
});

test('what was never confirmed has no place', () => {
  const came = (isConfirmed: boolean): string =>
    verdictOf((told) => {
      for (const id of ['a', 'b', 'c']) told.published(id);
      for (const id of ['a', 'c']) told.confirmed(id);
      if (isConfirmed) told.confirmed('b');
      calls(told, 'a', 'c', 'b');
    });
  expect([came(false), came(true)]).toEqual(['pass', 'fail']);
});

test('what was sent again, as nobody heard that it was taken, stands anywhere between', () => {
  const came = (...order: readonly string[]): string =>
    verdictOf((told) => {
      for (const id of ['a', 'b', 'a', 'c']) told.published(id);
      for (const id of ['a', 'b', 'c']) told.confirmed(id);
      calls(told, ...order);
    });
  expect([came('a', 'b', 'c'), came('b', 'a', 'c'), came('b', 'c', 'a')]).toEqual(['pass', 'pass', 'fail']);
});

test.each([
  ['its producer tries again', false, 'pass'],
  ['a fault makes a copy', true, 'fail'],
] as const)('a record that stands in a log twice, as %s', (_, isCopy, turned) => {
  const came = (...order: readonly string[]): string =>
    judgedLog(ofLog, (told: ToldLog) => {
      told.writes(0, { id: 'a' });
      told.writes(1, { id: 'b' });
      told.writes(2, { id: 'a', ...(isCopy && { copy: true }) });
      told.confirms(1);
      told.confirms(isCopy ? 0 : 2);
      calls(told, ...order);
    }).verdict;
  expect([came('a', 'b'), came('b', 'a')]).toEqual(['pass', turned]);
});

test('an effect counts that comes before the transaction of its record is committed', () => {
  const ofPublished = effectOrder(
    log.published('orders').by(({ id }) => id),
    called,
    () => 'all',
  );
  const came = (early: readonly string[], ...late: readonly string[]): string =>
    judgedLog(ofPublished, (told: ToldLog) => {
      told.began(7);
      for (const [offset, id] of ['a', 'b'].entries()) told.writes(offset, { id, transaction: '7:0:1' });
      calls(told, ...early);
      told.ends('Committed', 7);
      calls(told, ...late);
    }).verdict;
  expect([came(['a'], 'b', 'a'), came(['a', 'b'])]).toEqual(['pass', 'pass']);
  expect([came(['b'], 'a', 'b'), came(['b', 'a'], 'a', 'b')]).toEqual(['fail', 'fail']);
});

test.each([
  ['late', 'pass'],
  ['duplicate', 'fail'],
])('a message that a fault of kind %s strikes as it comes to its queue', (kind, expected) => {
  const came = (struck: number): string =>
    verdictOf((told) => {
      for (const id of ['a', 'b', 'c']) told.published(id);
      told.record('mq', 'fault', { sentence: '', kind }, [struck]);
      for (const id of ['a', 'b', 'c']) told.confirmed(id);
      calls(told, 'b', 'c', 'a');
    });
  expect([came(0), came(1)]).toEqual([expected, 'fail']);
});

test('a message of several copies of which one was poisoned in its queue', () => {
  const came = (o: { poison?: string[]; fault?: string; again?: boolean }): string =>
    verdictOf((told) => {
      const published = told.published('a');
      if (o.fault) told.record('mq', 'fault', { sentence: '', kind: o.fault }, [published]);
      if (o.again) told.published('a');
      told.published('b');
      told.delivered('a', o.poison ? { poison: o.poison } : {});
      for (const id of ['a', 'b']) told.confirmed(id);
      calls(told, 'b', 'a');
    });
  const poison = ['fails for 5 s'];
  expect([came({ poison, fault: 'duplicate' }), came({ poison, again: true })]).toEqual(['unknown', 'unknown']);
  expect([came({ poison }), came({ fault: 'duplicate' }), came({ again: true })]).toEqual(['fail', 'fail', 'fail']);
});

test('an effect that comes before its message is sent is of another one', () => {
  const came = (...early: readonly string[]): string =>
    verdictOf((told) => {
      calls(told, ...early);
      for (const id of ['a', 'b']) told.published(id);
      for (const id of ['a', 'b']) told.confirmed(id);
      calls(told, 'a', 'b');
    });
  expect([came(), came('b')]).toEqual(['pass', 'pass']);
});
