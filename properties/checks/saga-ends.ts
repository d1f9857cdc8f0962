/**
 * S1 saga-ends: every saga ends with all of its steps done, or with each that was done compensated. What happened to a step last
 * counts: one that is done behind its own compensation stands.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys } from './keys.ts';

/** What is done and undone, by the saga that it belongs to. */
export interface SagaStep {
  readonly done: Keyed<unknown>;
  /** Absent: a step that cannot be taken back, so that a saga in which it is done has to go on to its end. */
  readonly undone?: Keyed<unknown>;
}

/**
 * @param begun sagas by their correlation id; so are all other keys
 * @param o.ended what says that a saga is over: with it, one that never does anything fails too
 */
export function sagaEnds(
  begun: Keyed<unknown>,
  steps: readonly SagaStep[],
  o: { ended?: readonly Keyed<unknown>[]; name?: string } = {},
): Property {
  return {
    id: 'S1',
    name: o.name ?? 'saga-ends',
    kind: 'liveness',
    selectors: [begun, ...steps.map(({ done }) => done)],
    alternatives: [...steps.flatMap(({ undone }) => undone ?? []), ...(o.ended ?? [])],
    start: () => asKept(new Ends(begun, steps, o.ended)),
  };
}

class Ends implements KeptFold {
  readonly #began = new Map<string, Entry>();
  /** By saga: what stands of each step. */
  readonly #standing = new Map<string, (Entry | undefined)[]>();
  /** By saga: what compensated each step that does not stand. */
  readonly #undone = new Map<string, (Entry | undefined)[]>();
  readonly #over = new Set<string>();
  readonly #keys = new Keys();
  #drained = true;

  constructor(
    readonly begun: Keyed<unknown>,
    readonly steps: readonly SagaStep[],
    readonly ended: readonly Keyed<unknown>[] | undefined,
  ) {}

  see(entry: Entry): void {
    if (endsAtBound(entry)) this.#drained = false;
    const key = this.#keys.in(this.begun, entry)?.key;
    if (key !== undefined && !this.#began.has(key)) this.#began.set(key, entry);
    this.steps.forEach(({ done, undone }, n) => {
      this.#stands(this.#keys.in(done, entry)?.key, n, entry);
      const of = undone && this.#keys.in(undone, entry)?.key;
      this.#stands(of, n, undefined);
      if (of !== undefined) this.#stepsOf(this.#undone, of)[n] = entry;
    });
    for (const end of this.ended ?? []) {
      const over = this.#keys.in(end, entry)?.key;
      if (over !== undefined) this.#over.add(over);
    }
  }

  unsee(lost: Entry): void {
    const key = this.#keys.in(this.begun, lost)?.key;
    if (key !== undefined && this.#began.get(key) === lost) this.#began.delete(key);
    this.steps.forEach(({ done }, n) => {
      const of = this.#keys.in(done, lost)?.key;
      const each = of === undefined ? undefined : this.#standing.get(of);
      if (each?.[n] === lost) each[n] = undefined;
    });
  }

  end(): Verdict {
    for (const key of new Set([...this.#began.keys(), ...this.#standing.keys()])) {
      const wrong = this.#wrongWith(key);
      if (!wrong) continue;
      if (!this.#drained) return NOT_DRAINED;
      const first = this.#began.get(key);
      const evidence = [...(first ? [first] : []), ...wrong.evidence];
      return { verdict: 'fail', says: `saga "${key}" ${wrong.says}`, evidence };
    }
    return passed(this.#began.size, `${this.begun.says}${this.#keys.says}`);
  }

  #stands(key: string | undefined, step: number, entry: Entry | undefined): void {
    if (key !== undefined) this.#stepsOf(this.#standing, key)[step] = entry;
  }

  #stepsOf(by: Map<string, (Entry | undefined)[]>, key: string): (Entry | undefined)[] {
    const each = by.get(key) ?? this.steps.map(() => undefined);
    by.set(key, each);
    return each;
  }

  #wrongWith(key: string): { says: string; evidence: Entry[] } | undefined {
    const each = this.#standing.get(key) ?? [];
    const evidence = each.flatMap((entry) => entry ?? []).toSorted((a, b) => a.n - b.n);
    if (evidence.length > 0 && evidence.length < this.steps.length) return this.#halfway(key, each);
    if (!this.ended || this.#over.has(key)) return undefined;
    return { says: `never came to its end (${this.ended.map(({ says }) => says).join(', ')})`, evidence };
  }

  /** Which steps stand, which were compensated, and which were never made. */
  #halfway(key: string, standing: readonly (Entry | undefined)[]): { says: string; evidence: Entry[] } {
    const undone = this.steps.map((_, n) => (standing[n] ? undefined : this.#undone.get(key)?.[n]));
    const named = (isMeant: (n: number) => boolean, around: (says: string) => string): string => {
      const says = this.steps.flatMap(({ done }, n) => (isMeant(n) ? [done.says] : [])).join(', ');
      return says === '' ? '' : around(says);
    };
    const parts = [
      named(
        (n) => standing[n] !== undefined,
        (says) => `${says}, not compensated`,
      ),
      named(
        (n) => undone[n] !== undefined,
        (says) => `${says}, compensated`,
      ),
      named(
        (n) => !standing[n] && !undone[n],
        (says) => `without ${says}`,
      ),
    ];
    const evidence = [...standing, ...undone].flatMap((entry) => entry ?? []).toSorted((a, b) => a.n - b.n);
    return { says: `stopped halfway: ${parts.filter((part) => part !== '').join('; ')}`, evidence };
  }
}
