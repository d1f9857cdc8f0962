/** Small worlds with a log for specs of its consumers. */
import { firstValueFrom, timer } from 'rxjs';
import type { Entry } from '../../../history/history.ts';
import { virtualTime } from '../../../kernel/rx-scheduler.ts';
import type { RunRecord } from '../../../simulate.ts';
import { entriesOf, happened } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import type { LogPort } from '../port.ts';

export const log = logBroker('log', { topics: { one: { partitions: 1 }, orders: { partitions: 4 } } });
export const uses = { log };
export type Log = LogPort<'one' | 'orders'>;

export const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms, virtualTime));

/** Sends each item to the topic `one`. */
export async function toOne(item: string, { log }: { log: Log }): Promise<void> {
  await log.produce('one', { id: item, type: 'T', key: item, body: { item } });
}

/** Sends each item to `orders`, `o0`, `o1`, … to the partitions in turn. */
export async function toOrders(item: string, { log }: { log: Log }): Promise<void> {
  await log.produce('orders', { id: item, type: 'T', key: item, body: {}, partition: Number(item.slice(1)) % 4 });
}

export const items = (count: number, stem = 'o'): string[] => Array.from({ length: count }, (_, n) => `${stem}${n}`);

/** What entries of a kind are about, flattened: who, what, and the further facts. */
export function facts(record: RunRecord, ...kinds: readonly string[]): Record<string, unknown>[] {
  return entriesOf(record, ...kinds).map((entry) => factsOf(entry));
}

export function factsOf(entry: Entry): Record<string, unknown> {
  const { value, about } = happened(entry);
  return { kind: entry.kind, process: entry.process, timeUs: entry.timeUs, ...(value as object), ...about };
}

/** `o1 to reader/0 in 2`: deliveries with the generation that they were made in. */
export function deliveries(record: RunRecord): string[] {
  return facts(record, 'delivered').map(
    ({ id, process, generation }) => `${String(id)} to ${String(process)} in ${String(generation)}`,
  );
}
