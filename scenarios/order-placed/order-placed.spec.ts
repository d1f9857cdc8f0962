/** What publish and subscribe promises: all at once, unknown to each other, and an event that waits for whoever is away. */
import { describe, expect, test } from 'vitest';
import { type Entry, run, type RunInput, type Scenario } from '../../index.ts';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { HOUR_MS } from './email.ts';
import { LATE_MS } from './loyalty.ts';
import { about, handed, historyOf } from '../told.fixture.ts';
import scenario from './order-placed.scenario.ts';

type Item = RunInput<typeof scenario extends Scenario<infer I> ? I : never>['workload'][number];

const orders = (count: number, takesEmailDownAt?: number): Item[] =>
  Array.from({ length: count }, (_, n) => ({
    orderId: `o${n + 1}`,
    customer: 'Ann',
    cents: 100,
    takesEmailDown: n === takesEmailDownAt,
  }));
const placed = (count: number): string[] => orders(count).map(({ orderId }) => `placed-${orderId}`);

const history = (workload: Item[], faults: readonly string[] = []): Promise<readonly Entry[]> =>
  historyOf(scenario, { workload, faults });

const rowsOf = (entries: readonly Entry[], table: string): readonly Entry[] =>
  entries.filter((entry) => entry.kind === 'inserted' && about(entry).channels.includes(table));
const eventsOf = (rows: readonly Entry[]): unknown[] => rows.map((row) => about(row).value['eventId']);

describe('publish and subscribe', () => {
  test('one publish reaches every subscriber, each over a queue of its own, at the same time', async () => {
    const entries = await history(orders(1));
    const published = entries.filter(
      (entry) => entry.kind === 'published' && about(entry).value.type === 'OrderPlaced',
    );
    expect(published.map((entry) => [about(entry).component, about(entry).channels])).toEqual([
      ['mq', ['shipping', 'inventory', 'email']],
      ['log', ['orders']],
    ]);
    const deliveries = entries.filter(
      ({ kind, process }) => kind === 'delivered' && /^(shipping|inventory|email)/.test(process),
    );
    expect(deliveries.map(({ process }) => process).toSorted()).toEqual(['email/0', 'inventory/0', 'shipping/0']);
    expect(new Set(deliveries.map(({ timeUs }) => timeUs)).size).toBe(1);
  });

  test('a subscriber that is slow, or gone, keeps no other waiting', async () => {
    const slow = ['every operation of email takes 5 s longer from 0 s to 60 s'];
    const times = async (faults: readonly string[]) =>
      rowsOf(await history(orders(3), faults), 'parcels').map(({ timeUs }) => timeUs);
    expect(await times(slow)).toEqual(await times([]));
  });
});

describe('decoupling', () => {
  /** What the order service does and when; which queues took what it published is the broker's affair. */
  const doneBy = (entries: readonly Entry[], process: string): string[] =>
    entries
      .filter((entry) => entry.process === process)
      .map(({ timeUs, kind, data }) => JSON.stringify({ timeUs, kind, ...(data as object), channels: undefined }));

  test('the order service does the same, to the byte, with and without loyalty', async () => {
    const { loyalty: _, loyaltyByLog: __, ...services } = (scenario as unknown as ScenarioShape).services;
    const without = { ...scenario, services } as typeof scenario;
    const workload = orders(5);
    const [alone, joined] = await Promise.all([run(without, { workload }), run(scenario, { workload })]);
    const before = [...alone.history()];
    const after = [...joined.history()];
    expect(rowsOf(before, 'points')).toEqual([]);
    expect(rowsOf(after, 'points')).not.toEqual([]);
    expect(doneBy(before, 'orders/0').length).toBeGreaterThan(20);
    expect(doneBy(after, 'orders/0')).toEqual(doneBy(before, 'orders/0'));
    expect(doneBy(after, 'shipping/0')).toEqual(doneBy(before, 'shipping/0'));
  });

  test('on the queue broker whoever comes later has what comes from then on; on the log all that ever came', async () => {
    const entries = await history(orders(5));
    const bound = entries.find(({ kind, process }) => kind === 'bound' && process === 'loyalty/0');
    expect(bound?.timeUs).toBeGreaterThan(LATE_MS * 1_000);
    const before = entries.filter(
      (entry) =>
        entry.n < (bound?.n ?? 0) &&
        entry.kind === 'published' &&
        about(entry).component === 'mq' &&
        about(entry).value.type === 'OrderPlaced',
    ).length;
    expect(before).toBeGreaterThan(0);
    expect(handed(entries, 'loyalty')).toEqual(placed(5).slice(before));
    expect(handed(entries, 'loyalty-by-log')).toEqual(placed(5));
  });
});

describe('resilience', () => {
  const HOUR_US = HOUR_MS * 1_000;

  /** What was mailed in which hour, when shipping was done, and what came to email twice. */
  async function anHourWithout(workload: Item[], faults: readonly string[]) {
    const entries = await history(workload, faults);
    const mails = rowsOf(entries, 'mails');
    return {
      early: eventsOf(mails.filter(({ timeUs }) => timeUs < HOUR_US)),
      late: eventsOf(mails.filter(({ timeUs }) => timeUs >= HOUR_US)),
      shipped: eventsOf(rowsOf(entries, 'parcels').filter(({ timeUs }) => timeUs < 60_000_000)),
      waited: entries.filter((entry) => entry.kind === 'dropped' || entry.kind === 'deadLettered'),
    };
  }

  test('email dies and is back an hour later: what waited is mailed in turn, once; the others went on meanwhile', async () => {
    const crash =
      '1st delivery of OrderRequested#o2/OrderPlaced#1 to email: crash after commit on db, before ack, restart after 3600 s';
    expect(await anHourWithout(orders(5), [crash])).toEqual({
      early: placed(2),
      late: placed(5).slice(2),
      shipped: placed(5),
      waited: [],
    });
  });

  test('it is taken down for an hour by those who run it: the same', async () => {
    const { early, late, shipped, waited } = await anHourWithout(orders(5, 1), []);
    expect([...early, ...late]).toEqual(placed(5));
    expect(late).toEqual(expect.arrayContaining(placed(5).slice(2)));
    expect([shipped, waited]).toEqual([placed(5), []]);
  });
});
