/**
 * What stands in a partition's log: records, and the markers that end transactions. Offsets are numbers here and bigints at
 * the port. Source: Kafka documentation, "Messages" (record batches, control records).
 */
import type { Envelope } from '../message.ts';

/** Whose batch a record came in; the records of a batch share it. */
export interface Batch {
  readonly id: number;
  readonly epoch: number;
  /** Of its first record; the others follow by one each. */
  readonly firstSequence: number;
  readonly count: number;
  /** Where its first record stands. */
  readonly baseOffset: number;
  readonly transactional: boolean;
  /** `producer id:epoch:count`, the n-th transaction of the epoch; only where it is transactional. */
  readonly transaction?: string;
  /** Since 4.1 a partition asks the coordinator about a transaction: its first batch there is to be the producer's first. */
  readonly isVerified?: boolean;
}

/** A record as a real client sent it, byte by byte: what its consumers get. */
export interface RawRecord {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly key: string; readonly value: Uint8Array | null }[];
}

export interface LogRecord {
  readonly offset: number;
  readonly key?: string | undefined;
  readonly envelope: Envelope;
  /** Without a value: it deletes its key where the topic is compacted. */
  readonly tombstone: boolean;
  readonly timeUs: number;
  readonly raw?: RawRecord | undefined;
  readonly leaderEpoch: number;
  /** Only where the producer is idempotent. */
  readonly producer?: Batch | undefined;
}

/** A control record: consumers never see it, but it takes an offset. */
export interface Marker {
  readonly offset: number;
  readonly marker: 'commit' | 'abort';
  readonly producerId: number;
  readonly epoch: number;
  readonly timeUs: number;
  readonly leaderEpoch: number;
}

export type Entry = LogRecord | Marker;

/** A record before a leader has taken it. */
export interface NewRecord {
  readonly key?: string;
  readonly envelope: Envelope;
  readonly tombstone: boolean;
  /** When its producer says that it was made; left out: when it is appended. */
  readonly timeUs?: number;
  readonly raw?: RawRecord;
}

export function isMarker(entry: Entry): entry is Marker {
  return 'marker' in entry;
}

const SEQUENCES = 2_147_483_648;

/** The sequence so many places on: after 2 147 483 647 comes 0. */
export function sequenceAfter(sequence: number, by: number): number {
  return (sequence + by) % SEQUENCES;
}

export function sequenceOf({ offset, producer }: LogRecord): number | undefined {
  return producer && sequenceAfter(producer.firstSequence, offset - producer.baseOffset);
}
