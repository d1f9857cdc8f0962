/**
 * What became of the transactions of a log. A producer has one at a time, so its end is the end of whatever of that
 * producer's is open.
 */
import type { EndedTransaction } from '../../sim/brokers/log/seen.ts';
import type { Happened } from '../../sim/history/history.ts';
import type { Entry } from '../property.ts';
import { recordAt } from './log-entries.ts';

type Fate = 'open' | 'committed' | 'aborted';

export interface Ended {
  readonly transactions: readonly string[];
  readonly fate: 'committed' | 'aborted';
}

const ENDS = { transactionCommitted: 'committed', transactionAborted: 'aborted' } as const;

export class TransactionsSeen {
  readonly #fates = new Map<string, { readonly fate: Fate; readonly entry: Entry }>();
  /** By component and producer id. */
  readonly #open = new Map<string, Set<string>>();

  /** Answers those that this entry ends. */
  see(entry: Entry): Ended | undefined {
    if (entry.kind === 'published') this.#opens(entry);
    const fate = ENDS[entry.kind as keyof typeof ENDS];
    if (!fate) return undefined;
    const { component, value } = entry.data as Happened;
    const producer = `${component} ${(value as EndedTransaction).producerId}`;
    const transactions = [...(this.#open.get(producer) ?? [])];
    this.#open.delete(producer);
    for (const each of transactions) this.#fates.set(each, { fate, entry });
    return { transactions, fate };
  }

  /** What became of a transaction, named as `transactionOf` names it, and where. */
  fateOf(transaction: string): { readonly fate: Fate; readonly entry: Entry } | undefined {
    return this.#fates.get(transaction);
  }

  #opens(entry: Entry): void {
    const transaction = transactionOf(entry);
    if (transaction === undefined || this.#fates.has(transaction)) return;
    const producer = transaction.slice(0, transaction.indexOf(':'));
    this.#open.set(producer, (this.#open.get(producer) ?? new Set()).add(transaction));
    this.#fates.set(transaction, { fate: 'open', entry });
  }
}

/** The transaction that a record is in: `log 7:0:1`. */
export function transactionOf(entry: Entry): string | undefined {
  const transaction = recordAt(entry)?.transaction;
  return transaction === undefined ? undefined : `${(entry.data as Happened).component} ${transaction}`;
}
