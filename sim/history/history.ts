/**
 * What a run records: entries in the order in which they happened, each with virtual time, process, kind, data and the
 * entries that caused it. The digest grows with each entry: two lanes of 32 bits over all that the entry holds, so that
 * two runs are the same exactly when their digests are.
 */
import { combine, hashText } from '../kernel/random.ts';
import { Hashes, hashValue } from './hash.ts';

/** An entry of a run's history. */
export interface Entry {
  readonly n: number;
  readonly timeUs: number;
  readonly process: string;
  readonly kind: string;
  readonly data: unknown;
  readonly causes: readonly number[];
}

/** What entries about a component hold: where it happened and what, as selectors hand it out. */
export interface Happened {
  readonly component: string;
  /** Queues, tables or the call; an entry may concern several. */
  readonly channels: readonly string[];
  readonly value: unknown;
  /** Further facts, such as the reason of a dead letter. */
  readonly about?: Readonly<Record<string, unknown>>;
}

const texts = new Map<string, number>();

/** Names of processes and kinds come again and again. */
function hashName(text: string): number {
  let hash = texts.get(text);
  if (hash === undefined) {
    hash = hashText(text);
    if (texts.size < 10_000) texts.set(text, hash);
  }
  return hash;
}

/** So many entries are handed on at once where none is kept: between steps, outside of any process's code. */
const BATCH = 1_000;

export class History {
  /** All of them; where they are handed on, those since the last time. */
  entries: Entry[] = [];
  readonly hashes = new Hashes();
  #high = 0x2545f491;
  #low = 0x4f6cdd1d;
  readonly #watchers: ((entry: Entry) => void)[] = [];
  #reader: ((entry: Entry) => void) | undefined;
  #length = 0;

  /** @param keeps false: entries are counted and shown to watchers, and neither kept nor hashed */
  constructor(readonly keeps = true) {}

  get length(): number {
    return this.#length;
  }

  record(timeUs: number, process: string, kind: string, data: unknown, causes: readonly number[]): number {
    const n = this.#length++;
    const entry: Entry = { n, timeUs, process, kind, data, causes };
    if (this.keeps) this.#keep(entry);
    for (const watch of this.#watchers) watch(entry);
    return n;
  }

  #keep(entry: Entry): void {
    const { timeUs, process, kind, data, causes } = entry;
    this.entries.push(entry);
    let hash = combine(hashName(kind), hashName(process));
    hash = combine(hash, hashValue(timeUs));
    for (const cause of causes) hash = combine(hash, cause);
    const value = this.hashes.ofData(data);
    this.#high = combine(this.#high, combine(hash, value));
    this.#low = combine(this.#low ^ value, hash);
  }

  /** All entries are there to the end of the run. */
  get isWhole(): boolean {
    return this.keeps && this.#reader === undefined;
  }

  /** From now on entries are kept only until a reader has seen them. */
  handTo(reader: (entry: Entry) => void): void {
    this.#reader = reader;
  }

  /** Between two steps. @param min of fewer entries nothing is done */
  handOn(min = BATCH): void {
    if (!this.#reader || this.entries.length < min) return;
    const seen = this.entries;
    this.entries = [];
    this.hashes.forget();
    for (const entry of seen) this.#reader(entry);
  }

  /** Sees every entry from now on. */
  watch(see: (entry: Entry) => void): void {
    this.#watchers.push(see);
  }

  /** 16 hexadecimal digits. */
  get digest(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
