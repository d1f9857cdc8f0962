/** What the history records of the log: appends, confirms, and the faults that strike as records are appended. */
import { arrivalHash } from '../../faults/rule.ts';
import type { Moment } from '../../kernel/context.ts';
import type { Draft } from '../draft.ts';
import type { Envelope } from '../message.ts';
import type { PartitionQueue } from './client/accumulator.ts';
import type { Batch, Handed } from './client/batch.ts';
import type { LogProducer } from './client/producer.ts';
import type { Produced, ProduceRequest } from './cluster.ts';
import { isRefused, type Refused } from './kafka-error.ts';
import type { LogRecord, NewRecord } from './record.ts';
import type { LogRuntime } from './runtime.ts';
import type { Place } from './transactions.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A record that a producer hands over, and for whom. */
export interface Appending {
  readonly record: NewRecord;
  readonly draft: Draft;
  readonly moment: Moment;
  /** Which of the producer's calls it is. */
  readonly call?: number;
}

/** Who appends: by its process's label, and its own name among the producers of the process, where it has one. */
export interface Appender {
  readonly process: string;
  readonly producer?: string;
  readonly causes: readonly number[];
}

/** Appends a batch at its partition's leader and records each record that was taken. */
export function appendAll(
  runtime: LogRuntime<string>,
  by: Appender,
  to: Omit<ProduceRequest, 'records'>,
  all: readonly Appending[],
): Produced | Refused {
  const { topic, partition } = to;
  const produced = runtime.transactions.by(by, () =>
    runtime.cluster.produce({ ...to, records: all.map(({ record }) => record) }),
  );
  if (isRefused(produced)) return produced;
  produced.appended.forEach((record, n) => {
    const { draft, moment, call } = all[n] as Appending;
    const { offset, producer: of } = record;
    const { message, lineage } = draft;
    const transaction = of?.transaction;
    const about = {
      lineage,
      partition,
      offset,
      ...(by.producer !== undefined && { producer: by.producer }),
      ...(call !== undefined && { call }),
      ...(transaction !== undefined && { transaction }),
    };
    const envelope = record.envelope as Writable<Envelope>;
    envelope.entry = runtime.note(by.process, 'published', topic, message, about, moment.causes);
    if (transaction === undefined) arrived(runtime, { topic, partition }, record);
    else runtime.transactions.wrote(transaction, { topic, partition }, record);
  });
  if (produced.appended.length > 0) runtime.simulation.world.changed();
  return produced;
}

/** A producer of the plain port appends its batch. */
export function append(producer: LogProducer, queue: PartitionQueue, batch: Batch): Produced | Refused {
  const { runtime, connection, config, transactional, name } = producer;
  const { topic, partition } = queue;
  const { sequence, moment, handed } = batch;
  const { label } = connection.process;
  const by = { process: label, producer: name, causes: moment.causes };
  if (transactional && runtime.profile === '3.9') {
    // Since 4.0 the partition is added with the batch.
    const { transactions } = runtime.cluster;
    const added = runtime.transactions.by(by, () =>
      transactions.addPartitionsToTxn(transactional.asking, [{ topic, partition }]),
    );
    if ('error' in added) return added;
  }
  const of = sequence && {
    id: sequence.id,
    epoch: sequence.epoch,
    firstSequence: sequence.first,
    transactional: transactional !== undefined,
  };
  const all = handed.map((each) => ({ ...each, record: newRecord(each) }));
  return appendAll(runtime, by, { topic, partition, acks: config.acks, ...(of && { producer: of }) }, all);
}

/** A record of its own for each attempt: what is appended twice has two entries. */
function newRecord({ draft, key, tombstone }: Handed): NewRecord {
  return { ...keyed(key), envelope: envelopeOf(draft), tombstone };
}

export function envelopeOf({ message, text, lineage }: Draft): Envelope {
  return { message, text, lineage, entry: -1, expirationUs: undefined, durable: true };
}

const keyed = (key: string | undefined): { key?: string } => (key === undefined ? {} : { key });

/** The producer hears that a record is stored. */
export function confirmed(
  runtime: LogRuntime<string>,
  by: Pick<Appender, 'process' | 'producer'>,
  { topic, partition }: Place,
  { draft, moment, offset }: { draft: Draft; moment: Moment; offset: number },
): void {
  const { message, lineage } = draft;
  const about = { lineage, partition, offset, ...(by.producer !== undefined && { producer: by.producer }) };
  runtime.note(by.process, 'confirmed', topic, message, about, moment.causes);
}

/** Faults strike as a record is appended: its producer's application sends it once more, a little later. */
function arrived(runtime: LogRuntime<string>, at: Place, record: LogRecord): void {
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

function appendCopy(runtime: LogRuntime<string>, { topic, partition }: Place, record: LogRecord): void {
  const envelope: Writable<Envelope> = { ...record.envelope };
  const { key, tombstone, raw } = record;
  const copied = { ...keyed(key), envelope, tombstone, ...(raw && { raw }) };
  const produced = runtime.cluster.produce({ topic, partition, acks: 1, records: [copied] });
  const [copy] = isRefused(produced) ? [] : produced.appended;
  if (!copy) return;
  const { message, lineage, entry } = record.envelope;
  const about = { lineage, partition, offset: copy.offset, copy: true };
  envelope.entry = runtime.note(runtime.name, 'published', topic, message, about, [entry]);
  runtime.simulation.world.changed();
  arrived(runtime, { topic, partition }, copy);
}
