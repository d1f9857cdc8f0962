/** A property of the user's own over single entries: it holds for each, or says why not. */
import { pick, type Selector } from '../../sim/selectors.ts';
import { sentenceOf } from '../../sim/thrown.ts';
import { answered } from '../answered.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, isOfSent, type KeptFold } from './as-kept.ts';
import { checkArguments } from './arguments.ts';

/**
 * The id is the name. `holds` answers true, or a sentence about what is wrong. What is sent in a transaction counts once that is
 * committed.
 */
export function always<T>(name: string, on: Selector<T>, holds: (value: T) => true | string): Property {
  checkArguments('always', { on: [on, 'selector'], holds: [holds, 'function'] });
  return {
    id: name,
    name,
    kind: 'safety',
    selectors: [on],
    start() {
      const isOfSuch = isOfSent(on);
      const fold = new Always(on, holds, !isOfSuch);
      return isOfSuch ? asKept(fold) : fold;
    },
  };
}

class Always<T> implements KeptFold {
  #exercised = 0;
  /** Where it does not hold: of what is sent all, since the first may yet be cut off. */
  readonly #failed = new Map<Entry, string>();

  constructor(
    readonly on: Selector<T>,
    readonly holds: (value: T) => true | string,
    /** What was seen stays seen. */
    readonly isFinal: boolean,
  ) {}

  see(entry: Entry): void {
    const isOver = this.isFinal && this.#failed.size > 0;
    const picked = isOver ? undefined : pick(this.on, entry);
    if (!picked) return;
    this.#exercised++;
    const answer = judge(() => this.holds(picked.value));
    if (answer !== true) this.#failed.set(entry, answer);
  }

  unsee(lost: Entry): void {
    if (pick(this.on, lost)) this.#exercised--;
    this.#failed.delete(lost);
  }

  end(): Verdict {
    const [first] = this.#failed;
    return first ? { verdict: 'fail', says: first[1], evidence: [first[0]] } : passed(this.#exercised, this.on.says);
  }
}

/** What a check of the user's answers; an error in it is a failure with a name, not a crash. */
export function judge(check: () => true | string): true | string {
  try {
    const answer: unknown = check();
    if (answer === true || typeof answer === 'string') return answer;
    return `the check answered ${answered(answer)} instead of true or a sentence`;
  } catch (error) {
    return `the check itself threw ${sentenceOf(error)}`;
  }
}
