/** A property of the user's own over single entries: it holds for each, or says why not. */
import { pick, type Selector } from '../../sim/selectors.ts';
import { sentenceOf } from '../../sim/thrown.ts';
import { answered } from '../answered.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';

/** The id is the name. `holds` answers true, or a sentence about what is wrong. */
export function always<T>(name: string, on: Selector<T>, holds: (value: T) => true | string): Property {
  return {
    id: name,
    name,
    kind: 'safety',
    selectors: [on],
    start() {
      let exercised = 0;
      let failed: { says: string; entry: Entry } | undefined;
      return {
        see(entry) {
          const picked = failed ? undefined : pick(on, entry);
          if (!picked) return;
          exercised++;
          const answer = judge(() => holds(picked.value));
          if (answer !== true) failed = { says: answer, entry };
        },
        end(): Verdict {
          return failed ? { verdict: 'fail', says: failed.says, evidence: [failed.entry] } : passed(exercised, on.says);
        },
      };
    },
  };
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
