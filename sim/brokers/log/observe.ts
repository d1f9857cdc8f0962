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

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Appends the batch at its partition's leader and records each record that it took. */
export function append(producer: LogProducer, queue: PartitionQueue, batch: Batch): Produced | Refused {
  const { runtime, config } = producer;
  const { topic, partition } = queue;
  const records = batch.handed.map((each) => newRecord(each));
  const { sequence } = batch;
  const produced = runtime.cluster.produce({
    topic,
    partition,
    acks: config.acks,
    records,
    ...(sequence && {
      producer: { id: sequence.id, epoch: sequence.epoch, firstSequence: sequence.first, transactional: false },
    }),
  });
  if (isRefused(produced)) return produced;
  produced.appended.forEach(({ offset }, n) => {
    const handed = batch.handed[n] as Handed;
    const { message, lineage } = handed.draft;
    const entry = runtime.note(
      producer.connection.process.label,
      'published',
      topic,
      message,
      { lineage, partition, offset, producer: producer.name, call: handed.call },
      handed.moment.causes,
    );
    const envelope = records[n]?.envelope as Writable<Envelope>;
    envelope.entry = entry;
    arrived(runtime, topic, partition, records[n] as NewRecord);
  });
  if (produced.appended.length > 0) runtime.simulation.world.changed();
  return produced;
}

/** A record of its own for each attempt: what is appended twice has two entries. */
function newRecord({ draft, key, tombstone }: Handed): NewRecord {
  const { message, text, lineage } = draft;
  const envelope: Envelope = { message, text, lineage, entry: -1, expirationUs: undefined, durable: true };
  return { ...(key === undefined ? {} : { key }), envelope, tombstone };
}

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
function arrived(runtime: LogRuntime<string>, topic: string, partition: number, record: NewRecord): void {
  const { simulation } = runtime;
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
  runtime.asLog.sites.see(topic, partition);
  const faults = [...book.arrivals(nth, lineage, topic)];
  const drawn = book.rule?.atArrival(site, arrivalHash(lineage, topic, nth), world.draws);
  if (drawn) faults.push(book.drawn(drawn));
  for (const fault of faults) {
    fault.reached = true;
    if (fault.data.kind !== 'duplicate') continue;
    simulation.strike(fault, runtime.name, [envelope.entry]);
    world.spawn(fault.data.afterUs, () => appendCopy(runtime, topic, partition, record));
  }
}

function appendCopy(runtime: LogRuntime<string>, topic: string, partition: number, record: NewRecord): void {
  const envelope: Writable<Envelope> = { ...record.envelope };
  const produced = runtime.cluster.produce({ topic, partition, acks: 1, records: [{ ...record, envelope }] });
  const [copy] = isRefused(produced) ? [] : produced.appended;
  if (!copy) return;
  const { message, lineage, entry } = record.envelope;
  const about = { lineage, partition, offset: copy.offset, copy: true };
  envelope.entry = runtime.note(runtime.name, 'published', topic, message, about, [entry]);
  runtime.simulation.world.changed();
  arrived(runtime, topic, partition, copy);
}
