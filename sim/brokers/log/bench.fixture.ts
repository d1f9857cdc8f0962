/** The log broker's core on a bench: the clock is set by hand, and what the cluster says of itself is kept as words. */
import type { Envelope } from '../message.ts';
import { type Fetched, LogCluster, type LogShape, type Produced, type ProduceRequest } from './cluster.ts';
import type { Refused } from './kafka-error.ts';
import type { Failover, Partition } from './partition.ts';
import type { LogRecord, NewRecord } from './record.ts';
import type { Isolation } from './replica.ts';
import type { TopicShape } from './topic.ts';

export function envelope(id: string): Envelope {
  const message = { id, type: 'T', body: { id }, headers: {}, parsed: true };
  const text = JSON.stringify(message.body);
  return { message, text, lineage: `T#${id}`, entry: -1, expirationUs: undefined, durable: true };
}

/** `k=v` has the key k and the id v, `k=` is a tombstone; all else is an id alone. */
export function record(name: string): NewRecord {
  const [key, id] = name.split('=');
  if (id === undefined) return { envelope: envelope(name), tombstone: false };
  return { key: key as string, envelope: envelope(id), tombstone: id === '' };
}

export const idOf = ({ envelope }: LogRecord): string => envelope.message.id;

/** An answer that must not be a refusal. */
export function taken<T extends object>(answer: T | Refused): T {
  if ('error' in answer) throw new Error(`refused: ${String(answer.error)}`);
  return answer;
}

type Sent = Omit<ProduceRequest, 'topic' | 'partition' | 'records' | 'acks'> & {
  acks?: ProduceRequest['acks'];
  partition?: number;
};

export class Bench {
  nowUs = 0;
  readonly cluster: LogCluster;
  /** `work/0 led by 1 in epoch 1`, `work/0 cut on 0 from 5 to 3: m3 m4` */
  readonly journal: string[] = [];
  /** Partitions of which readers were told that there may be more to read: `work/0` */
  readonly readable: string[] = [];
  #due: string[] = [];

  constructor(shape: LogShape) {
    this.cluster = new LogCluster(
      shape,
      {
        behind: () => {},
        readable: (topic, partition) => void this.readable.push(`${topic}/${partition}`),
        markersDue: (transactionalId) => void this.#due.push(transactionalId),
        deadlineMoved: () => {},
        transaction: ({ kind, transactionalId, transaction, why }) =>
          void this.journal.push(`${transactionalId} ${kind} ${transaction}${why ? `: ${why}` : ''}`),
        truncated: (topic, partition, { node, from, to, lost }) =>
          void this.journal.push(
            `${topic}/${partition} cut on ${node} from ${from} to ${to}: ${lost.map(idOf).join(' ')}`,
          ),
        led: (topic, partition, { leader = 'nobody', epoch, unclean }) =>
          void this.journal.push(
            `${topic}/${partition} led by ${leader} in epoch ${epoch}${unclean ? ', uncleanly' : ''}`,
          ),
      },
      () => this.nowUs,
    );
  }

  /** Markers that are due are written, and replicated. */
  mark(): void {
    this.writeMarkers();
    for (const topic of this.cluster.topics) for (const partition of topic.partitions) partition.replicate();
  }

  writeMarkers(): void {
    const due = this.#due;
    this.#due = [];
    for (const id of due) this.cluster.transactions.writeMarkers(id);
  }

  partition(partition = 0): Partition {
    return this.cluster.partition('work', partition) as Partition;
  }

  send(names: string, o: Sent = {}): Produced | Refused {
    const { acks = 'all', partition = 0, producer } = o;
    const records = names.split(' ').map(record);
    return this.cluster.produce({ topic: 'work', partition, acks, records, ...(producer ? { producer } : {}) });
  }

  /** Sends, and lets the followers fetch. */
  put(names: string, o: Sent = {}): Produced {
    const produced = taken(this.send(names, o));
    this.replicate();
    return produced;
  }

  replicate(partition = 0): void {
    this.cluster.replicate('work', partition);
  }

  failover(o: { unclean?: boolean; losing?: number } = {}): Failover {
    return taken(this.cluster.failover('work', 0, o));
  }

  fetch(offset: number, isolation: Isolation = 'read_uncommitted', maxRecords = 500): Fetched {
    return taken(this.cluster.fetch({ topic: 'work', partition: 0, offset, isolation, maxRecords }));
  }

  /** All that a consumer reads from the start. */
  read(isolation: Isolation = 'read_uncommitted'): string {
    const { offset } = taken(this.cluster.listOffsets('work', 0, 'earliest', isolation));
    return this.fetch(offset, isolation, Infinity).records.map(idOf).join(' ');
  }
}

/** A bench whose only topic is `work`, of one partition. */
export function oneTopic(shape: Partial<TopicShape> = {}, profile?: LogShape['profile']): Bench {
  return new Bench({ topics: { work: { partitions: 1, ...shape } }, ...(profile ? { profile } : {}) });
}
