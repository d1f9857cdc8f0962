/**
 * Compaction: of the records below the last stable offset the last one of each key stays, aborted ones go, tombstones and
 * markers go a while after they were first met. Offsets do not change, so holes are left. Source: LogCleaner.scala.
 *
 * Not modelled: segments (the active one is the last few entries of the log), how dirty a log must be before it is compacted.
 */
import { type Entry, isMarker, type LogRecord } from './record.ts';
import type { Replica } from './replica.ts';

export class Compaction {
  /** When a tombstone or marker may go, by its offset: it must have been met before. */
  readonly #horizons = new Map<number, number>();

  constructor(public deleteRetentionUs: number) {}

  /**
   * Finds what goes.
   * @param activeFrom where the part that is still written to begins; nothing in it goes, or counts as a key's last value
   */
  pass(log: Replica, activeFrom: number, nowUs: number): { readonly below: number; readonly gone: ReadonlySet<Entry> } {
    const below = Math.min(log.lastStable, activeFrom);
    const cleaned = log.entries.slice(0, log.indexOf(below));
    const last = lastOfKeys(log, cleaned);
    const gone = new Set<Entry>();
    /** Producers whose records stay up to here: their next marker stays with them. */
    const staying = new Set<number>();
    for (const entry of cleaned) {
      if (isMarker(entry)) {
        const isNeeded = staying.delete(entry.producerId);
        if (!isNeeded && this.#isOver(entry, nowUs)) gone.add(entry);
      } else if (log.isAborted(entry) || last.get(entry.key ?? '') !== entry.offset) gone.add(entry);
      else if (entry.tombstone && this.#isOver(entry, nowUs)) gone.add(entry);
      else if (entry.producer?.transactional) staying.add(entry.producer.id);
    }
    for (const { offset } of gone) this.#horizons.delete(offset);
    return { below, gone };
  }

  /** Its time runs from the first pass that meets it. */
  #isOver({ offset }: Entry, nowUs: number): boolean {
    const horizon = this.#horizons.get(offset);
    if (horizon === undefined) this.#horizons.set(offset, nowUs + this.deleteRetentionUs);
    return horizon !== undefined && nowUs >= horizon;
  }
}

function lastOfKeys(log: Replica, entries: readonly Entry[]): ReadonlyMap<string, number> {
  const kept = entries.filter((entry): entry is LogRecord => !isMarker(entry) && !log.isAborted(entry));
  return new Map(kept.map(({ key = '', offset }) => [key, offset]));
}
