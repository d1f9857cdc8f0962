/**
 * D3 no-dirty-read: nothing is consumed that is in no committed transaction: what was aborted, or may still be. With
 * `effects`, a consumer may look at such records, but nothing must come of those that were aborted in the end.
 */
import type { Message } from '../../sim/brokers/message.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { placeName, recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';

export interface DirtyRead {
  /** The group that reads committed records alone; default: each. */
  readonly group?: string;
  /** What comes of a record: it is judged in place of the delivery. */
  readonly effects?: readonly Selector<unknown>[];
  readonly name?: string;
}

interface Transacted {
  readonly id: string;
  readonly transaction: string;
  readonly entry: Entry;
}

export function noDirtyRead(delivered: Selector<Message>, o: DirtyRead = {}): Property {
  const log = patternOf(delivered);
  return {
    id: 'D3',
    name: o.name ?? 'no-dirty-read',
    kind: 'safety',
    start() {
      const transactions = new TransactionsSeen();
      const records = new Map<string, Transacted>();
      const given = new Map<number, Transacted>();
      const effects: { readonly of: Transacted; readonly entry: Entry; readonly says: string }[] = [];
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          transactions.see(entry);
          if (entry.kind === 'published' && concerns(entry, log)) remember(entry);
          const found = pick(delivered, entry);
          if (found) judge(found.value, entry);
          for (const effect of o.effects ?? []) if (pick(effect, entry)) happened(effect.says, entry);
        },
        end(): Verdict {
          failed ??= o.effects ? dirtyEffect() : undefined;
          return failed ? { verdict: 'fail', ...failed } : passed(exercised, `${delivered.says} of a transaction`);
        },
      };
      function remember(entry: Entry): void {
        const at = recordAt(entry);
        if (!at) return;
        const transaction = transactionOf(entry);
        if (transaction === undefined) records.delete(placeName(at));
        else records.set(placeName(at), { id: at.lineage, transaction, entry });
      }
      function judge({ id }: Message, entry: Entry): void {
        const at = recordAt(entry);
        const record = at && records.get(placeName(at));
        if (!record || (o.group !== undefined && at.group !== o.group)) return;
        exercised++;
        given.set(entry.n, { ...record, id, entry });
        const became = transactions.fateOf(record.transaction);
        if (o.effects || became?.fate === 'committed') return;
        const how = became?.fate === 'aborted' ? 'that was aborted' : 'that was still open';
        const evidence = [...new Set([record.entry, ...(became ? [became.entry] : []), entry])];
        failed = { says: `${delivered.says}: "${id}" came out of a transaction ${how}`, evidence };
      }
      function happened(says: string, entry: Entry): void {
        for (const delivery of entry.causes) {
          const of = given.get(delivery);
          if (of) effects.push({ of, entry, says });
        }
      }
      function dirtyEffect(): typeof failed {
        for (const { of, entry, says } of effects) {
          const became = transactions.fateOf(of.transaction);
          if (became?.fate !== 'aborted') continue;
          const evidence = [of.entry, entry, became.entry].toSorted((a, b) => a.n - b.n);
          return { says: `${says}: it comes of "${of.id}", whose transaction was aborted`, evidence };
        }
        return undefined;
      }
    },
  };
}
