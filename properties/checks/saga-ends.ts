/**
 * S1 saga-ends: every saga ends with all of its steps done, or with each that was done compensated. What happened to a step last
 * counts: one that is done behind its own compensation stands.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys } from './keys.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

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
  checkArguments('sagaEnds', {
    begun: [begun, 'keyed'],
    'steps.done': [steps?.map?.(({ done }) => done), 'keyed ones'],
    'steps.undone': [steps?.flatMap?.(({ undone }) => undone ?? []), 'keyed ones'],
    ended: [o.ended, 'keyed ones?'],
  });
  checkSlips('sagaEnds', o, { ended: true, name: true });
  return {
    id: 'S1',
    name: o.name ?? 'saga-ends',
    kind: 'liveness',
    selectors: [begun, ...steps.map(({ done }) => done)],
    alternatives: [...steps.flatMap(({ undone }) => undone ?? []), ...(o.ended ?? [])],
    start: () => asKept(new Ends(begun, steps, o.ended)),
  };
}

/** A step as it is done, or compensated. */
interface Act {
  readonly entry: Entry;
  readonly isDone: boolean;
}

class Ends implements KeptFold {
  readonly #began = new Standing();
  /** By saga, then by step: what happened to it, in its order. */
  readonly #acts = new Map<string, Act[][]>();
  readonly #over = new Standing();
  readonly #keys = new Keys();
  #drained = true;

  constructor(
    readonly begun: Keyed<unknown>,
    readonly steps: readonly SagaStep[],
    readonly ended: readonly Keyed<unknown>[] | undefined,
  ) {}

  see(entry: Entry): void {
    if (endsAtBound(entry)) this.#drained = false;
    this.#began.add(this.#keys.in(this.begun, entry)?.key, entry);
    this.steps.forEach(({ done, undone }, n) => {
      this.#acted(this.#keys.in(done, entry)?.key, n, { entry, isDone: true });
      if (undone) this.#acted(this.#keys.in(undone, entry)?.key, n, { entry, isDone: false });
    });
    for (const end of this.ended ?? []) this.#over.add(this.#keys.in(end, entry)?.key, entry);
  }

  unsee(lost: Entry): void {
    this.#began.remove(this.#keys.in(this.begun, lost)?.key, lost);
    for (const end of this.ended ?? []) this.#over.remove(this.#keys.in(end, lost)?.key, lost);
    for (const { done, undone } of this.steps) {
      for (const of of undone ? [done, undone] : [done]) this.#forget(this.#keys.in(of, lost)?.key, lost);
    }
  }

  end(): Verdict {
    for (const key of new Set([...this.#began.keys(), ...this.#acts.keys()])) {
      const wrong = this.#wrongWith(key);
      if (!wrong) continue;
      if (!this.#drained) return NOT_DRAINED;
      const first = this.#began.first(key);
      const evidence = [...(first ? [first] : []), ...wrong.evidence];
      return { verdict: 'fail', says: `saga "${key}" ${wrong.says}`, evidence };
    }
    return passed(this.#began.size, `${this.begun.says}${this.#keys.says}`);
  }

  #acted(key: string | undefined, step: number, act: Act): void {
    if (key === undefined) return;
    const acts = this.#acts.get(key) ?? this.steps.map(() => []);
    this.#acts.set(key, acts);
    acts[step]?.push(act);
  }

  #forget(key: string | undefined, lost: Entry): void {
    if (key === undefined) return;
    const left = (this.#acts.get(key) ?? []).map((acts) => acts.filter(({ entry }) => entry !== lost));
    if (left.some((acts) => acts.length > 0)) this.#acts.set(key, left);
    else this.#acts.delete(key);
  }

  #wrongWith(key: string): { says: string; evidence: Entry[] } | undefined {
    const last = this.steps.map((_, n) => this.#acts.get(key)?.[n]?.at(-1));
    const evidence = last.flatMap((act) => (act?.isDone ? act.entry : [])).toSorted((a, b) => a.n - b.n);
    if (evidence.length > 0 && evidence.length < this.steps.length) return this.#halfway(last);
    if (!this.ended || this.#over.first(key)) return undefined;
    return { says: `never came to its end (${this.ended.map(({ says }) => says).join(', ')})`, evidence };
  }

  /** Which steps stand, which were compensated, and which were never made. */
  #halfway(last: readonly (Act | undefined)[]): { says: string; evidence: Entry[] } {
    const named = (isMeant: (n: number) => boolean, around: (says: string) => string): string => {
      const says = this.steps.flatMap(({ done }, n) => (isMeant(n) ? [done.says] : [])).join(', ');
      return says === '' ? '' : around(says);
    };
    const parts = [
      named(
        (n) => last[n]?.isDone === true,
        (says) => `${says}, not compensated`,
      ),
      named(
        (n) => last[n]?.isDone === false,
        (says) => `${says}, compensated`,
      ),
      named(
        (n) => last[n] === undefined,
        (says) => `without ${says}`,
      ),
    ];
    const evidence = last.flatMap((act) => act?.entry ?? []).toSorted((a, b) => a.n - b.n);
    return { says: `stopped halfway: ${parts.filter((part) => part !== '').join('; ')}`, evidence };
  }
}
