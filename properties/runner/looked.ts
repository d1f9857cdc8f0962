/**
 * What selectors picked over a campaign. A selector that never picked anything is a typo in its test, its key, or the name of
 * a table where types could not tell: whoever looks at nothing finds nothing wrong, and that is no pass.
 */
import type { Entry } from '../../sim/history/history.ts';
import { pickedAs } from '../../sim/selectors.ts';
import type { Looks, Property } from '../property.ts';

/** Of each property, of each of its selectors: how far the best entry came (`pickedAs`). */
export type Looked = readonly (readonly number[])[];

/** So many runs show every end that a message can come to. */
const WHOLE_RUNS = 1000;
const PICKED = 3;

function looksOf({ selectors = [], alternatives = [] }: Property): readonly Looks[] {
  return [...selectors, ...alternatives];
}

export class Looker {
  readonly #looks: readonly (readonly Looks[])[];
  readonly #best: number[][];

  constructor(readonly properties: readonly Property[]) {
    this.#looks = properties.map(looksOf);
    this.#best = this.#looks.map((looks) => looks.map(() => 0));
  }

  /** Those that have picked something look no more. */
  see(entries: readonly Entry[]): void {
    this.#looks.forEach((looks, n) => {
      const best = this.#best[n] as number[];
      looks.forEach((look, at) => {
        for (const entry of entries) {
          if (best[at] === PICKED) return;
          best[at] = Math.max(best[at] as number, pickedAs(look, entry));
        }
      });
    });
  }

  /** What was seen elsewhere. */
  merge(other: Looked): void {
    other.forEach((levels, n) => {
      const best = this.#best[n] as number[];
      levels.forEach((level, at) => {
        best[at] = Math.max(best[at] ?? 0, level);
      });
    });
  }

  get seen(): Looked {
    return this.#best;
  }

  /** Which of the property's selectors picked nothing, in words: what it says then stands for nothing. */
  blind(n: number, runs: number): string | undefined {
    return this.#idle(n, this.properties[n]?.selectors ?? [], 0, runs);
  }

  /** Which of its alternatives nothing came to: no failure is hidden by that, but one of them is mistyped or not needed. */
  needless(n: number, runs: number): string | undefined {
    const { selectors = [], alternatives = [] } = this.properties[n] as Property;
    return runs < WHOLE_RUNS ? undefined : this.#idle(n, alternatives, selectors.length, runs);
  }

  #idle(n: number, looks: readonly Looks[], from: number, runs: number): string | undefined {
    const says = looks.flatMap(({ says }, at) => {
      const level = this.#best[n]?.[from + at] ?? 0;
      return level === PICKED ? [] : [(WORDS[level] as (says: string) => string)(says)];
    });
    return says.length === 0 ? undefined : `${[...new Set(says)].join('; ')}, in ${runs} runs`;
  }
}

const WORDS: readonly ((says: string) => string)[] = [
  (says) => `nothing was a "${says}"`,
  (says) => `no "${says}" passed its where()`,
  (says) => `no "${says}" had a key`,
];
