/**
 * A partition in its plainest form, written from the facts and not from the broker's code: a list of entries on each broker, and
 * every question answered by looking at all of them. Followers find where they part from the leader by comparing entries.
 */
import type { Acks } from './partition.ts';

export interface Shape {
  readonly minInsync: number;
  readonly unclean: boolean;
  readonly eligibles: boolean;
  readonly isV2: boolean;
}

export interface By {
  readonly id: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly transactional: boolean;
}

interface Entry {
  readonly name: string;
  readonly by?: By & { readonly at: number; readonly count: number };
  readonly ends?: { readonly producer: number; readonly epoch: number; readonly outcome: 'commit' | 'abort' };
}

interface Held {
  readonly producer: number;
  epoch: number;
  state: 'free' | 'open' | 'ending';
  outcome: 'commit' | 'abort';
  /** Behind its marker, once it is written. */
  marked: number | undefined;
}

/** What can be seen of a partition. */
export interface Seen {
  readonly leader: number | undefined;
  readonly epoch: number;
  readonly isr: readonly number[];
  readonly ends: readonly number[];
  readonly start: number | undefined;
  readonly highWatermark: number | undefined;
  readonly read: string;
  readonly readCommitted: string;
  readonly told: readonly string[];
}

const NODES = [0, 1, 2];

export class PartitionModel {
  readonly #logs: Entry[][] = NODES.map(() => []);
  readonly #starts = [0, 0, 0];
  readonly #highWatermarks = [0, 0, 0];
  #fetched = [0, 0, 0];
  readonly #down = new Set<number>();
  readonly #lagging = new Set<number>();
  #isr = NODES;
  #eligible: number[] = [];
  #leader: number | undefined = 0;
  #epoch = 0;
  #waiting: { readonly offset: number; readonly name: string }[] = [];
  readonly #held = new Map<string, Held>();
  readonly told: string[] = [];
  /** Confirmed with acks=all. */
  readonly confirmed: string[] = [];
  /** Whether a record that was committed may be gone. */
  mayHaveLost = false;

  constructor(readonly o: Shape) {}

  get seen(): Seen {
    const leader = this.#leader;
    const of = <T>(list: readonly T[]): T | undefined => (leader === undefined ? undefined : list[leader]);
    return {
      leader,
      epoch: this.#epoch,
      isr: this.#isr,
      ends: this.#logs.map((log) => log.length),
      start: of(this.#starts),
      highWatermark: of(this.#highWatermarks),
      read: this.#read(false),
      readCommitted: this.#read(true),
      told: this.told,
    };
  }

  produce(names: readonly string[], acks: Acks, by: By | undefined): string {
    if (this.#leader === undefined) return 'LEADER_NOT_AVAILABLE';
    if (acks === 'all' && this.#isr.length < this.o.minInsync) return 'NOT_ENOUGH_REPLICAS';
    const log = this.#log;
    const count = names.length;
    const known = by && this.#check(by, count);
    if (typeof known === 'string') return known;
    const at = known ?? log.length;
    if (known === undefined) for (const name of names) log.push(by ? { name, by: { ...by, at, count } } : { name });
    this.#advance();
    if (acks === 'all') this.#wait(at + count, names.join(' '));
    return `${at}${known === undefined ? '' : ' again'}`;
  }

  init(id: string, producer: number): string {
    const held = this.#held.get(id);
    if (!held) this.#held.set(id, { producer, epoch: 0, state: 'free', outcome: 'abort', marked: undefined });
    else if (held.state === 'free') held.epoch++;
    else {
      if (held.state === 'open') {
        held.epoch++;
        this.#decide(held, 'abort');
      }
      return 'CONCURRENT_TRANSACTIONS';
    }
    return `${this.#held.get(id)?.epoch}`;
  }

  add(id: string, epoch: number): string | undefined {
    const held = this.#held.get(id) as Held;
    if (epoch !== held.epoch) return 'PRODUCER_FENCED';
    if (held.state === 'ending') return 'CONCURRENT_TRANSACTIONS';
    held.state = 'open';
    return undefined;
  }

  /** @returns the epoch from then on */
  end(id: string, epoch: number, outcome: 'commit' | 'abort'): number | undefined {
    const held = this.#held.get(id) as Held;
    if (epoch !== held.epoch) return undefined;
    // With 4.1 a producer may abort what never came to the coordinator.
    if (held.state === 'free' && outcome === 'abort' && this.o.isV2) return ++held.epoch;
    if (held.state !== 'open') return undefined;
    this.#decide(held, outcome);
    return held.epoch;
  }

  writeMarkers(): void {
    for (const held of this.#held.values()) {
      if (held.state !== 'ending' || held.marked !== undefined || this.#leader === undefined) continue;
      if (this.#isr.length < this.o.minInsync) continue;
      const { producer, epoch, outcome } = held;
      held.marked = this.#log.push({ name: outcome, ends: { producer, epoch, outcome } });
      this.#advance();
    }
  }

  replicate(nodes: readonly number[]): void {
    if (this.#leader === undefined) return;
    const fetching = nodes.filter((n) => n !== this.#leader && !this.#down.has(n) && !this.#lagging.has(n));
    for (const node of fetching) {
      this.#logs[node] = [...this.#log];
      // What a follower has removed does not come back.
      this.#starts[node] = Math.max(this.#starts[node] as number, this.#starts[this.#leader] as number);
      this.#fetched[node] = this.#log.length;
      this.#isr = NODES.filter((n) => n === node || this.#isr.includes(n));
      this.#eligible = this.#isr.length >= this.o.minInsync ? [] : this.#eligible.filter((n) => n !== node);
    }
    this.#advance();
    for (const node of fetching) this.#highWatermarks[node] = this.#highWatermarks[this.#leader] as number;
  }

  fallBehind(node: number): void {
    this.#lagging.add(node);
    if (node === this.#leader) return;
    this.#leave(node);
    this.#advance();
  }

  catchUp(node: number): void {
    this.#lagging.delete(node);
  }

  stop(node: number): void {
    if (this.#down.has(node)) return;
    this.#down.add(node);
    this.#leave(node);
    if (this.#leader === node) this.#elect(false);
    else this.#advance();
  }

  start(node: number): void {
    this.#down.delete(node);
    if (this.#leader === undefined) this.#elect(false);
  }

  electUncleanly(): void {
    if (this.#leader === undefined && this.o.unclean) this.#elect(true);
  }

  cut(offset: number): void {
    if (this.#leader === undefined) return;
    const to = Math.min(offset, this.#highWatermarks[this.#leader] as number);
    this.#starts[this.#leader] = Math.max(this.#starts[this.#leader] as number, to);
  }

  get #log(): Entry[] {
    return this.#logs[this.#leader as number] as Entry[];
  }

  /** Where the batch is already, or why it is refused; nothing: it is new. */
  #check(by: By, count: number): number | string | undefined {
    const own = this.#log.filter((one) => one.by?.id === by.id || one.ends?.producer === by.id);
    const epochOf = (one: Entry | undefined): number => one?.by?.epoch ?? one?.ends?.epoch ?? -1;
    const now = epochOf(own.at(-1));
    const isFirst = !by.transactional || !this.o.isV2 || by.sequence === 0;
    if (own.length === 0) return isFirst ? undefined : 'OUT_OF_ORDER_SEQUENCE_NUMBER';
    if (by.epoch < now) return 'INVALID_PRODUCER_EPOCH';
    const batches = this.#log.filter(({ by: b }, n) => b?.id === by.id && b.epoch === by.epoch && b.at === n);
    const same = batches.slice(-5).find(({ by: b }) => b?.sequence === by.sequence && b.count === count);
    if (same?.by) return same.by.at;
    const last = batches.at(-1)?.by;
    return by.sequence === (last ? last.sequence + last.count : 0) ? undefined : 'OUT_OF_ORDER_SEQUENCE_NUMBER';
  }

  #wait(offset: number, name: string): void {
    this.#waiting.push({ offset, name });
    this.#answer();
  }

  #advance(): void {
    if (this.#leader === undefined || this.#isr.length < this.o.minInsync) return;
    const ends = this.#isr.map((n) => (n === this.#leader ? this.#log.length : (this.#fetched[n] as number)));
    const now = this.#highWatermarks[this.#leader] as number;
    this.#highWatermarks[this.#leader] = Math.max(now, Math.min(...ends));
    this.#answer();
  }

  #answer(): void {
    const highWatermark = this.#highWatermarks[this.#leader as number] as number;
    const done = this.#waiting.filter(({ offset }) => offset <= highWatermark);
    this.#waiting = this.#waiting.filter(({ offset }) => offset > highWatermark);
    const isEnough = this.#isr.length >= this.o.minInsync;
    for (const { name } of done) {
      this.told.push(`${name}: ${isEnough ? 'done' : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'}`);
      if (isEnough) this.confirmed.push(...name.split(' '));
    }
    for (const held of this.#held.values()) {
      if (held.marked === undefined || held.marked > highWatermark) continue;
      held.marked = undefined;
      held.state = 'free';
    }
  }

  #decide(held: Held, outcome: 'commit' | 'abort'): void {
    held.state = 'ending';
    held.outcome = outcome;
    if (this.o.isV2) held.epoch++;
  }

  #leave(node: number): void {
    if (!this.#isr.includes(node) || (this.#isr.length === 1 && !this.o.eligibles)) return;
    this.#isr = this.#isr.filter((n) => n !== node);
    if (this.o.eligibles && this.#isr.length < this.o.minInsync) this.#eligible.push(node);
  }

  #elect(uncleanly: boolean): void {
    const clean = NODES.find(
      (n) => !this.#down.has(n) && (this.#isr.length > 0 ? this.#isr : this.#eligible).includes(n),
    );
    const next = clean ?? (uncleanly ? NODES.find((n) => !this.#down.has(n)) : undefined);
    if (next === undefined && this.#leader === undefined) return;
    this.#epoch++;
    this.#leader = next;
    this.#fetched = [0, 0, 0];
    for (const { name } of this.#waiting) this.told.push(`${name}: NOT_LEADER_OR_FOLLOWER`);
    this.#waiting = [];
    for (const held of this.#held.values()) held.marked = undefined;
    if (next === undefined) return;
    if (clean === undefined) {
      this.mayHaveLost = true;
      this.#eligible = [];
    }
    if (!this.#isr.includes(next)) this.#isr = [next];
    this.#eligible = this.#eligible.filter((n) => n !== next);
    this.#lagging.delete(next);
    this.#advance();
  }

  #read(isCommittedOnly: boolean): string {
    if (this.#leader === undefined) return '';
    const log = this.#log;
    const highWatermark = this.#highWatermarks[this.#leader] as number;
    const endOf = (n: number): number =>
      log.findIndex((one, m) => m > n && one.ends !== undefined && one.ends.producer === log[n]?.by?.id);
    const isOpen = (n: number): boolean => endOf(n) < 0 || endOf(n) >= highWatermark;
    const unstable = log.findIndex(({ by }, n) => by?.transactional === true && isOpen(n));
    const upTo = isCommittedOnly && unstable >= 0 ? Math.min(unstable, highWatermark) : highWatermark;
    const isShown = ({ by, ends }: Entry, n: number): boolean => {
      if (n < (this.#starts[this.#leader as number] as number) || n >= upTo || ends) return false;
      return !isCommittedOnly || !by?.transactional || log[endOf(n)]?.ends?.outcome !== 'abort';
    };
    return log
      .filter(isShown)
      .map(({ name }) => name)
      .join(' ');
  }
}
