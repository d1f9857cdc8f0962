/**
 * What a log keeps of what was sent to it. A record in a transaction counts once that is committed, and never when it is
 * aborted; what a failover cuts off is as if it had not been. What is sent to a queue counts at once.
 */
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, type Selector } from '../../sim/selectors.ts';
import type { Entry, Fold, Verdict } from '../property.ts';
import { type At, cutOff, partitionEvent, placeName, recordAt } from './log-entries.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';

export interface KeptFold extends Fold {
  /** The record of this `published` entry, which was seen, is gone. */
  unsee?(lost: Entry): void;
  /** It was cut away by retention, or compacted: nobody can read it any more. */
  removed?(gone: Entry): void;
}

/** Hands on what is kept, with the entries as they were: those of a transaction come when it ends. */
export function asKept(fold: KeptFold): Fold {
  return new Kept(fold);
}

/** Whether this picks what may not be kept; what else happens counts as it comes. */
export function isOfSent(of: Selector<never> | Selector<unknown>): boolean {
  return SENT.has(patternOf(of).kind);
}

/** What counts of what was sent in a whole history. */
export function keptOf(entries: readonly Entry[]): ReadonlySet<Entry> {
  const kept = new Set<Entry>();
  const fold = asKept({
    see: (entry) => void (SENT.has(entry.kind) && kept.add(entry)),
    unsee: (lost) => void kept.delete(lost),
    end: (): Verdict => ({ verdict: 'pass', exercised: kept.size }),
  });
  for (const entry of entries) fold.see(entry);
  return kept;
}

const SENT = new Set(['published', 'confirmed']);
const CHANGES = new Set(['transactionCommitted', 'transactionAborted', 'leaderChanged', 'logStart', 'dropped']);

class Kept implements Fold {
  readonly #transactions = new TransactionsSeen();
  /** By transaction: what waits for its end. */
  readonly #held = new Map<string, Set<Entry>>();
  /** By component and partition: what stands there, by offset. */
  readonly #standing = new Map<string, Map<number, Entry>>();
  /** By component and place. */
  readonly #transactionAt = new Map<string, string>();

  constructor(readonly fold: KeptFold) {}

  see(entry: Entry): void {
    if (SENT.has(entry.kind) && recordAt(entry)) this.#sent(entry);
    else {
      if (CHANGES.has(entry.kind)) this.#changes(entry);
      this.fold.see(entry);
    }
  }

  end(): Verdict {
    return this.fold.end();
  }

  #sent(entry: Entry): void {
    this.#transactions.see(entry);
    const isPublished = entry.kind === 'published';
    const at = `${componentOf(entry)} ${placeName(recordAt(entry) as { partition: string; offset: number })}`;
    const transaction = transactionOf(entry) ?? (isPublished ? undefined : this.#transactionAt.get(at));
    if (isPublished) {
      this.#stands(entry);
      if (transaction === undefined) this.#transactionAt.delete(at);
      else this.#transactionAt.set(at, transaction);
    }
    const fate = transaction === undefined ? 'committed' : this.#transactions.fateOf(transaction)?.fate;
    if (transaction === undefined || fate === 'committed') this.fold.see(entry);
    else if (fate === 'open') this.#held.set(transaction, (this.#held.get(transaction) ?? new Set()).add(entry));
  }

  #stands(entry: Entry): void {
    const { partition = '', offset = -1 } = recordAt(entry) ?? {};
    const name = `${componentOf(entry)} ${partition}`;
    this.#standing.set(name, (this.#standing.get(name) ?? new Map<number, Entry>()).set(offset, entry));
  }

  #changes(entry: Entry): void {
    const ended = this.#transactions.see(entry);
    for (const each of ended?.transactions ?? []) {
      if (ended?.fate === 'committed') for (const kept of this.#held.get(each) ?? []) this.fold.see(kept);
      this.#held.delete(each);
    }
    const of: At = { component: componentOf(entry), channel: undefined };
    const cut = cutOff(entry, of);
    if (cut) this.#takes(entry, cut.partition, (offset) => offset >= cut.to, 'unsee');
    const start = entry.kind === 'logStart' ? partitionEvent(entry, of) : undefined;
    if (start) this.#takes(entry, start.name, (offset) => offset < (start.to ?? 0), 'removed');
    const gone = entry.kind === 'dropped' ? recordAt(entry) : undefined;
    if (gone) this.#takes(entry, gone.partition, (offset) => offset === gone.offset, 'removed');
  }

  #takes(entry: Entry, partition: string, isMeant: (offset: number) => boolean, how: 'unsee' | 'removed'): void {
    const records = this.#standing.get(`${componentOf(entry)} ${partition}`);
    for (const [offset, record] of records ?? []) {
      if (!isMeant(offset)) continue;
      records?.delete(offset);
      const transaction = transactionOf(record);
      // Of a transaction that is open or was aborted nobody was shown anything.
      const isShown = transaction === undefined || this.#transactions.fateOf(transaction)?.fate === 'committed';
      if (isShown) this.fold[how]?.(record);
      else this.#held.get(transaction)?.delete(record);
    }
  }
}

function componentOf({ data }: Entry): string {
  return (data as Happened).component;
}
