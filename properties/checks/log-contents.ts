/**
 * The records that stand in the partitions of a log, as they come and go: appended, cut off by a failover, cut away by
 * retention, compacted. Offsets without a record (a transaction's markers) are in none of them.
 */
import type { Entry } from '../property.ts';
import { type At, cutOff, partitionEvent, recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { TransactionsSeen, transactionOf } from './transactions-seen.ts';

interface Standing {
  readonly entry: Entry;
  readonly transaction: string | undefined;
}

interface Partition {
  readonly records: Map<number, Standing>;
  start: number;
}

export class LogContents {
  readonly #partitions = new Map<string, Partition>();
  readonly #transactions = new TransactionsSeen();

  constructor(readonly log: At) {}

  see(entry: Entry): void {
    this.#transactions.see(entry);
    if (entry.kind === 'published' || entry.kind === 'dropped') this.#record(entry);
    else if (entry.kind === 'logStart') this.#cutAway(entry);
    else this.#cutOff(entry);
  }

  /**
   * The record at an offset that somebody who reads must be handed: none where nothing stands, or only what was aborted
   * or went away.
   */
  mustBeRead(partition: string, offset: number): Entry | undefined {
    const found = this.#partitions.get(partition);
    const record = found?.records.get(offset);
    if (!found || !record || offset < found.start) return undefined;
    const { entry, transaction } = record;
    return transaction !== undefined && this.#transactions.fateOf(transaction)?.fate === 'aborted' ? undefined : entry;
  }

  /** Where the log of a partition begins. */
  startOf(partition: string): number {
    return this.#partitions.get(partition)?.start ?? 0;
  }

  /** All that must be read, by partition. */
  *all(): Iterable<{ readonly partition: string; readonly offset: number; readonly entry: Entry }> {
    for (const [partition, { records }] of this.#partitions) {
      for (const offset of records.keys()) {
        const entry = this.mustBeRead(partition, offset);
        if (entry) yield { partition, offset, entry };
      }
    }
  }

  #record(entry: Entry): void {
    const at = concerns(entry, this.log) ? recordAt(entry) : undefined;
    if (!at) return;
    const { records } = this.#partition(at.partition);
    if (entry.kind === 'published') records.set(at.offset, { entry, transaction: transactionOf(entry) });
    else records.delete(at.offset);
  }

  #cutAway(entry: Entry): void {
    const event = partitionEvent(entry, this.log);
    if (event?.to !== undefined) this.#partition(event.name).start = event.to;
  }

  #cutOff(entry: Entry): void {
    const cut = cutOff(entry, this.log);
    if (!cut) return;
    const { records } = this.#partition(cut.partition);
    for (const offset of records.keys()) if (offset >= cut.to) records.delete(offset);
  }

  #partition(name: string): Partition {
    const partition = this.#partitions.get(name) ?? { records: new Map<number, Standing>(), start: 0 };
    this.#partitions.set(name, partition);
    return partition;
  }
}
