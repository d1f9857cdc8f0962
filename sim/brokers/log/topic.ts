/** A topic: its settings with their defaults, and its partitions spread over the brokers. */
import { EddyError } from '../../errors.ts';
import type { Names } from '../../options.ts';
import { Partition, type PartitionEvents } from './partition.ts';

export type Profile = '3.9' | '4.1';

export const DEFAULT_PROFILE: Profile = '4.1';

/** A topic as it is declared. */
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
  /** Whether records carry the time at which their producer made them, or at which they are appended; default: 'create'. */
  readonly timestamps?: 'create' | 'append';
}

export const TOPIC_OPTIONS: Names<TopicShape> = {
  partitions: true,
  growsTo: true,
  replicas: true,
  minInsyncReplicas: true,
  uncleanElection: true,
  cleanup: true,
  retentionMs: true,
  deleteRetentionMs: true,
  maxMessageBytes: true,
  timestamps: true,
};

/** What of a shape may change while the topic is in use: its configuration, as Kafka calls it. */
export type TopicSettings = Omit<TopicShape, 'partitions' | 'growsTo' | 'replicas'>;

const REPLICAS = 3;
const DAY_MS = 86_400_000;
const MAX_BYTES = 1_048_588;

export interface TopicPlace {
  /** The topic's number: where its first leader stands. */
  readonly nth: number;
  readonly brokers: number;
  readonly profile: Profile;
  readonly events: (partition: number) => PartitionEvents;
  /** The brokers of each partition, where its maker has said so. */
  readonly assignment?: readonly (readonly number[])[];
}

/** So many partitions a request may ask for. Source: ReplicationControlManager.java, MAX_PARTITIONS_PER_BATCH. */
export const PARTITIONS_MAX = 10_000;

/** @throws EddyError EDDY_CONFIG */
function checkCounts(name: string, { partitions, growsTo = partitions, replicas = REPLICAS }: TopicShape): void {
  const isRight = [partitions, growsTo, replicas].every((each) => Number.isInteger(each) && each > 0);
  if (isRight && Math.max(partitions, growsTo) <= PARTITIONS_MAX) return;
  const says = `Topic ${name}: partitions are a whole number from 1 to ${PARTITIONS_MAX}, replicas one from 1`;
  throw new EddyError('EDDY_CONFIG', says, { partitions, replicas });
}

export class Topic {
  readonly partitions: Partition[] = [];
  #shape: TopicShape;

  constructor(
    readonly name: string,
    shape: TopicShape,
    readonly place: TopicPlace,
  ) {
    checkCounts(name, shape);
    this.#shape = shape;
    this.grow(shape.partitions);
  }

  get shape(): TopicShape {
    return this.#shape;
  }

  get isCompacted(): boolean {
    return this.#shape.cleanup === 'compact';
  }

  get maxMessageBytes(): number {
    return this.#shape.maxMessageBytes ?? MAX_BYTES;
  }

  get retentionUs(): number {
    return (this.#shape.retentionMs ?? Infinity) * 1000;
  }

  get replicas(): number {
    return this.#shape.replicas ?? Math.min(REPLICAS, this.place.brokers);
  }

  /** Its settings are these from now on; what is left out has its default. */
  configure(settings: TopicSettings): void {
    const { partitions, growsTo, replicas } = this.#shape;
    const kept = { partitions, ...(growsTo !== undefined && { growsTo }), ...(replicas !== undefined && { replicas }) };
    this.#shape = { ...settings, ...kept };
    for (const partition of this.partitions) partition.configure(this.#options);
  }

  /** Partitions are only ever added. @param assignment the brokers of those that come, where somebody has said so */
  grow(count: number, assignment?: readonly (readonly number[])[]): void {
    const { nth, brokers, profile, events } = this.place;
    const first = this.partitions.length;
    while (this.partitions.length < count) {
      const partition = this.partitions.length;
      const said = assignment?.[partition - first] ?? this.place.assignment?.[partition];
      const nodes = said ?? Array.from({ length: this.replicas }, (_, n) => (nth + partition + n) % brokers);
      const o = { nodes, eligibleLeaders: profile === '4.1', ...this.#options };
      this.partitions.push(new Partition(o, events(partition)));
    }
  }

  get #options(): Parameters<Partition['configure']>[0] {
    const { minInsyncReplicas = 1, uncleanElection = false, deleteRetentionMs = DAY_MS } = this.#shape;
    return { minInsyncReplicas, uncleanElection, deleteRetentionUs: deleteRetentionMs * 1000 };
  }
}
