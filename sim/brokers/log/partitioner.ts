/**
 * How producers choose a partition: by the key's hash, or without a key as their client does. Choices that a client draws come from
 * the caller. Sources: BuiltInPartitioner.java (KIP-794); kafkajs, producer/partitioners/default.
 */
import { murmur2 } from './murmur2.ts';

const ENCODER = new TextEncoder();
/** `batch.size`: without a key so many bytes go to one partition before the next is drawn. */
const STICKY_BYTES = 16_384;

/** Where a key belongs, as long as the topic has this many partitions. */
export function partitionForKey(key: string, partitions: number): number {
  return toPositive(murmur2(ENCODER.encode(key))) % partitions;
}

/** One producer's choices. */
export interface Partitioner {
  /**
   * @param available the partitions that have a leader: what has no key goes to one of them, if there is one
   * @param bytes how large the record is
   */
  choose(r: {
    topic: string;
    key: string | undefined;
    partitions: number;
    available: readonly number[];
    bytes: number;
  }): number;
}

/** The Java client's: without a key it stays with a partition until a batch is full. @param draw any integer */
export class StickyPartitioner implements Partitioner {
  readonly #current = new Map<string, { readonly partition: number; bytes: number }>();

  constructor(
    readonly draw: () => number,
    readonly stickyBytes = STICKY_BYTES,
  ) {}

  choose({ topic, key, partitions, available, bytes }: Parameters<Partitioner['choose']>[0]): number {
    if (key !== undefined) return partitionForKey(key, partitions);
    let current = this.#current.get(topic);
    if (!current) {
      current = { partition: among(available, partitions, toPositive(this.draw())), bytes: 0 };
      this.#current.set(topic, current);
    }
    current.bytes += bytes;
    if (current.bytes >= this.stickyBytes) this.#current.delete(topic);
    return current.partition;
  }
}

/** kafkajs's: without a key one partition after the other. @param draw where a topic starts */
export class RoundRobinPartitioner implements Partitioner {
  readonly #counts = new Map<string, number>();

  constructor(readonly draw: () => number) {}

  choose({ topic, key, partitions, available }: Parameters<Partitioner['choose']>[0]): number {
    if (key !== undefined) return partitionForKey(key, partitions);
    const count = this.#counts.get(topic) ?? this.draw();
    this.#counts.set(topic, count + 1);
    return among(available, partitions, toPositive(count));
  }
}

function among(available: readonly number[], partitions: number, n: number): number {
  return available.length === 0 ? n % partitions : (available[n % available.length] as number);
}

/** Without its sign, as Kafka does it: not the absolute value. */
function toPositive(n: number): number {
  return n & 0x7fffffff;
}
