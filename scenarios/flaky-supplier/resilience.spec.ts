/** What the supplier sees of a shop that spares it: the times at which it is asked. */
import { expect, test } from 'vitest';
import { type Message, run } from '../../index.ts';
import scenario from './flaky-supplier.scenario.ts';

interface About {
  readonly component: string;
  readonly channels: readonly string[];
  readonly value: Message;
}

const orders = ['o1', 'o2', 'o3', 'o4'].map((orderId) => ({ orderId, sku: 'lamp', pieces: 1 }));

/** Each request: who asked, for which order, and when, in virtual milliseconds. */
async function requests(faults: readonly string[], workload = orders) {
  const result = await run(scenario, { workload, faults });
  expect(result.notReached).toEqual([]);
  return [...result.history()].flatMap(({ kind, process, timeUs, data }) => {
    const { channels, value } = data as About;
    return kind === 'published' && channels.includes('supplier')
      ? [{ process, order: String((value.body as { orderId: string }).orderId), ms: timeUs / 1_000 }]
      : [];
  });
}

const AWAY = ['every operation of supplier/0 takes 5 s longer from 0 s to 20 s'];

test('a supplier that answers is asked once for each order', async () => {
  expect((await requests([])).map(({ order }) => order).toSorted()).toEqual(['o1', 'o2', 'o3', 'o4']);
});

test('each try waits for at least twice as long as the one before, and no order like another', async () => {
  const waits = await Promise.all(
    orders.slice(0, 2).map(async (order) => {
      const [first, second, third] = (await requests(AWAY, [order])).map(({ ms }) => ms);
      return [(second ?? 0) - (first ?? 0), (third ?? 0) - (second ?? 0)].map((each) => each - 1_000);
    }),
  );
  for (const [first = 0, second = 0] of waits) {
    expect(first).toBeGreaterThanOrEqual(250);
    expect(second).toBeGreaterThanOrEqual(500);
  }
  expect(Math.abs((waits[0]?.[0] ?? 0) - (waits[1]?.[0] ?? 0))).toBeGreaterThan(20);
});

test('after three failures in a row a process asks nobody for two seconds, then once', async () => {
  const asked = (await requests(AWAY)).filter(({ process }) => process === 'shop/0').map(({ ms }) => ms);
  const gaps = asked.slice(1).map((ms, n) => ms - (asked[n] ?? 0));
  const opened = gaps.findIndex((gap) => gap >= 2_000);
  expect(opened).toBeGreaterThanOrEqual(2);
  // Half open: the next one waits for what comes of this one.
  expect(gaps[opened + 1]).toBeGreaterThanOrEqual(1_000);
});

test('what was tried four times in vain is parked', async () => {
  const away = ['every operation of supplier/0 takes 5 s longer from 0 s to 90 s'];
  const result = await run(scenario, { workload: orders.slice(0, 1), faults: away });
  expect(await requests(away, orders.slice(0, 1))).toHaveLength(4);
  const parked = [...result.history()].filter(({ kind }) => kind === 'deadLettered').map(({ data }) => data as About);
  expect(parked.filter(({ channels }) => channels.includes('orders')).map(({ value }) => value.id)).toEqual(['o1']);
});

test('however calls overlap that began before it opened, nobody waits at it for ever', async () => {
  const workload = ['o1', 'o636', 'o614', 'o842', 'o251', 'o742'].map((orderId) => ({
    orderId,
    sku: 'lamp',
    pieces: 1,
  }));
  const faults = [
    '1st delivery of OrderPlaced#o1 to shop: host loss between 2nd commit on db and its answer',
    '1st arrival of OrderPlaced#o614 in orders: comes again after 5 s',
    '1st delivery of OrderPlaced#o636 to shop: crash after 4th commit on db',
    '1st delivery of OrderPlaced#o251 to shop: disconnect from mq between get from db.booked and its answer',
    '1st delivery of OrderPlaced#o251 to shop: host loss after scan of db.tries',
    '2nd delivery of OrderPlaced#o842 to shop: disconnect from mq between publish of SupplyRequested to mq and its answer',
    '2nd delivery of OrderPlaced#o842/SupplyRequested#1 to supplier: pause of 90 s before commit on db',
  ];
  const result = await run(scenario, { workload, faults, seed: 3_427_085_139 });
  expect([result.outcome, result.notReached]).toEqual(['quiet', []]);
});
