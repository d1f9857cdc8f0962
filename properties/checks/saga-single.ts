/**
 * S2 saga-single: there is one saga for each correlation id, and it has one outcome: a step is compensated at most once, and
 * none of a saga that is completed.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys } from './keys.ts';
import { recordAt } from './log-entries.ts';

/** All keys are correlation ids. */
export interface SagaOutcome {
  /** The compensation of each step. */
  readonly undone?: readonly Keyed<unknown>[];
  readonly completed?: Keyed<unknown>;
  readonly name?: string;
}

export function sagaSingle(begun: Keyed<unknown>, o: SagaOutcome = {}): Property {
  const { undone = [], completed } = o;
  return {
    id: 'S2',
    name: o.name ?? 'saga-single',
    kind: 'safety',
    selectors: [begun, ...(completed ? [completed] : [])],
    alternatives: undone,
    start: () => asKept(new Single(begun, undone, completed)),
  };
}

class Single implements KeptFold {
  readonly #began = new Map<string, Entry>();
  readonly #done = new Map<string, Entry>();
  /** By step. */
  readonly #compensated: readonly Map<string, Entry>[];
  readonly #anyStep = new Map<string, Entry>();
  readonly #keys = new Keys();
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly begun: Keyed<unknown>,
    readonly undone: readonly Keyed<unknown>[],
    readonly completed: Keyed<unknown> | undefined,
  ) {
    this.#compensated = undone.map(() => new Map());
  }

  see(entry: Entry): void {
    // A fault's second record of what was sent once begins nothing twice.
    const isCopy = entry.kind === 'published' && recordAt(entry)?.isCopy;
    const first = isCopy ? undefined : this.#keys.in(this.begun, entry)?.key;
    this.#once(this.#began, first, entry, `began twice (${this.begun.says})`);
    this.#compensated.forEach((seen, n) => {
      const step = this.undone[n] as Keyed<unknown>;
      const key = this.#keys.in(step, entry)?.key;
      this.#once(seen, key, entry, `was compensated twice (${step.says})`);
      if (key !== undefined && !this.#anyStep.has(key)) this.#anyStep.set(key, entry);
      this.#contradicts(key);
    });
    const end = this.completed && this.#keys.in(this.completed, entry)?.key;
    if (end !== undefined && !this.#done.has(end)) this.#done.set(end, entry);
    this.#contradicts(end);
  }

  unsee(lost: Entry): void {
    this.#forget(this.begun, this.#began, lost);
    if (this.completed) this.#forget(this.completed, this.#done, lost);
    this.#compensated.forEach((seen, n) => {
      const step = this.undone[n] as Keyed<unknown>;
      this.#forget(step, seen, lost);
      this.#forget(step, this.#anyStep, lost);
    });
  }

  end(): Verdict {
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(this.#began.size, `${this.begun.says}${this.#keys.says}`);
  }

  #once(seen: Map<string, Entry>, key: string | undefined, entry: Entry, says: string): void {
    if (key === undefined) return;
    const before = seen.get(key);
    if (before) this.#fail(`"${key}" ${says}`, before, entry);
    else seen.set(key, entry);
  }

  #contradicts(key: string | undefined): void {
    if (key === undefined) return;
    const [end, step] = [this.#done.get(key), this.#anyStep.get(key)];
    if (!end || !step) return;
    const evidence = [end, step].toSorted((a, b) => a.n - b.n);
    this.#fail(`"${key}" was completed (${this.completed?.says}) and compensated`, ...evidence);
  }

  #forget(of: Keyed<unknown>, seen: Map<string, Entry>, lost: Entry): void {
    const key = this.#keys.in(of, lost)?.key;
    if (key !== undefined && seen.get(key) === lost) seen.delete(key);
  }

  #fail(says: string, ...evidence: Entry[]): void {
    this.#failed ??= { says, evidence };
  }
}
