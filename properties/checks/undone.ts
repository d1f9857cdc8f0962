/**
 * Deliveries whose work was undone: it was part of a transaction that was aborted, and nothing came of them since. An abort
 * does not move the consumer back, so somebody has to: the record comes again, or its handler takes it up again.
 */
import type { Entry } from '../property.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';

/** What says nothing of the handler's having gone on with a delivery. */
const SAYS_NOTHING = new Set(['fault', 'transactionAborted', 'fenced', 'offsetsRefused', 'crashed', 'mutated']);

export class Undone {
  readonly #transactions = new TransactionsSeen();
  /** By transaction: the deliveries that its records came of. */
  readonly #workedFor = new Map<string, Set<number>>();
  /** By delivery: the abort. */
  readonly #undone = new Map<number, Entry>();

  see(entry: Entry): void {
    if (!SAYS_NOTHING.has(entry.kind)) for (const cause of entry.causes) this.#undone.delete(cause);
    const ended = this.#transactions.see(entry);
    const transaction = entry.kind === 'published' ? transactionOf(entry) : undefined;
    if (transaction !== undefined) {
      const causes = this.#workedFor.get(transaction) ?? new Set();
      this.#workedFor.set(transaction, causes);
      for (const cause of entry.causes) causes.add(cause);
    }
    if (ended?.fate !== 'aborted') return;
    for (const each of ended.transactions) {
      for (const delivery of this.#workedFor.get(each) ?? []) this.#undone.set(delivery, entry);
    }
  }

  /** The abort that undid what was made of a delivery. */
  abortOf(delivery: number): Entry | undefined {
    return this.#undone.get(delivery);
  }
}
