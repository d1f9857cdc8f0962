import { describe, expect, test } from 'vitest';
import { ending, entriesOf, happened, play } from '../../world.fixture.ts';
import { service } from '../../services/service.ts';
import { logBroker } from './component.ts';
import type { LogPort } from './port.ts';

const log = logBroker('log', { topics: { orders: { partitions: 2 }, small: { partitions: 1, maxMessageBytes: 40 } } });
type Topics = 'orders' | 'small';
const uses = { log };
const sendOrder = async (item: string, { log }: { log: LogPort<Topics> }): Promise<void> => {
  await log.produce('orders', { key: 'k', type: 'Order', id: item, body: { item } });
};

test('what may befall a run is listed in the order in which it came up', async () => {
  const reader = service('reader', uses, ({ log }) => void log.consume(['orders'], { group: 'g' }).subscribe());
  const items = ['o1', 'o2', 'o3'];
  const { sites } = await play({ uses, services: [reader], items, send: sendOrder, recordSites: true });
  const times = sites.map(({ timeUs }) => timeUs);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(sites.filter(({ what }) => what === 'delivery')).toHaveLength(3);
  for (const what of ['partition', 'group']) expect(sites.filter((site) => site.what === what)).toHaveLength(1);
});

test('an outage is noticed by who uses the log, and else by nobody', async () => {
  const faults = ['log is refusing from 60 s to 61 s'];
  const idle = service('idle', uses, () => {});
  const reader = service('reader', uses, ({ log }) => void log.consume(['orders'], { group: 'g' }).subscribe());
  const noticed = async (...services: Parameters<typeof play>[0]['services'] & object): Promise<unknown> =>
    (await play({ uses, services, items: [], send: sendOrder, faults })).faults[0]?.tookEffect;
  expect([await noticed(idle), await noticed(reader)]).toEqual([false, true]);
});

test('a handler that changes what it was handed is told of, and changes nothing', async () => {
  const reader = service('reader', uses, ({ log }) => {
    log.consume<{ item: string }>(['orders'], { group: 'g' }).subscribe(async ({ message, commit }) => {
      (message.body as { item: string }).item = 'other';
      await commit();
    });
  });
  const record = await play({ uses, services: [reader], items: ['o1'], send: sendOrder });
  const [mutated, acked] = entriesOf(record, 'mutated', 'acked').map((entry) => happened(entry));
  expect([mutated?.value, acked?.value]).toMatchObject([{ body: { item: 'o1' } }, { body: { item: 'o1' } }]);
});

describe('produce', () => {
  test('settles with partition and offset, and the history says so', async () => {
    const placed: unknown[] = [];
    const record = await play({
      uses,
      items: ['o1', 'o2'],
      send: async (item, { log }) => {
        placed.push(await log.produce('orders', { key: 'k', type: 'Order', id: item, body: { item } }));
      },
    });
    expect(record.outcome).toBe('quiet');
    const [{ partition }] = placed as [{ partition: number }];
    expect(placed).toEqual([
      { partition, offset: 0n },
      { partition, offset: 1n },
    ]);
    expect(entriesOf(record, 'published', 'confirmed').map(happened)).toMatchObject([
      { channels: ['orders'], value: { id: 'o1', key: 'k' }, about: { lineage: 'Order#o1', partition, offset: 0 } },
      { value: { id: 'o1' }, about: { offset: 0 } },
      { value: { id: 'o2' }, about: { lineage: 'Order#o2', partition, offset: 1 } },
      { value: { id: 'o2' }, about: { offset: 1 } },
    ]);
  });

  test.each([
    'confirm of produce of Order to log is lost',
    'produce of Order to log fails',
    'disconnect from log between produce of Order to log and its answer',
    'half-open connection to log before produce of Order to log',
  ])('the client tries again by itself: %s', async (effect) => {
    const record = await play({ uses, send: sendOrder, faults: [`1st send of p1: ${effect}`] });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    expect(entriesOf(record, 'published').map((entry) => happened(entry).about?.['offset'])).toEqual([0]);
    expect(entriesOf(record, 'confirmed')).toHaveLength(1);
  });

  test('over a half-open connection nothing arrives: it is sent again once its answer is not waited for any more', async () => {
    const faults = ['1st send of p1: half-open connection to log before produce of Order to log'];
    const record = await play({ uses, send: sendOrder, faults });
    const times = entriesOf(record, 'published').map(({ timeUs }) => Math.floor(timeUs / 1e6));
    expect(times).toEqual([3]);
  });

  test('errors', async () => {
    const ends: string[] = [];
    await play({
      uses,
      send: async (_, { log }) => {
        ends.push(await ending(log.produce('nothing' as 'orders', { body: 1 })));
        ends.push(await ending(log.produce('small', { body: 'x'.repeat(50) })));
      },
    });
    expect(ends).toEqual(['EDDY_UNKNOWN_TOPIC', 'EDDY_MESSAGE_TOO_LARGE']);
  });
});
