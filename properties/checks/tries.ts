/** Deliveries of poisoned messages, by the copies that came of each. */
import type { Assignment } from '../../sim/brokers/log/seen.ts';
import type { Happened } from '../../sim/history/history.ts';
import type { Entry } from '../property.ts';
import { partitionNames, placeName, recordAt, type RecordAt } from './log-entries.ts';
import { aboutMessage } from './messages.ts';

/** A dead letter: where it went, from where, and which publish it is of. */
export interface DeadLetter {
  readonly lineage: string;
  readonly publish: number | undefined;
  readonly from: readonly string[];
  readonly to: string | undefined;
}

/** A message that was poisoned, and all that was published again of it. */
export class Tries {
  readonly entries: Entry[] = [];
  /** The copies that were handed out, of each lineage. */
  readonly #copies = new Map<string, Set<string>>();
  readonly #at: RecordAt | undefined;
  #handovers = 0;

  constructor(
    readonly lineage: string,
    first: Entry,
  ) {
    this.#at = recordAt(first);
  }

  includes(lineage: string): boolean {
    return lineage === this.lineage || lineage.startsWith(`${this.lineage}/`);
  }

  add(entry: Entry): void {
    const { lineage } = aboutMessage(entry);
    this.#copies.set(lineage, (this.#copies.get(lineage) ?? new Set()).add(copyOf(entry)));
    this.entries.push(entry);
  }

  /** The partition of a log that it stands in may have changed hands: whoever has it now begins anew. */
  handsOver(entry: Entry): void {
    const given = (entry.data as Happened).value as Assignment;
    if (this.#at?.group === given.group && partitionNames(given).includes(this.#at.partition)) this.#handovers++;
  }

  /**
   * How often it may be tried as much as the limit says: for the most copies that came of one publish, less those that came
   * back, which are known in the end alone. Where nobody was handed it, it has not come back: it is parked.
   */
  rounds(letters: readonly DeadLetter[]): number {
    const queues = new Set<unknown>(this.entries.flatMap(({ data }) => (data as Happened).channels));
    const back = returned(letters, queues);
    const counts = [...this.#copies].map(
      ([lineage, { size }]) => size - back.filter((each) => each.lineage === lineage).length,
    );
    return Math.max(1, ...counts) + this.#handovers;
  }
}

/** Those that came back where they had left: what was published to a queue for later has only come when it leaves that. */
function returned(letters: readonly DeadLetter[], queues: ReadonlySet<unknown>): readonly DeadLetter[] {
  const away = new Map<string, number>();
  return letters.filter(({ lineage, publish, from, to }) => {
    const of = `${lineage} ${publish}`;
    const gone = (away.get(of) ?? 0) + (from.some((queue) => queues.has(queue)) ? 1 : 0);
    const isBack = gone > 0 && queues.has(to);
    away.set(of, isBack ? gone - 1 : gone);
    return isBack;
  });
}

/** A queue numbers its copies; a log has them at places of their own. */
function copyOf(entry: Entry): string {
  const at = recordAt(entry);
  return at ? placeName(at) : `${(entry.data as Happened).channels.join()} ${aboutMessage(entry).copy}`;
}
