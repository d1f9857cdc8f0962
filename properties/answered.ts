/** What checks of the user's own answer: a verdict, if they keep to the contract; else a verdict is made of what it is. */
import { messageOf } from '../sim/thrown.ts';
import type { Entry, Verdict } from './property.ts';

/**
 * An answer that is not what it should be, in words. Nobody awaits a promise: a check answers at once, and what it rejects
 * with later must not be taken for a crash of whoever runs then.
 */
export function answered(answer: unknown): string {
  if (!(answer instanceof Promise)) return messageOf(answer);
  answer.catch(() => {});
  return 'a promise';
}

/**
 * The verdict that a check has given. One that says `fail` in a wrong manner has failed all the same; any other nonsense is
 * unknown, never a pass.
 * @param isEntry whether this is an entry of the run, or of its twin: evidence is
 */
export function verdictOf(answer: unknown, isEntry: (one: Entry) => boolean): Verdict {
  const given = fieldsOf(answer);
  switch (given?.verdict) {
    case 'pass':
      if (isCount(given.exercised)) return { verdict: 'pass', exercised: given.exercised };
      return { verdict: 'unknown', why: 'the check passed without saying how often its premise came up (exercised)' };
    case 'fail': {
      const says = typeof given.says === 'string' ? given.says : 'the check failed, and gave no sentence';
      return { verdict: 'fail', says, evidence: ofRun(given.evidence, isEntry) };
    }
    case 'unknown':
      return { verdict: 'unknown', why: typeof given.why === 'string' ? given.why : 'the check gave no reason' };
    default:
      return { verdict: 'unknown', why: `the check answered ${answered(answer)}, which is no verdict` };
  }
}

type Fields = Readonly<Partial<Record<'verdict' | 'exercised' | 'says' | 'evidence' | 'why', unknown>>>;

function fieldsOf(answer: unknown): Fields | undefined {
  return typeof answer === 'object' && answer !== null ? answer : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function ofRun(evidence: unknown, isEntry: (one: Entry) => boolean): readonly Entry[] {
  if (!Array.isArray(evidence)) return [];
  return evidence.filter((one: unknown): one is Entry => {
    const n = (one as Partial<Entry> | null | undefined)?.n;
    return typeof n === 'number' && isEntry(one as Entry);
  });
}

/** Whether an entry is one of these histories. */
export function isIn(...histories: readonly (readonly Entry[])[]): (one: Entry) => boolean {
  return (one) => histories.some((entries) => entries[one.n] === one);
}
