/** Small worlds with a log for specs of its producers. */
import type { Ports } from '../../../component.ts';
import type { RunRecord } from '../../../simulate.ts';
import { ending, entriesOf, happened, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import type { Producer } from '../port.ts';
import type { ProducerOptions } from './producer-config.ts';

export const log = logBroker('log', {
  topics: {
    one: { partitions: 1 },
    unclean: { partitions: 1, uncleanElection: true },
    many: { partitions: 8 },
    small: { partitions: 1, maxMessageBytes: 40 },
  },
});
export const uses = { log };
export type Here = Ports<typeof uses>;
export type Topic = 'one' | 'unclean' | 'many' | 'small';

/** In the first send, hands these records to one producer at once; how each call ended. */
export async function producing(o: {
  ids: readonly string[];
  options?: ProducerOptions;
  topic?: Topic;
  key?: string;
  faults?: readonly string[];
  /** The producer has stored a record before, so that the brokers know it. */
  isKnown?: boolean;
  then?: (producer: Producer<Topic>, ports: Here) => Promise<void>;
}): Promise<{ record: RunRecord; ends: string[]; offsets: Record<string, bigint> }> {
  const { ids, options = {}, topic = 'one', key, faults = [] } = o;
  const ends: string[] = [];
  const offsets: Record<string, bigint> = {};
  const record = await play({
    uses,
    faults,
    send: async (_, { log }) => {
      const producer = log.producer(options);
      const each = async (id: string): Promise<void> => {
        const record = { id, type: 'T', body: { id }, ...(key !== undefined && { key }) };
        const placing = producer.produce(topic, record);
        ends[ids.indexOf(id)] = await ending(placing);
        offsets[id] = await placing.then(
          ({ offset }) => offset,
          () => -2n,
        );
      };
      if (o.isKnown) await producer.produce(topic, { id: 'first', type: 'First', body: {} });
      await Promise.all(ids.map(each));
      await o.then?.(producer, { log });
    },
  });
  return { record, ends, offsets };
}

/** The log's contents in the end, in order: ids of what was appended and not cut off again. */
export function logOf(record: RunRecord, topic: Topic = 'one', partition = 0): string[] {
  const ids = new Map<number, string>();
  for (const entry of entriesOf(record, 'published', 'leaderChanged')) {
    const { channels, value, about } = happened(entry);
    if (!channels.includes(topic)) continue;
    if (entry.kind === 'published' && about?.['partition'] === partition)
      ids.set(Number(about['offset']), (value as { id: string }).id);
    const now = value as { partition?: number; end: number };
    // What the new leader does not have is cut off.
    if (entry.kind === 'leaderChanged' && now.partition === partition)
      for (const offset of ids.keys()) if (offset >= now.end) ids.delete(offset);
  }
  return [...ids.entries()].toSorted(([a], [b]) => a - b).map(([, id]) => id);
}
