/** What both channels promise to more than one kind of reader, and how each brings back what was parked. */
import { describe, expect, test } from 'vitest';
import { type Entry } from '../../index.ts';
import { about, handed, historyOf } from '../told.fixture.ts';
import scenario from './same-system-two-channels.scenario.ts';
import { LATE_MS } from './statistics.ts';
import { REST_MS } from './system.ts';

/** Eight orders, so that they go on when statistics has come. */
const workload = Array.from({ length: 8 }, (_, n) => ({ orderId: `o${n + 1}`, customer: 'Ann', pieces: 1 }));
const ids = workload.map(({ orderId }) => orderId);

const history = (faults: readonly string[] = []): Promise<readonly Entry[]> =>
  historyOf(scenario, { workload, faults });

const shipments = (entries: readonly Entry[], via: string): readonly Entry[] =>
  entries.filter(
    (entry) =>
      entry.kind === 'inserted' && about(entry).channels.includes('shipments') && about(entry).value['via'] === via,
  );
const shipped = (entries: readonly Entry[], via: string, how: string): unknown[] =>
  shipments(entries, via).flatMap((entry) => {
    const row = about(entry).value;
    return row['how'] === how ? [row['orderId']] : [];
  });

test('each kind of reader has every order, on both channels, from when it comes or from the first on', async () => {
  const entries = await history();
  const late = ids.filter((id) =>
    entries.some(
      (entry) =>
        entry.kind === 'published' &&
        about(entry).component === 'mq' &&
        about(entry).value.id === id &&
        entry.timeUs > LATE_MS * 1_000,
    ),
  );
  expect([late.length > 1, late.length < ids.length]).toEqual([true, true]);
  expect(handed(entries, 'shipping-by-queue').toSorted()).toEqual(ids);
  expect(handed(entries, 'statistics-by-queue')).toEqual(late);
  expect(handed(entries, 'shipping-by-log')).toEqual(ids);
  expect(handed(entries, 'statistics-by-log')).toEqual(ids);
});

describe('an order that could not be read once', () => {
  test('is published again to the queue of who parked it, and to no other, when it has rested', async () => {
    const entries = await history(['1st delivery of OrderPlaced#o6 to shipping-by-queue: poison, not parseable']);
    const again = entries.filter(({ kind, process }) => kind === 'published' && process === 'redrive-by-queue/0');
    expect(again.map((entry) => [about(entry).value.id, about(entry).channels])).toEqual([['o6', ['shipping']]]);
    expect(handed(entries, 'statistics-by-queue').filter((id) => id === 'o6')).toHaveLength(1);
    expect(shipped(entries, 'queue', 'shipped').toSorted()).toEqual(ids);
    const last = shipments(entries, 'queue').at(-1);
    expect([about(last as Entry).value['orderId'], (last?.timeUs ?? 0) > REST_MS * 1_000]).toEqual(['o6', true]);
  });

  test('is read again from its offset in the log, by nobody else, and nothing is published', async () => {
    const entries = await history(['1st delivery of OrderPlaced#o2.2 to shipping-by-log: poison, not parseable']);
    const parked = entries.find((entry) => entry.kind === 'published' && about(entry).channels.includes('parked'));
    const { partition, offset } = about(parked as Entry).value.headers;
    const read = entries.filter(({ kind, process }) => kind === 'delivered' && process === 'redrive-by-log/0');
    expect(read.map((entry) => [about(entry).value.id, about(entry).channels[0]])).toContainEqual(['o2', 'orders']);
    expect(
      read.some(
        (entry) => about(entry).about?.['partition'] === partition && String(about(entry).about?.['offset']) === offset,
      ),
    ).toBe(true);
    expect([shipped(entries, 'log', 'shipped'), shipped(entries, 'log', 'redriven')]).toEqual([
      ids.filter((id) => id !== 'o2'),
      ['o2'],
    ]);
    expect(handed(entries, 'shipping-by-log').filter((id) => id === 'o2')).toHaveLength(1);
    const produced = entries.filter((entry) => entry.kind === 'published' && about(entry).channels.includes('orders'));
    expect(produced).toHaveLength(ids.length);
  });

  test('is buried on both when it can never be read', async () => {
    const never = (lineage: string): string => `every delivery of ${lineage}: poison, not parseable`;
    const entries = await history([never('OrderPlaced#o1'), never('OrderPlaced#o1.2')]);
    const into = (kind: string, channel: string): string[] =>
      entries
        .filter((entry) => entry.kind === kind && about(entry).channels.includes(channel))
        .map((entry) => about(entry).value.id);
    expect([into('deadLettered', 'shipping.redrive'), into('published', 'buried')]).toEqual([['o1'], ['o1']]);
    expect(shipped(entries, 'log', 'redriven')).toEqual([]);
  });
});
