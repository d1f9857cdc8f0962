/**
 * D2 outcome-sound: what was confirmed is there, what is delivered was attempted, and an outcome that nobody knows is taken
 * for neither: who gives up what may have been taken, and puts something else in its place, is wrong when it was.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { declaredLosses } from './declared-loss.ts';
import { Keys } from './keys.ts';
import { recordAt } from './log-entries.ts';

/** All keys are those of attempts. */
export interface Outcomes {
  readonly confirmed?: Keyed<unknown>;
  /** With `confirmed`: each that was confirmed is delivered in the end, unless its loss is declared. */
  readonly delivered?: Keyed<unknown>;
  /** What the caller takes for failed: its compensation. */
  readonly givenUp?: Keyed<unknown>;
  readonly name?: string;
}

/** @param attempted attempts that took effect: what a broker published, what a system outside applied */
export function outcomeSound(attempted: Keyed<unknown>, o: Outcomes): Property {
  return {
    id: 'D2',
    name: o.name ?? 'outcome-sound',
    kind: 'safety',
    start() {
      const taken = new Map<string, Entry>();
      const given = new Map<string, Entry>();
      const missing = new Map<string, Entry>();
      const arrived = new Set<string>();
      const declaredLoss = o.confirmed && declaredLosses(o.confirmed);
      const keys = new Keys();
      /** Those too that a log did not keep: aborted, or cut off by a failover. */
      const attempts = new Set<string>();
      const tried = new Keys();
      let drained = true;
      let failed: { says: string; evidence: Entry[] } | undefined;
      const fail = (says: string, ...evidence: Entry[]): void => void (failed ??= { says, evidence });
      const kept = asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const attempt = keys.in(attempted, entry);
          if (attempt && !taken.has(attempt.key)) taken.set(attempt.key, entry);
          const up = o.givenUp && keys.in(o.givenUp, entry);
          if (up && !given.has(up.key)) given.set(up.key, entry);
          contradicts(attempt?.key ?? up?.key);
          const sure = o.confirmed && keys.in(o.confirmed, entry);
          if (sure && !attempts.has(sure.key) && isHeardOf(entry))
            fail(`"${sure.key}" was confirmed, and was never taken`, entry);
          if (sure && !arrived.has(sure.key)) missing.set(sure.key, entry);
          const came = o.delivered && keys.in(o.delivered, entry);
          if (came && !attempts.has(came.key)) fail(`"${came.key}" was delivered, and was never attempted`, entry);
          const over = came?.key ?? declaredLoss?.(entry);
          if (over === undefined) return;
          arrived.add(over);
          missing.delete(over);
        },
        end(): Verdict {
          if (failed) return { verdict: 'fail', ...failed };
          const [lost] = o.delivered ? missing : [];
          if (!lost) return passed(taken.size, `${attempted.says}${keys.says}`);
          if (!drained) return NOT_DRAINED;
          return { verdict: 'fail', says: `"${lost[0]}" was confirmed, and is not there`, evidence: [lost[1]] };
        },
        unsee(lost) {
          const attempt = keys.in(attempted, lost);
          if (attempt && taken.get(attempt.key) === lost) taken.delete(attempt.key);
        },
      });
      return {
        see(entry) {
          const attempt = tried.in(attempted, entry);
          if (attempt) attempts.add(attempt.key);
          kept.see(entry);
        },
        end: () => kept.end(),
      };
      function contradicts(key: string | undefined): void {
        if (key === undefined) return;
        const [attempt, up] = [taken.get(key), given.get(key)];
        if (!attempt || !up) return;
        const evidence = [attempt, up].toSorted((a, b) => a.n - b.n);
        fail(`"${key}" was given up (${o.givenUp?.says}), and was taken (${attempted.says})`, ...evidence);
      }
    },
  };
}

/** A producer that waits for no answer takes each for stored at once. */
function isHeardOf(entry: Entry): boolean {
  return recordAt(entry)?.offset !== -1;
}
