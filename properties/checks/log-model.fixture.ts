/**
 * A small log that does all right: two partitions, producers with and without transactions, failovers, retention,
 * compaction, and a group of three whose members come, die and go back. Commands that make no sense are passed over.
 */
import fc from 'fast-check';
import { ToldLog } from './log.fixture.ts';

/** What is there more than once comes more often. */
const WHAT = [
  'send',
  'send',
  'send',
  'send in a transaction',
  'commit transaction',
  'abort transaction',
  'replicate',
  'replicate',
  'replicate',
  'hand out',
  'hand out',
  'hand out',
  'effect',
  'effect',
  'commit',
  'commit',
  'read on',
  'read on',
  'read on',
  'rebalance',
  'crash',
  'expel',
  'fail over',
  'cut',
  'compact',
  'seek back',
  'copy',
] as const;

export interface Command {
  readonly what: (typeof WHAT)[number];
  readonly partition: 0 | 1;
  readonly n: number;
}

export const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WHAT),
    partition: fc.constantFrom<0 | 1>(0, 1),
    n: fc.nat({ max: 5 }),
  }),
  { maxLength: 120, size: 'max' },
);

interface Stored {
  readonly id: string;
  readonly key: string;
  readonly call: number;
  readonly transaction: string | undefined;
  readonly producer: string;
  readonly isCopy?: boolean;
}

interface InHand {
  readonly offset: number;
  readonly id: string;
  readonly delivery: number;
  readonly owner: number;
  isDone: boolean;
}

/** `undefined` in `records` is a marker, or what was compacted. */
interface Part {
  readonly records: (Stored | undefined)[];
  highWatermark: number;
  start: number;
  owner: number | undefined;
  position: number;
  committed: number;
  inHand: InHand | undefined;
}

const part = (): Part => ({
  records: [],
  highWatermark: 0,
  start: 0,
  owner: undefined,
  position: 0,
  committed: 0,
  inHand: undefined,
});

export class ToldByModel extends ToldLog {
  readonly parts: readonly [Part, Part] = [part(), part()];
  readonly aborted = new Set<string>();
  generation = 0;
  #calls = 0;
  #transactions = 0;
  #open: string | undefined;
  #incarnations = [0, 0, 0];

  play(list: readonly Command[]): void {
    this.#rebalance([0, 1]);
    for (const each of list) this.#step(each);
  }

  /** Who a member is in a process's present life. */
  as(worker: number): { process: string; member: string; generation: number } {
    return {
      process: `worker/${worker}`,
      member: `m${worker}.${this.#incarnations[worker]}`,
      generation: this.generation,
    };
  }

  #step({ what, partition, n }: Command): void {
    const part = this.parts[partition];
    const { inHand } = part;
    if (what === 'send') this.send(partition, { key: `k${n % 2}` });
    else if (what === 'send in a transaction') this.send(partition, { key: `k${n % 2}`, producer: 't/0' });
    else if (what === 'copy') this.#copy(partition, n);
    else if (what === 'commit transaction' || what === 'abort transaction') this.end(what === 'commit transaction');
    else if (what === 'replicate') part.highWatermark = part.records.length;
    else if (what === 'hand out' && !inHand) this.handOut(partition);
    else if (what === 'effect' && inHand && !inHand.isDone) this.#finish(inHand);
    else if (what === 'commit' && inHand?.isDone) this.#commits(partition, inHand);
    else if (what === 'read on') this.#readOn(partition);
    else if (what === 'rebalance') this.#handOver(n);
    else if (what === 'crash') this.#crash(n % 3);
    else if (what === 'expel') this.#expel(partition);
    else if (what === 'fail over') this.#failOver(partition, n);
    else if (what === 'cut') this.#cut(partition, n);
    else if (what === 'compact') this.#compact(partition);
    else if (what === 'seek back') this.#seekBack(partition, n);
  }

  send(partition: 0 | 1, { key, producer = 'p/0' }: { key: string; producer?: string }): number {
    const call = ++this.#calls;
    if (producer === 't/0') this.#open ??= `7:0:${++this.#transactions}`;
    const transaction = producer === 't/0' ? this.#open : undefined;
    this.#append(partition, { id: `c${call}`, key, call, transaction, producer });
    return this.parts[partition].records.length - 1;
  }

  #append(partition: 0 | 1, stored: Stored): void {
    const { records } = this.parts[partition];
    const { transaction, ...sent } = stored;
    this.writes(records.length, { partition, ...sent, ...(transaction && { transaction }) });
    records.push(stored);
  }

  #copy(partition: 0 | 1, n: number): void {
    const { records } = this.parts[partition];
    const of = records[records.length - 1 - n];
    if (!of) return;
    this.writes(records.length, { partition, id: of.id, key: of.key, copy: true });
    records.push({ ...of, transaction: undefined, isCopy: true });
  }

  end(commits: boolean): void {
    if (this.#open === undefined) return;
    if (!commits) this.aborted.add(this.#open);
    this.ends(commits ? 'Committed' : 'Aborted', 7);
    for (const { records } of this.parts) {
      if (records.some((each) => each?.transaction === this.#open)) records.push(undefined);
    }
    this.#open = undefined;
  }

  /** Done with what is in hand, uncommitted, to the next. */
  #readOn(partition: 0 | 1): void {
    const part = this.parts[partition];
    if (part.inHand && !part.inHand.isDone) this.#finish(part.inHand);
    part.inHand = undefined;
    this.handOut(partition);
  }

  /** The last stable offset. */
  #end({ records, highWatermark }: Part): number {
    const open = records.findIndex((each) => each?.transaction !== undefined && each.transaction === this.#open);
    return open < 0 ? highWatermark : Math.min(open, highWatermark);
  }

  /** What the group is handed next, if there is something. */
  handOut(partition: 0 | 1): number | undefined {
    const part = this.parts[partition];
    const { owner } = part;
    if (owner === undefined) return undefined;
    for (; part.position < this.#end(part); part.position++) {
      const record = part.records[part.position];
      if (!record || (record.transaction !== undefined && this.aborted.has(record.transaction))) continue;
      const delivery = this.given(part.position, { partition, ...this.as(owner) });
      part.inHand = { offset: part.position++, id: record.id, delivery, owner, isDone: false };
      return delivery;
    }
    return undefined;
  }

  #finish(inHand: InHand): void {
    inHand.isDone = true;
    this.effect(inHand.id, [inHand.delivery], `worker/${inHand.owner}`);
  }

  #commits(partition: 0 | 1, { offset, owner, delivery }: InHand): void {
    const part = this.parts[partition];
    part.inHand = undefined;
    part.committed = offset + 1;
    this.commits(part.committed, { partition, ...this.as(owner), causes: [delivery] });
  }

  /** Who has something in hand finishes it, then gives up what it has. */
  #handOver(n: number): void {
    this.parts.forEach((part, partition) => {
      if (part.inHand && !part.inHand.isDone) this.#finish(part.inHand);
      if (part.inHand && n % 2 === 0) this.#commits(partition as 0 | 1, part.inHand);
      if (part.owner !== undefined) this.revoked(partition, this.as(part.owner));
    });
    this.#rebalance([n % 3, (n + 1) % 3]);
  }

  #rebalance(owners: readonly [number, number]): void {
    this.generation++;
    const byMember: Record<string, number[]> = {};
    owners.forEach((owner, partition) => (byMember[this.as(owner).member] ??= []).push(partition));
    this.rebalanced(this.generation, byMember);
    owners.forEach((owner, partition) => {
      const part = this.parts[partition as 0 | 1];
      this.assigned(partition, this.as(owner));
      Object.assign(part, { owner, inHand: undefined, position: Math.max(part.start, part.committed) });
    });
  }

  #crash(worker: number): void {
    this.crashed(`worker/${worker}`);
    this.#incarnations[worker] = (this.#incarnations[worker] ?? 0) + 1;
    this.#moveFrom(worker);
  }

  /** Its session times out, it goes on without knowing, and loses everything when it hears of that. */
  #expel(partition: 0 | 1): void {
    const { owner, inHand } = this.parts[partition];
    if (owner === undefined) return;
    const had = [0, 1].filter((each) => this.parts[each as 0 | 1].owner === owner);
    const zombie = this.as(owner);
    this.#incarnations[owner] = (this.#incarnations[owner] ?? 0) + 1;
    this.#moveFrom(owner);
    if (inHand && !inHand.isDone) this.#finish(inHand);
    this.lost(had, zombie);
  }

  #moveFrom(worker: number): void {
    const [one, other] = this.parts.map(({ owner }) => (owner === worker ? (worker + 1) % 3 : owner)) as [
      number,
      number,
    ];
    this.parts.forEach((part, partition) => {
      if (part.owner === undefined || part.owner === worker) return;
      if (part.inHand && !part.inHand.isDone) this.#finish(part.inHand);
      this.revoked(partition, this.as(part.owner));
    });
    this.#rebalance([one, other]);
  }

  /** What is not on the followers is gone; its producer tries it again. */
  #failOver(partition: 0 | 1, n: number): void {
    const { records, highWatermark } = this.parts[partition];
    this.failsOver(highWatermark, { partition });
    const lost = records.splice(highWatermark);
    if (n === 0) this.send(partition, { key: 'k0', producer: `p/${records.length + 1}.${this.#calls}` });
    for (const each of lost) if (each && each.transaction === undefined && !each.isCopy) this.#append(partition, each);
  }

  #cut(partition: 0 | 1, n: number): void {
    const part = this.parts[partition];
    const to = Math.min(this.#end(part), part.start + n);
    if (part.inHand || part.owner === undefined) return;
    for (let offset = part.position; offset < to; offset++) {
      if (part.records[offset]) this.removed(offset, 'retention', { partition });
    }
    this.cut(part.start, to, { partition });
    part.start = to;
    if (part.position >= to) return;
    this.sought(to, { partition, from: part.position, why: 'reset', ...this.as(part.owner) });
    part.position = to;
  }

  /** The last of each key stays. */
  #compact(partition: 0 | 1): void {
    const part = this.parts[partition];
    const keys = new Set<string>();
    for (let offset = this.#end(part) - 1; offset >= part.start; offset--) {
      const record = part.records[offset];
      if (!record || record.transaction !== undefined) continue;
      if (keys.has(record.key) && part.inHand?.offset !== offset) {
        this.removed(offset, 'compacted', { partition });
        part.records[offset] = undefined;
      }
      keys.add(record.key);
    }
  }

  #seekBack(partition: 0 | 1, n: number): void {
    const part = this.parts[partition];
    if (part.inHand || part.owner === undefined) return;
    const to = Math.max(part.start, part.position - n);
    this.sought(to, { partition, from: part.position, ...this.as(part.owner) });
    part.position = to;
  }
}
