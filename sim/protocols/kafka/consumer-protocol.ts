/**
 * What members of a `consumer` group tell each other through the coordinator: the topics that they subscribe to, and the
 * partitions that the leader gives them. A version first, then as in its schema; what follows in later versions is passed
 * over. Source: ConsumerProtocolSubscription.json, ConsumerProtocolAssignment.json.
 */
import { type Attempt, attempt } from './bytes/malformed.ts';
import { ByteReader } from './bytes/reader.ts';
import { ByteWriter } from './bytes/writer.ts';
import { readValue } from './schema/read.ts';
import { array, bytes, int32, nullable, since, string, struct, type Type } from './schema/types.ts';
import { writeValue } from './schema/write.ts';

export interface MemberPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export interface Subscription {
  readonly topics: readonly string[];
  readonly userData: Buffer | null;
  /** What a member of a cooperative group holds when it joins. Source: KIP-429. */
  readonly ownedPartitions: readonly MemberPartitions[];
}

export interface Assignment {
  readonly assignedPartitions: readonly MemberPartitions[];
  readonly userData: Buffer | null;
}

const partitions = array(struct<MemberPartitions>({ topic: string, partitions: array(int32) }));

const subscription = struct<Subscription>({
  topics: array(string),
  userData: nullable(bytes),
  ownedPartitions: since(1, partitions),
});

const assignment = struct<Assignment>({ assignedPartitions: partitions, userData: nullable(bytes) });

function read<T>(type: Type<T>, from: Buffer): Attempt<T> {
  return attempt(() => {
    const reader = new ByteReader(from);
    return readValue(type, reader, { version: reader.int16(), isFlexible: false });
  });
}

function write<T>(type: Type<T>, version: number, value: T): Buffer {
  const writer = new ByteWriter();
  writer.int16(version);
  writeValue(type, value, writer, { version, isFlexible: false });
  return writer.done();
}

export function readSubscription(metadata: Buffer): Attempt<Subscription> {
  return read(subscription, metadata);
}

/** An empty assignment, of a member that the leader gave nothing, reads as none. */
export function readAssignment(from: Buffer): Attempt<Assignment> {
  if (from.length === 0) return { value: { assignedPartitions: [], userData: null } };
  return read(assignment, from);
}

export function writeSubscription(version: number, value: Subscription): Buffer {
  return write(subscription, version, value);
}

export function writeAssignment(version: number, value: Assignment): Buffer {
  return write(assignment, version, value);
}
