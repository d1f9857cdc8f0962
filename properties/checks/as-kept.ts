/**
 * What a log keeps of what was sent to it. A record in a transaction counts once that is committed, and never when it is
 * aborted; what a failover cuts off is as if it had not been. What is sent to a queue counts at once.
 */
import type { Happened } from '../../sim/history/history.ts';
import type { Entry, Fold } from '../property.ts';
import { type At, cutOff, placeName, recordAt } from './log-entries.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';

export interface KeptFold extends Fold {
  /** The record of this `published` entry, which was seen, is gone. */
  unsee?(lost: Entry): void;
}

const LOOKED_AT = new Set(['published', 'confirmed', 'transactionCommitted', 'transactionAborted', 'leaderChanged']);
const ANYWHERE = undefined;

/** Hands on what is kept, with the entries as they were: those of a transaction come when it ends. */
export function asKept(fold: KeptFold): Fold {
  const transactions = new TransactionsSeen();
  const held = new Map<string, Set<Entry>>();
  /** By component and partition: what stands there, by offset. */
  const standing = new Map<string, Map<number, Entry>>();
  const transactionAt = new Map<string, string>();
  return {
    see(entry) {
      if (!LOOKED_AT.has(entry.kind) || typeof entry.data !== 'object') return fold.see(entry);
      const ended = transactions.see(entry);
      const record = entry.kind === 'published' || entry.kind === 'confirmed' ? recordAt(entry) : undefined;
      if (record) return sent(entry, placeName(record), record);
      for (const each of ended?.transactions ?? []) {
        if (ended?.fate === 'committed') for (const kept of held.get(each) ?? []) fold.see(kept);
        held.delete(each);
      }
      if (entry.kind === 'leaderChanged') cuts(entry);
      fold.see(entry);
    },
    end: () => fold.end(),
  };
  function sent(entry: Entry, place: string, { partition, offset }: { partition: string; offset: number }): void {
    const { component } = entry.data as Happened;
    const at = `${component} ${place}`;
    const transaction = transactionOf(entry) ?? (entry.kind === 'confirmed' ? transactionAt.get(at) : undefined);
    if (entry.kind === 'published') {
      const records = standing.get(`${component} ${partition}`) ?? new Map<number, Entry>();
      standing.set(`${component} ${partition}`, records.set(offset, entry));
      if (transaction === undefined) transactionAt.delete(at);
      else transactionAt.set(at, transaction);
    }
    const fate = transaction === undefined ? 'committed' : transactions.fateOf(transaction)?.fate;
    if (transaction === undefined || fate === 'committed') fold.see(entry);
    else if (fate === 'open') held.set(transaction, (held.get(transaction) ?? new Set()).add(entry));
  }
  function cuts(entry: Entry): void {
    const { component } = entry.data as Happened;
    const of: At = { component, channel: ANYWHERE };
    const { partition, to = Infinity } = cutOff(entry, of) ?? {};
    const records = standing.get(`${component} ${partition}`);
    for (const [offset, lost] of records ?? []) {
      if (offset < to) continue;
      records?.delete(offset);
      const transaction = transactionOf(lost);
      const isHeld = transaction !== undefined && held.get(transaction)?.delete(lost);
      if (!isHeld) fold.unsee?.(lost);
    }
  }
}
