/**
 * D3 no-dirty-read: nothing is consumed that is in no committed transaction: what was aborted, or may still be. With
 * `effects`, a consumer may look at such records, but nothing must come of those that were aborted in the end.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, type Fold, passed, type Property, type Verdict } from '../property.ts';
import { type At, placeName, recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `noDirtyRead` is told besides. */
export interface DirtyRead {
  /** The group that reads committed records alone; default: each. */
  readonly group?: string;
  /** What comes of a record: it is judged in place of the delivery. */
  readonly effects?: readonly Selector<unknown>[];
  readonly name?: string;
}

export function noDirtyRead(delivered: Selector<Message>, o: DirtyRead = {}): Property {
  checkArguments('noDirtyRead', { delivered: [delivered, 'selector'], effects: [o.effects, 'selectors?'] });
  checkSlips('noDirtyRead', o, { group: true, effects: true, name: true });
  return {
    id: 'D3',
    name: o.name ?? 'no-dirty-read',
    kind: 'safety',
    selectors: [delivered],
    start: () => new DirtyReads(delivered, o),
  };
}

interface Transacted {
  readonly id: string;
  readonly transaction: string;
  readonly entry: Entry;
}

class DirtyReads implements Fold {
  readonly #log: At;
  readonly #transactions = new TransactionsSeen();
  /** Records in transactions, by place. */
  readonly #records = new Map<string, Transacted>();
  /** Deliveries of such. */
  readonly #given = new Map<number, Transacted>();
  readonly #effects: { readonly of: Transacted; readonly entry: Entry; readonly says: string }[] = [];
  #exercised = 0;
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly delivered: Selector<Message>,
    readonly o: DirtyRead,
  ) {
    this.#log = patternOf(delivered);
  }

  see(entry: Entry): void {
    if (this.#failed) return;
    this.#transactions.see(entry);
    if (entry.kind === 'published' && concerns(entry, this.#log)) this.#remember(entry);
    const found = pick(this.delivered, entry);
    if (found) this.#judge(found.value, entry);
    for (const effect of this.o.effects ?? []) if (pick(effect, entry)) this.#happened(effect.says, entry);
  }

  end(): Verdict {
    if (this.o.effects) this.#failed ??= this.#dirtyEffect();
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(this.#exercised, `${this.delivered.says} of a transaction`);
  }

  #remember(entry: Entry): void {
    const at = recordAt(entry);
    if (!at) return;
    const transaction = transactionOf(entry);
    if (transaction === undefined) this.#records.delete(placeName(at));
    else this.#records.set(placeName(at), { id: at.lineage, transaction, entry });
  }

  #judge({ id }: Message, entry: Entry): void {
    const at = recordAt(entry);
    const record = at && this.#records.get(placeName(at));
    if (!record || (this.o.group !== undefined && at.group !== this.o.group)) return;
    this.#exercised++;
    this.#given.set(entry.n, { ...record, id, entry });
    const became = this.#transactions.fateOf(record.transaction);
    if (this.o.effects || became?.fate === 'committed') return;
    const how = became?.fate === 'aborted' ? 'that was aborted' : 'that was still open';
    const evidence = [...new Set([record.entry, ...(became ? [became.entry] : []), entry])];
    this.#failed = { says: `${this.delivered.says}: "${id}" came out of a transaction ${how}`, evidence };
  }

  #happened(says: string, entry: Entry): void {
    for (const delivery of entry.causes) {
      const of = this.#given.get(delivery);
      if (of) this.#effects.push({ of, entry, says });
    }
  }

  #dirtyEffect(): { says: string; evidence: Entry[] } | undefined {
    for (const { of, entry, says } of this.#effects) {
      const became = this.#transactions.fateOf(of.transaction);
      if (became?.fate !== 'aborted') continue;
      const evidence = [of.entry, entry, became.entry].toSorted((a, b) => a.n - b.n);
      return { says: `${says}: it comes of "${of.id}", whose transaction was aborted`, evidence };
    }
    return undefined;
  }
}
