/**
 * A partition: its leader appends, its followers fetch, and what all that are in sync have is committed (the high watermark).
 * Sources: Kafka documentation, "Replication", "Eligible Leader Replicas"; Partition.scala, PartitionChangeBuilder.java.
 */
import { Compaction } from './compaction.ts';
import type { Refused } from './kafka-error.ts';
import type { Batch, LogRecord, Marker, NewRecord } from './record.ts';
import { InSync } from './in-sync.ts';
import { follow, recordsOf, type Truncation } from './follow.ts';
import { Purgatory, type Tell } from './purgatory.ts';
import { cutBelow } from './retention.ts';
import { Replica } from './replica.ts';

export type Acks = 0 | 1 | 'all';

export interface PartitionOptions {
  /** The brokers that keep a copy; the first is the leader at the start. */
  readonly nodes: readonly number[];
  readonly minInsyncReplicas: number;
  readonly uncleanElection: boolean;
  /** Whether a replica that left the in-sync ones when they were too few may still lead (4.1). */
  readonly eligibleLeaders: boolean;
  /** How long compaction keeps tombstones and markers. */
  readonly deleteRetentionUs: number;
}

/** What a partition does on its own account. */
export interface PartitionEvents {
  /** Followers have something to fetch, or something to hear. */
  behind(): void;
  /** The high watermark has moved. */
  readable(): void;
  truncated(node: number, cut: Truncation): void;
  led(leader: number | undefined, epoch: number, unclean: boolean): void;
}

/** A batch as its producer sends it. */
export type ProducerOfBatch = Omit<Batch, 'count' | 'baseOffset'>;

export interface Appended {
  readonly baseOffset: number;
  readonly duplicate: boolean;
  readonly appended: readonly LogRecord[];
  /** Where the high watermark must come for the batch to be committed. */
  readonly requiredOffset: number;
}

/** What retention has done: where the log began, where it begins, what is gone. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly removed: readonly LogRecord[];
}

export interface Failover {
  readonly leader: number | undefined;
  readonly epoch: number;
  readonly unclean: boolean;
  /** Where the new leader's log ended when it was elected. */
  readonly truncatedTo: number;
  /** What the old leader had above that. */
  readonly lost: readonly LogRecord[];
}

export class Partition {
  readonly replicas: readonly Replica[];
  /** Brokers that are down: their copies stay as they are. */
  readonly #down = new Set<number>();
  /** Replicas that fetch nothing, until they may again. */
  readonly #lagging = new Set<number>();
  readonly #inSync: InSync;
  /** How far each follower has fetched from this leader. */
  readonly #fetched = new Map<number, number>();
  #leader: Replica | undefined;
  #epoch = 0;
  readonly #waiting = new Purgatory();
  readonly #compaction: Compaction;

  constructor(
    public o: PartitionOptions,
    readonly events: PartitionEvents,
  ) {
    this.replicas = o.nodes.map((node) => new Replica(node));
    this.#inSync = new InSync(o.nodes, Math.min(o.minInsyncReplicas, o.nodes.length), o.eligibleLeaders);
    this.#leader = this.replicas[0];
    this.#compaction = new Compaction(o.deleteRetentionUs);
  }

  get leader(): Replica | undefined {
    return this.#leader;
  }

  get epoch(): number {
    return this.#epoch;
  }

  get isr(): readonly number[] {
    return this.#inSync.members;
  }

  append(
    acks: Acks,
    records: readonly NewRecord[],
    nowUs: number,
    producer: ProducerOfBatch | undefined,
  ): Appended | Refused {
    const leader = this.#leader;
    if (!leader) return { error: 'LEADER_NOT_AVAILABLE' };
    if (acks === 'all' && !this.#inSync.isEnough) return { error: 'NOT_ENOUGH_REPLICAS' };
    const count = records.length;
    if (producer) {
      const checked = leader.producers.check(producer, count);
      if ('error' in checked) return checked;
      if ('duplicateOf' in checked) {
        const { baseOffset } = checked.duplicateOf;
        return { baseOffset, duplicate: true, appended: [], requiredOffset: baseOffset + count };
      }
    }
    const baseOffset = leader.end;
    const batch = producer && { ...producer, count, baseOffset };
    const leaderEpoch = this.#epoch;
    // One shape for all records: they are what a long run keeps most of.
    const appended = records.map(({ key, envelope, tombstone, timeUs = nowUs, raw }, n): LogRecord => {
      return { offset: baseOffset + n, key, envelope, tombstone, timeUs, raw, leaderEpoch, producer: batch };
    });
    for (const record of appended) leader.append(record);
    this.#grown();
    return { baseOffset, duplicate: false, appended, requiredOffset: baseOffset + count };
  }

  mark(marker: Omit<Marker, 'offset' | 'leaderEpoch'>): { readonly offset: number } | Refused {
    const leader = this.#leader;
    if (!leader) return { error: 'LEADER_NOT_AVAILABLE' };
    if (!this.#inSync.isEnough) return { error: 'NOT_ENOUGH_REPLICAS' };
    const offset = leader.end;
    leader.append({ ...marker, offset, leaderEpoch: this.#epoch });
    this.#grown();
    return { offset };
  }

  /** Tells, now or later, whether what stands below an offset of this leader is committed. */
  whenReplicated(offset: number, leaderEpoch: number, tell: Tell): void {
    if (leaderEpoch !== this.#epoch) return tell('NOT_LEADER_OR_FOLLOWER');
    this.#waiting.add(offset, tell);
    if (this.#leader) this.#answer(this.#leader);
  }

  /** Every follower that can, or those given, fetches all that the leader has; what all in-sync replicas have is committed. */
  replicate(nodes: readonly number[] = this.o.nodes): void {
    const leader = this.#leader;
    if (!leader) return;
    const fetching = this.replicas.filter((replica) => nodes.includes(replica.node) && this.#fetches(replica));
    for (const follower of fetching) {
      const cut = follow(follower, leader);
      this.#fetched.set(follower.node, follower.end);
      this.#inSync.join(follower.node);
      if (cut) this.events.truncated(follower.node, cut);
    }
    this.#advance(leader);
    for (const follower of fetching) follower.highWatermark = leader.highWatermark;
  }

  /** Cuts the log off below an offset, at most up to the high watermark; followers hear of it when they fetch. */
  cut(offset: number): Cut | undefined {
    const leader = this.#leader;
    if (!leader) return undefined;
    const from = leader.logStart;
    const removed = cutBelow(leader, offset);
    this.events.behind();
    return { from, to: leader.logStart, removed };
  }

  /** Every copy that is there and has the same entries is compacted alike. */
  compact(activeRecords: number, nowUs: number): readonly LogRecord[] {
    const leader = this.#leader;
    if (!leader) return [];
    const active = leader.entries.at(-activeRecords)?.offset ?? leader.logStart;
    const { below, gone } = this.#compaction.pass(leader, active, nowUs);
    for (const replica of this.replicas) {
      if (!this.#down.has(replica.node)) replica.takeOut(Math.min(below, replica.end), (entry) => gone.has(entry));
    }
    return recordsOf([...gone]);
  }

  /** A follower stops fetching, and is out of sync. */
  fallBehind(node: number): void {
    this.#lagging.add(node);
    if (this.#leader?.node === node) return;
    this.#inSync.leave(node);
    if (this.#leader) this.#advance(this.#leader);
  }

  /** It fetches again with the next `replicate`, and is in sync when it has all. */
  catchUp(node: number): void {
    this.#lagging.delete(node);
    this.events.behind();
  }

  stop(node: number): void {
    if (this.#down.has(node)) return;
    this.#down.add(node);
    this.#inSync.leave(node);
    if (this.#leader?.node === node) this.#elect(false);
    else if (this.#leader) this.#advance(this.#leader);
  }

  /** Its topic is gone. */
  close(): void {
    this.#leader = undefined;
    this.#waiting.fail('UNKNOWN_TOPIC_OR_PARTITION');
  }

  /** Its topic was set up anew. */
  configure(o: Pick<PartitionOptions, 'minInsyncReplicas' | 'uncleanElection' | 'deleteRetentionUs'>): void {
    this.o = { ...this.o, ...o };
    this.#inSync.min = Math.min(o.minInsyncReplicas, this.o.nodes.length);
    this.#compaction.deleteRetentionUs = o.deleteRetentionUs;
    if (this.#leader) this.#advance(this.#leader);
  }

  start(node: number): void {
    this.#down.delete(node);
    if (this.#leader) this.events.behind();
    else this.#elect(false);
  }

  /** The leader's broker fails, another one leads, and it comes back as a follower with the next `replicate`. */
  failover(): Failover | undefined {
    const old = this.#leader;
    if (!old) return undefined;
    this.stop(old.node);
    this.start(old.node);
    return this.#result(old, false);
  }

  /**
   * All that are in sync fail but for one follower, which has lagged behind for the last `losing` records, as if it had left
   * the in-sync ones before them. The others come back as its followers. Where that cannot have been (no such
   * follower, unclean election is off, or the high watermark would have waited for it): an ordinary failover.
   */
  uncleanFailover(losing: number): Failover | undefined {
    const old = this.#leader;
    const last = this.replicas.findLast((replica) => this.#fetches(replica));
    if (!old || !last || !this.o.uncleanElection || this.#inSync.min >= this.replicas.length) return this.failover();
    last.truncateTo(old.batchStart(Math.max(old.logStart, old.end - losing)));
    this.fallBehind(last.node);
    const others = this.replicas.filter(({ node }) => node !== last.node && !this.#down.has(node));
    for (const { node } of others) this.#down.add(node);
    this.#inSync.leads(old.node, { isClean: false });
    this.#elect(true);
    for (const { node } of others) this.start(node);
    return this.#result(old, true);
  }

  /** Elects one that is not in sync, if nobody else can lead and the topic allows it. */
  electUncleanly(): void {
    if (!this.#leader && this.o.uncleanElection) this.#elect(true);
  }

  #result(old: Replica, unclean: boolean): Failover {
    const truncatedTo = Math.min(this.#leader?.end ?? old.end, old.end);
    const lost = recordsOf(old.entries.slice(old.indexOf(truncatedTo)));
    return { leader: this.#leader?.node, epoch: this.#epoch, unclean, truncatedTo, lost };
  }

  #grown(): void {
    const leader = this.#leader as Replica;
    this.#advance(leader);
    if (this.replicas.length > 1) this.events.behind();
  }

  #fetches({ node }: Replica): boolean {
    return node !== this.#leader?.node && !this.#down.has(node) && !this.#lagging.has(node);
  }

  /** Only while enough replicas are in sync does the high watermark go on, to what all of them have. */
  #advance(leader: Replica): void {
    if (!this.#inSync.isEnough) return;
    let to = leader.end;
    for (const node of this.isr) if (node !== leader.node) to = Math.min(to, this.#fetched.get(node) ?? 0);
    if (to > leader.highWatermark) {
      leader.highWatermark = to;
      this.events.readable();
    }
    this.#answer(leader);
  }

  #answer(leader: Replica): void {
    this.#waiting.reached(leader.highWatermark, this.#inSync.isEnough ? undefined : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND');
  }

  #elect(uncleanly: boolean): void {
    const isUp = ({ node }: Replica): boolean => !this.#down.has(node);
    const { candidates } = this.#inSync;
    const clean = this.replicas.find((replica) => candidates.includes(replica.node) && isUp(replica));
    const next = clean ?? (uncleanly ? this.replicas.find(isUp) : undefined);
    if (!next && !this.#leader) return;
    this.#epoch++;
    this.#leader = next;
    this.#fetched.clear();
    if (next && !this.#inSync.has(next.node)) this.#inSync.leads(next.node, { isClean: clean !== undefined });
    this.events.led(next?.node, this.#epoch, clean === undefined && next !== undefined);
    this.#waiting.fail('NOT_LEADER_OR_FOLLOWER');
    if (!next) return;
    this.#lagging.delete(next.node);
    this.#advance(next);
    this.events.behind();
  }
}
