/** What becomes of the commit that follows a handler. */
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
