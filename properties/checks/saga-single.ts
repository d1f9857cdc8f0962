/**
 * S2 saga-single: there is one saga for each correlation id, and it has one outcome: a step is compensated at most once, and
 * none of a saga that is completed.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys } from './keys.ts';
import { recordAt } from './log-entries.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** All keys are correlation ids. */
export interface SagaOutcome {
  /** The compensation of each step. */
  readonly undone?: readonly Keyed<unknown>[];
  readonly completed?: Keyed<unknown>;
  readonly name?: string;
}

export function sagaSingle(begun: Keyed<unknown>, o: SagaOutcome = {}): Property {
  checkArguments('sagaSingle', {
    begun: [begun, 'keyed'],
    undone: [o.undone, 'keyed ones?'],
    completed: [o.completed, 'keyed?'],
  });
  checkSlips('sagaSingle', o, { undone: true, completed: true, name: true });
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

interface Seen {
  readonly of: Keyed<unknown>;
  readonly by: Standing;
}

interface Failure {
  readonly says: string;
  readonly evidence: readonly Entry[];
}

class Single implements KeptFold {
  readonly #begun: Seen;
  readonly #completed: readonly Seen[];
  /** By step. */
  readonly #compensated: readonly Seen[];
  readonly #all: readonly Seen[];
  readonly #keys = new Keys();

  constructor(begun: Keyed<unknown>, undone: readonly Keyed<unknown>[], completed: Keyed<unknown> | undefined) {
    const seen = (of: Keyed<unknown>): Seen => ({ of, by: new Standing() });
    this.#begun = seen(begun);
    this.#compensated = undone.map(seen);
    this.#completed = completed ? [seen(completed)] : [];
    this.#all = [this.#begun, ...this.#compensated, ...this.#completed];
  }

  see(entry: Entry): void {
    // A fault's second record of what was sent once begins nothing twice.
    const isCopy = entry.kind === 'published' && recordAt(entry)?.isCopy;
    for (const each of this.#all) {
      if (each !== this.#begun || !isCopy) each.by.add(this.#keys.in(each.of, entry)?.key, entry);
    }
  }

  unsee(lost: Entry): void {
    for (const { of, by } of this.#all) by.remove(this.#keys.in(of, lost)?.key, lost);
  }

  /** Of several failures that one counts which was there first. */
  end(): Verdict {
    const failures = [
      ...twice(this.#begun, 'began'),
      ...this.#compensated.flatMap((step) => twice(step, 'was compensated')),
      ...this.#completed.flatMap((end) => this.#contradicting(end)),
    ];
    const thereAt = ({ evidence }: Failure): number => evidence[1]?.n ?? 0;
    const [first] = failures.toSorted((a, b) => thereAt(a) - thereAt(b));
    if (first) return { verdict: 'fail', ...first };
    return passed(this.#begun.by.size, `${this.#begun.of.says}${this.#keys.says}`);
  }

  #contradicting({ of, by }: Seen): readonly Failure[] {
    const firstOf = (key: string): Entry | undefined => {
      const undone = this.#compensated.flatMap((step) => step.by.first(key) ?? []);
      return undone.toSorted((a, b) => a.n - b.n)[0];
    };
    return [...by.keys()].flatMap((key) => {
      const [end, step] = [by.first(key), firstOf(key)];
      if (!end || !step) return [];
      const evidence = [end, step].toSorted((a, b) => a.n - b.n);
      return [{ says: `"${key}" was completed (${of.says}) and compensated`, evidence }];
    });
  }
}

function twice({ of, by }: Seen, what: string): readonly Failure[] {
  return by.several().map(({ key, entries }) => ({
    says: `"${key}" ${what} twice (${of.says})`,
    evidence: entries.slice(0, 2),
  }));
}
