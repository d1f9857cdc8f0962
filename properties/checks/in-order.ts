/**
 * What O4 and X3 share: for each group, the first occurrences of the one come in the order of the other. Confirms say what counts, and
 * not in which order: they come late, and of what was sent again last. So each goes by its publishes, and stands anywhere between the
 * first and the last of them.
 */
import type { Happened } from '../../sim/history/history.ts';
import { type Keyed, keyOf, ofKind, patternOf } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys, quietly } from './keys.ts';
import { type At, recordAt } from './log-entries.ts';
import { aboutMessage, concerns } from './messages.ts';

interface Ordered {
  readonly group: string;
  /** What keeps its order: the group, or its part in one partition once a log has more of them and keys may move. */
  readonly line: string;
  readonly entry: Entry;
}

/** The first effect of a key, and where the key stood then. */
interface Came {
  readonly key: string;
  readonly entry: Entry;
  readonly first: Ordered;
  readonly last: Ordered;
}

interface Terms<T> {
  readonly first: Keyed<T>;
  readonly effect: Keyed<unknown>;
  groupOf(value: T): string;
  /** `which was sent` */
  readonly before: string;
}

export function inOrder<T>(
  what: Pick<Property, 'id' | 'name' | 'kind'> & Pick<Terms<T>, 'before'>,
  first: Keyed<T>,
  then: Keyed<unknown>,
  groupOf: (value: T) => string,
): Property {
  const { before, ...property } = what;
  return {
    ...property,
    selectors: [first, then],
    start: () => asKept(new Order({ first, effect: then, groupOf, before })),
  };
}

class Order<T> implements KeptFold {
  readonly #log: At;
  /** What is there of each key, the first before the others. */
  readonly #order = new Map<string, readonly Ordered[]>();
  readonly #came: (Came | undefined)[] = [];
  /** What is confirmed, where that is asked for. */
  readonly #confirmed: Set<string> | undefined;
  readonly #sent: Keyed<T>;
  readonly #done = new Set<string>();
  /** Effects of what was not there yet, each at its place among those that came: of a record, say, whose transaction is open. */
  readonly #early = new Map<string, { readonly entry: Entry; readonly place: number }>();
  /** Publishes that a fault let come late to a queue: what other publishers sent after them passes them. */
  readonly #late = new Set<number>();
  /** Publishes that a fault let come to a queue twice. */
  readonly #copied = new Set<number>();
  readonly #poisoned = new Set<string>();
  readonly #keys = new Keys();
  #mayMove = false;

  constructor(readonly of: Terms<T>) {
    const pattern = patternOf(of.first as Keyed<unknown>);
    const isConfirm = pattern.kind === 'confirmed';
    this.#log = pattern;
    this.#sent = isConfirm ? ofKind(of.first, 'published') : of.first;
    this.#confirmed = isConfirm ? new Set() : undefined;
  }

  see(entry: Entry): void {
    if (entry.kind === 'partitionsAdded' && concerns(entry, this.#log)) this.#mayMove = true;
    if (entry.kind === 'delivered' && concerns(entry, this.#log)) this.#excuse(entry);
    if (entry.kind === 'fault') this.#strike(entry);
    const began = this.#keys.in(this.#sent, entry);
    if (began) this.#remember(began.key, began.value, entry);
    const confirmed = this.#confirmed && this.#keys.in(this.of.first, entry);
    if (confirmed) this.#confirmed?.add(confirmed.key);
    const happened = this.#keys.in(this.of.effect, entry);
    if (happened) this.#comes(happened.key, entry);
  }

  unsee(lost: Entry): void {
    this.#forget(lost);
  }

  removed(gone: Entry): void {
    this.#forget(gone);
  }

  end(): Verdict {
    const latest = new Map<string, Came>();
    let exercised = 0;
    for (const came of this.#came) {
      if (!came || this.#confirmed?.has(came.key) === false) continue;
      const { line } = came.first;
      const before = latest.get(line);
      latest.set(line, came);
      if (!before) continue;
      exercised++;
      if (isLater(before.first, came.last)) return this.#outOfOrder(before, came);
    }
    return passed(exercised, `second ${this.of.effect.says} for one key${this.#keys.aside}`);
  }

  #remember(key: string, value: T, entry: Entry): void {
    const group = this.#done.has(key) ? undefined : quietly(() => this.of.groupOf(value));
    if (group === undefined) return;
    const line = this.#mayMove ? `${group} in ${recordAt(entry)?.partition}` : group;
    if (this.#mayMove && (this.#order.get(key) ?? []).some((other) => isElsewhere(other.entry, entry))) {
      // Sent again to where its key has moved: no one log has both, and says which comes first.
      this.#done.add(key);
      return;
    }
    // Those of a transaction come late, in the places that they have had since they were appended.
    const known = [...(this.#order.get(key) ?? []), { group, line, entry }];
    this.#order.set(
      key,
      known.toSorted((a, b) => a.entry.n - b.entry.n),
    );
    const early = this.#early.get(key);
    if (early && early.entry.n > entry.n) this.#came[early.place] = this.#take(key, early.entry);
  }

  /** A record that was poisoned for somebody goes another way; what a copy of it does later says nothing. */
  #excuse(entry: Entry): void {
    if (aboutMessage(entry).poison === undefined) return;
    const found = keyOf(this.of.first, (entry.data as Happened).value as T);
    if (found !== 'no part') (recordAt(entry) ? this.#done : this.#poisoned).add(found.key);
  }

  #forget(gone: Entry): void {
    const key = this.#keys.in(this.#sent, gone)?.key;
    const found = key === undefined ? undefined : this.#order.get(key);
    if (key === undefined || !found) return;
    this.#order.set(
      key,
      found.filter(({ entry }) => entry !== gone),
    );
  }

  #comes(key: string, entry: Entry): void {
    if (this.#done.has(key)) return;
    if (this.#isOutOfTurn(key)) {
      this.#done.add(key);
      return;
    }
    const came = this.#take(key, entry);
    if (!came && this.#early.has(key)) return;
    if (!came) this.#early.set(key, { entry, place: this.#came.length });
    this.#came.push(came);
  }

  #strike({ data, causes }: Entry): void {
    const { kind } = data as { readonly kind?: unknown };
    const struck = kind === 'late' ? this.#late : kind === 'duplicate' ? this.#copied : undefined;
    for (const n of causes) struck?.add(n);
  }

  /** What came late to a queue; or was poisoned there in one copy, of which another one may have its effect much later. */
  #isOutOfTurn(key: string): boolean {
    const sent = (this.#order.get(key) ?? []).map(({ entry }) => entry).filter(({ kind }) => kind === 'published');
    const isCopied = sent.length > 1 || sent.some(({ n }) => this.#copied.has(n));
    return sent.some(({ n }) => this.#late.has(n)) || (isCopied && this.#poisoned.has(key));
  }

  #take(key: string, entry: Entry): Came | undefined {
    const sent = this.#order.get(key) ?? [];
    const [first] = sent;
    if (!first) return undefined;
    this.#done.add(key);
    // What was sent again until it was confirmed may have been lost before; a fault's copy is no sending.
    const last = this.#confirmed && sent.findLast((each) => !recordAt(each.entry)?.isCopy);
    return { key, entry, first, last: last ?? first };
  }

  #outOfOrder(before: Came, { key, entry, first }: Came): Verdict {
    const says = `${this.of.effect.says}: "${before.key}" came before "${key}", ${this.of.before} before it, for "${first.group}"`;
    return { verdict: 'fail', says, evidence: [before.entry, entry] };
  }
}

/** In another partition of a log. */
function isElsewhere(one: Entry, other: Entry): boolean {
  const [from, to] = [recordAt(one), recordAt(other)];
  return from !== undefined && to !== undefined && from.partition !== to.partition;
}

/** Within a partition the log's order counts: confirms may be heard of in another one. */
function isLater(a: Ordered, b: Ordered): boolean {
  const [one, other] = [recordAt(a.entry), recordAt(b.entry)];
  if (one && other && one.partition === other.partition && one.offset >= 0 && other.offset >= 0) {
    return one.offset > other.offset;
  }
  return a.entry.n > b.entry.n;
}
