/** A topic: its settings with their defaults, and its partitions spread over the brokers. */
import { Partition, type PartitionEvents } from './partition.ts';

export type Profile = '3.9' | '4.1';

export const DEFAULT_PROFILE: Profile = '4.1';

export interface TopicShape {
  readonly partitions: number;
  /** Up to how many partitions it may get while it is in use: then keys move. Left out: it gets none. */
  readonly growsTo?: number;
  /** Copies of each partition; default: 3. */
  readonly replicas?: number;
  /** In-sync replicas that a write with acks=all, and the high watermark, need; default: 1. */
  readonly minInsyncReplicas?: number;
  /** Whether a replica that is not in sync may lead when no other can; default: false. */
  readonly uncleanElection?: boolean;
  /** What becomes of old records; default: 'delete'. */
  readonly cleanup?: 'delete' | 'compact';
  /** How long records are kept; default: for ever, unlike Kafka's seven days. */
  readonly retentionMs?: number;
  /** How long compaction keeps tombstones; default: a day. */
  readonly deleteRetentionMs?: number;
  /** The largest batch that is taken; default: 1 048 588. */
  readonly maxMessageBytes?: number;
}

const REPLICAS = 3;
const DAY_MS = 86_400_000;
const MAX_BYTES = 1_048_588;

export class Topic {
  readonly partitions: Partition[] = [];
  readonly isCompacted: boolean;
  readonly maxMessageBytes: number;
  readonly retentionUs: number;

  constructor(
    readonly name: string,
    readonly shape: TopicShape,
    readonly place: {
      /** The topic's number: where its first leader stands. */
      readonly nth: number;
      readonly brokers: number;
      readonly profile: Profile;
      readonly events: (partition: number) => PartitionEvents;
    },
  ) {
    this.isCompacted = shape.cleanup === 'compact';
    this.maxMessageBytes = shape.maxMessageBytes ?? MAX_BYTES;
    this.retentionUs = (shape.retentionMs ?? Infinity) * 1000;
    this.grow(shape.partitions);
  }

  /** Partitions are only ever added. */
  grow(count: number): void {
    const { nth, brokers, profile, events } = this.place;
    const replicas = this.shape.replicas ?? Math.min(REPLICAS, brokers);
    while (this.partitions.length < count) {
      const partition = this.partitions.length;
      const nodes = Array.from({ length: replicas }, (_, n) => (nth + partition + n) % brokers);
      const o = {
        nodes,
        minInsyncReplicas: this.shape.minInsyncReplicas ?? 1,
        uncleanElection: this.shape.uncleanElection ?? false,
        eligibleLeaders: profile === '4.1',
        deleteRetentionUs: (this.shape.deleteRetentionMs ?? DAY_MS) * 1000,
      };
      this.partitions.push(new Partition(o, events(partition)));
    }
  }
}
