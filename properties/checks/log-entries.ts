/** What entries about a log say: where a record stands, who was handed it, in which transaction it is. */
import type { Happened } from '../../sim/history/history.ts';
import type { Entry } from '../property.ts';
import { concerns } from './messages.ts';

/** A component and, if one is named, its topic. */
export interface At {
  readonly component: string;
  readonly channel: string | undefined;
}

/** A record as an entry tells of it; `offset` is -1 where its producer did not wait to hear of it. */
export interface RecordAt {
  /** `orders/0` */
  readonly partition: string;
  readonly offset: number;
  readonly lineage: string;
  /** The group that it was handed to. */
  readonly group: string | undefined;
  readonly member: string | undefined;
  readonly transaction: string | undefined;
  /** A producer object of one process life, and which of the calls on it this is. */
  readonly producer: string | undefined;
  readonly call: number | undefined;
  /** A fault's: the application sent it again. */
  readonly isCopy: boolean;
  readonly isPoisoned: boolean;
}

/** The record of a log that an entry (`published`, `confirmed`, `delivered`, `dropped`) is about; none: it is of a queue. */
export function recordAt(entry: Entry): RecordAt | undefined {
  const { channels, about = {} } = entry.data as Happened;
  const { partition, offset } = about;
  if (partition === undefined || offset === undefined) return undefined;
  return {
    partition: `${channels[0]}/${Number(partition)}`,
    offset: Number(offset),
    lineage: String(about['lineage']),
    group: about['group'] as string | undefined,
    member: about['member'] as string | undefined,
    transaction: about['transaction'] as string | undefined,
    producer: about['producer'] as string | undefined,
    call: about['call'] as number | undefined,
    isCopy: about['copy'] === true,
    isPoisoned: about['poison'] !== undefined,
  };
}

/** Something that happened to a partition: a commit, a seek, a new leader, a new start. */
export interface PartitionEvent {
  readonly topic: string;
  readonly partition: number;
  readonly group?: string;
  readonly member?: string;
  readonly generation?: number;
  readonly offset?: number;
  readonly from?: number;
  readonly to?: number;
  /** Where the log of a new leader ends; the followers cut theirs off there when they hear of it. */
  readonly end?: number;
  readonly why?: string;
}

const OF_PARTITION = new Set(['offsetsCommitted', 'sought', 'leaderChanged', 'logStart']);

/** What happened to a partition of this log, with the partition's name. */
export function partitionEvent(entry: Entry, at: At): (PartitionEvent & { readonly name: string }) | undefined {
  if (!OF_PARTITION.has(entry.kind) || !concerns(entry, at)) return undefined;
  const value = (entry.data as Happened).value as PartitionEvent;
  return { ...value, name: `${value.topic}/${value.partition}` };
}

/** `orders/0@5` */
export function placeName({ partition, offset }: Pick<RecordAt, 'partition' | 'offset'>): string {
  return `${partition}@${offset}`;
}

/** The names of the partitions of an assignment. */
export function partitionNames({
  topic,
  partitions,
}: {
  topic: string;
  partitions: readonly number[];
}): readonly string[] {
  return partitions.map((each) => `${topic}/${each}`);
}

/** A new leader's log may be shorter than the old one's: what is cut off there, if this entry says so. */
export function cutOff(entry: Entry, at: At): { readonly partition: string; readonly to: number } | undefined {
  const event = entry.kind === 'leaderChanged' ? partitionEvent(entry, at) : undefined;
  return event?.end === undefined ? undefined : { partition: event.name, to: event.end };
}
