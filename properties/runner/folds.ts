/**
 * The checks of one run, fed entry by entry: each entry is shown to all of them while it is at hand, so that a history may be
 * read as a stream. A check that throws has not passed, and says so; the others go on.
 */
import { thrownAt } from '../../sim/stack.ts';
import { messageOf } from '../../sim/thrown.ts';
import { verdictOf } from '../answered.ts';
import type { Entry, Fold, Property, Verdict } from '../property.ts';

/** A check at work, or how it went wrong. */
interface Folding {
  fold?: Fold;
  threw?: unknown;
}

export class Folds {
  readonly #foldings: readonly Folding[];

  constructor(properties: readonly Property[]) {
    this.#foldings = properties.map((property) => {
      try {
        return { fold: property.start() };
      } catch (error) {
        return { threw: error };
      }
    });
  }

  see(entry: Entry): void {
    for (const folding of this.#foldings) {
      try {
        folding.fold?.see(entry);
      } catch (error) {
        folding.threw = error;
        delete folding.fold;
      }
    }
  }

  /** The verdicts in the order of the properties. @param isEntry as `verdictOf` takes it */
  end(isEntry: (one: Entry) => boolean): Verdict[] {
    return this.#foldings.map(({ fold, threw }) => (fold ? judged(() => fold.end(), isEntry) : thrown(threw)));
  }
}

/** What a check answers: one that throws says nothing of the run. */
export function judged(judge: () => Verdict, isEntry: (one: Entry) => boolean): Verdict {
  try {
    return verdictOf(judge(), isEntry);
  } catch (error) {
    return thrown(error);
  }
}

function thrown(error: unknown): Verdict {
  const at = thrownAt(error);
  return { verdict: 'unknown', why: `the check threw ${messageOf(error)}${at === undefined ? '' : ` (${at})`}` };
}
