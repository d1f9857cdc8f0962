/** What becomes of a handler that fails, and of the commit that follows one. */
import { expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { play } from '../../../world.fixture.ts';
import { facts, items, toOne, uses } from './consumer.fixture.ts';

const reader = service('reader', uses, ({ log }) => {
  void log.consumer(['one'], { group: 'g' }).eachMessage(() => {});
});

test.each(['offset commit on log fails', 'answer of offset commit on log is lost, not applied'])(
  'what is not committed with the last record is committed a little later: %s',
  async (how) => {
    const faults = [`1st delivery of T#o1 to reader: ${how}`];
    const record = await play({ uses, services: [reader], items: items(2), send: toOne, faults });
    expect(record.outcome).toBe('quiet');
    expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2]);
    expect(facts(record, 'delivered')).toHaveLength(2);
  },
);

test('it is left to the next one, if there is one', async () => {
  const faults = ['1st delivery of T#o0 to reader: offset commit on log fails'];
  const record = await play({ uses, services: [reader], items: items(2), send: toOne, faults });
  expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([2]);
});

test('who fails gets the record again, later each time up to half a minute; success makes it begin anew', async () => {
  const left = new Map([
    ['o0', 9],
    ['o1', 1],
  ]);
  const failing = service('reader', uses, ({ log }) => {
    void log.consumer(['one'], { group: 'g' }).eachMessage(({ message: { id } }) => {
      const more = left.get(id) ?? 0;
      left.set(id, more - 1);
      if (more > 0) throw new RangeError('not yet');
    });
  });
  const record = await play({ uses, services: [failing], items: items(2), send: toOne });
  const waits = facts(record, 'handlerFailed').map(({ id, backoffUs }) => [id, Number(backoffUs) / 1_000_000]);
  const doubled = [0.3, 0.6, 1.2, 2.4, 4.8, 9.6, 19.2, 30, 30];
  expect(waits).toEqual([...doubled.map((s) => ['o0', s]), ['o1', 0.3]]);
  expect(facts(record, 'handlerFailed')[0]).toMatchObject({ error: 'RangeError' });
  const times = facts(record, 'delivered').map(({ timeUs }) => Number(timeUs) / 1_000_000);
  const gaps = times.slice(1, 10).map((time, n) => Math.floor((time - (times[n] as number)) * 10) / 10);
  expect(gaps).toEqual(doubled);
});
