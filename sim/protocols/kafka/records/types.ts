/** Records as they travel, in any of the three formats. Source: Kafka documentation, "Message Format". */

export interface RecordHeader {
  readonly key: string;
  readonly value: Buffer | null;
}

export interface WireRecord {
  readonly offset: number;
  /** Milliseconds; -1 where the format has none. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
}

/** 2: record batches, since 0.11. 1: messages with times, since 0.10. 0: messages. */
export type Magic = 0 | 1 | 2;

export type Compression = 'none' | 'gzip';

/** Messages of the older formats that stand side by side, or in one compressed wrapper, are a batch as well. */
export interface RecordBatch {
  readonly magic: Magic;
  readonly baseOffset: number;
  /** May be above that of the last record: compaction keeps the range of a batch. */
  readonly lastOffset: number;
  readonly partitionLeaderEpoch: number;
  readonly compression: Compression;
  /** Whether times are the producer's or those of the broker's append. */
  readonly timestampType: 'create' | 'append';
  readonly isTransactional: boolean;
  /** Holds a marker that ends a transaction. */
  readonly isControl: boolean;
  /** -1, with epoch and sequence: of no idempotent producer. */
  readonly producerId: number;
  readonly producerEpoch: number;
  /** Of the first record; the others follow. */
  readonly baseSequence: number;
  readonly records: readonly WireRecord[];
}

/** A batch of the present format, of no idempotent producer, over the offsets of its records. */
export function batchOf(records: readonly WireRecord[], o: Partial<RecordBatch> = {}): RecordBatch {
  const baseOffset = o.baseOffset ?? records[0]?.offset ?? 0;
  return {
    magic: 2,
    baseOffset,
    lastOffset: records.at(-1)?.offset ?? baseOffset,
    partitionLeaderEpoch: -1,
    compression: 'none',
    timestampType: 'create',
    isTransactional: false,
    isControl: false,
    producerId: -1,
    producerEpoch: -1,
    baseSequence: -1,
    records,
    ...o,
  };
}
