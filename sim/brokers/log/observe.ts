/** What the history records of the log: appends, confirms, and the faults that strike as records are appended. */
import { arrivalHash } from '../../faults/rule.ts';
import type { Moment } from '../../kernel/context.ts';
import type { Draft } from '../draft.ts';
import type { Envelope } from '../message.ts';
import type { PartitionQueue } from './client/accumulator.ts';
import type { Batch, Handed } from './client/batch.ts';
import type { LogProducer } from './client/producer.ts';
import type { Produced } from './cluster.ts';
import { isRefused, type Refused } from './kafka-error.ts';
import type { NewRecord } from './record.ts';
import type { LogRuntime } from './runtime.ts';
import type { Place } from './transactions.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Appends the batch at its partition's leader and records each record that it took. */
export function append(producer: LogProducer, queue: PartitionQueue, batch: Batch): Produced | Refused {
  const { runtime, connection } = producer;
  const { topic } = queue;
  const { label } = connection.process;
  const records = batch.handed.map((each) => newRecord(each));
  const produced = runtime.transactions.by({ process: label, causes: batch.moment.causes }, () =>
    produce(producer, queue, batch, records),
  );
  if (isRefused(produced)) return produced;
  produced.appended.forEach((record, n) => {
    const handed = batch.handed[n] as Handed;
    const { offset, producer: of } = record;
    const { message, lineage } = handed.draft;
    const transaction = of?.transaction;
    const about = {
      lineage,
      partition: queue.partition,
      offset,
      producer: producer.name,
      call: handed.call,
      ...(transaction !== undefined && { transaction }),
    };
    const envelope = record.envelope as Writable<Envelope>;
    envelope.entry = runtime.note(label, 'published', topic, message, about, handed.moment.causes);
    if (transaction === undefined) arrived(runtime, queue, record);
    else runtime.transactions.wrote(transaction, queue, record);
  });
  if (produced.appended.length > 0) runtime.simulation.world.changed();
  return produced;
}

function produce(
  { runtime, config, transactional }: LogProducer,
  { topic, partition }: PartitionQueue,
  { sequence }: Batch,
  records: readonly NewRecord[],
): Produced | Refused {
  const { cluster } = runtime;
  if (transactional && runtime.profile === '3.9') {
    // Since 4.0 the partition is added with the batch.
    const added = cluster.transactions.addPartitionsToTxn(transactional.asking, [{ topic, partition }]);
    if ('error' in added) return added;
  }
  const producer = sequence && {
    id: sequence.id,
    epoch: sequence.epoch,
    firstSequence: sequence.first,
    transactional: transactional !== undefined,
  };
  return cluster.produce({ topic, partition, acks: config.acks, records, ...(producer && { producer }) });
}

/** A record of its own for each attempt: what is appended twice has two entries. */
function newRecord({ draft, key, tombstone }: Handed): NewRecord {
  const { message, text, lineage } = draft;
  const envelope: Envelope = { message, text, lineage, entry: -1, expirationUs: undefined, durable: true };
  return { ...keyed(key), envelope, tombstone };
}

const keyed = (key: string | undefined): { key?: string } => (key === undefined ? {} : { key });

/** The producer hears that a record is stored. */
export function confirmed(
  producer: LogProducer,
  { topic, partition }: PartitionQueue,
  { draft, moment, offset }: { draft: Draft; moment: Moment; offset: number },
): void {
  const { message, lineage } = draft;
  const about = { lineage, partition, offset, producer: producer.name };
  producer.runtime.note(producer.connection.process.label, 'confirmed', topic, message, about, moment.causes);
}

/** Faults strike as a record is appended: its producer's application sends it once more, a little later. */
function arrived(runtime: LogRuntime<string>, at: Place, record: NewRecord): void {
  const { simulation } = runtime;
  const { topic } = at;
  const { world, book } = simulation;
  const { envelope } = record;
  const { lineage } = envelope;
  const nth = simulation.count(`arrival ${topic} ${lineage}`);
  const site = {
    what: 'arrival',
    arrival: { nth, lineage, channel: topic },
    isLogged: true,
    timeUs: world.nowUs,
  } as const;
  simulation.sites?.push(site);
  runtime.asLog.sites.see(topic, at.partition);
  const faults = [...book.arrivals(nth, lineage, topic)];
  const drawn = book.rule?.atArrival(site, arrivalHash(lineage, topic, nth), world.draws);
  if (drawn) faults.push(book.drawn(drawn));
  for (const fault of faults) {
    fault.reached = true;
    if (fault.data.kind !== 'duplicate') continue;
    simulation.strike(fault, runtime.name, [envelope.entry]);
    world.spawn(fault.data.afterUs, () => appendCopy(runtime, at, record));
  }
}

function appendCopy(runtime: LogRuntime<string>, { topic, partition }: Place, record: NewRecord): void {
  const envelope: Writable<Envelope> = { ...record.envelope };
  const produced = runtime.cluster.produce({
    topic,
    partition,
    acks: 1,
    records: [{ ...keyed(record.key), envelope, tombstone: record.tombstone }],
  });
  const [copy] = isRefused(produced) ? [] : produced.appended;
  if (!copy) return;
  const { message, lineage, entry } = record.envelope;
  const about = { lineage, partition, offset: copy.offset, copy: true };
  envelope.entry = runtime.note(runtime.name, 'published', topic, message, about, [entry]);
  runtime.simulation.world.changed();
  arrived(runtime, { topic, partition }, copy);
}
