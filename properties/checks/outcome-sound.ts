/**
 * D2 outcome-sound: what was confirmed is there, what is delivered was attempted, and an outcome that nobody knows is taken
 * for neither: who gives up what may have been taken, and puts something else in its place, is wrong when it was.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { declaredLosses } from './declared-loss.ts';
import { Keys } from './keys.ts';
import { recordAt } from './log-entries.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

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
  checkArguments('outcomeSound', {
    attempted: [attempted, 'keyed'],
    confirmed: [o?.confirmed, 'keyed?'],
    delivered: [o?.delivered, 'keyed?'],
    givenUp: [o?.givenUp, 'keyed?'],
  });
  checkSlips('outcomeSound', o, { confirmed: true, delivered: true, givenUp: true, name: true });
  return {
    id: 'D2',
    name: o.name ?? 'outcome-sound',
    kind: 'safety',
    selectors: [attempted, ...(o.confirmed ? [o.confirmed] : []), ...(o.delivered ? [o.delivered] : [])],
    alternatives: o.givenUp ? [o.givenUp] : [],
    start() {
      /** Those too that a log did not keep: aborted, or cut off by a failover. */
      const attempts = new Set<string>();
      const keys = new Keys();
      const kept = asKept(new Sound(attempted, o, attempts));
      return {
        see(entry) {
          const attempt = keys.in(attempted, entry);
          if (attempt) attempts.add(attempt.key);
          kept.see(entry);
        },
        end: () => kept.end(),
      };
    },
  };
}

class Sound implements KeptFold {
  readonly #taken = new Standing();
  readonly #given = new Standing();
  readonly #missing = new Map<string, Entry>();
  readonly #arrived = new Set<string>();
  readonly #declaredLoss: ((entry: Entry) => string | undefined) | undefined;
  readonly #keys = new Keys();
  #drained = true;
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly attempted: Keyed<unknown>,
    readonly o: Outcomes,
    readonly attempts: ReadonlySet<string>,
  ) {
    this.#declaredLoss = o.confirmed && declaredLosses(o.confirmed);
  }

  see(entry: Entry): void {
    const { o } = this;
    if (endsAtBound(entry)) this.#drained = false;
    this.#taken.add(this.#keys.in(this.attempted, entry)?.key, entry);
    if (o.givenUp) this.#given.add(this.#keys.in(o.givenUp, entry)?.key, entry);
    const sure = o.confirmed && this.#keys.in(o.confirmed, entry);
    if (sure && !this.attempts.has(sure.key) && isHeardOf(entry))
      this.#fail(`"${sure.key}" was confirmed, and was never taken`, entry);
    if (sure && !this.#arrived.has(sure.key)) this.#missing.set(sure.key, entry);
    const came = o.delivered && this.#keys.in(o.delivered, entry);
    if (came && !this.attempts.has(came.key)) this.#fail(`"${came.key}" was delivered, and was never attempted`, entry);
    const over = came?.key ?? this.#declaredLoss?.(entry);
    if (over === undefined) return;
    this.#arrived.add(over);
    this.#missing.delete(over);
  }

  unsee(lost: Entry): void {
    this.#taken.remove(this.#keys.in(this.attempted, lost)?.key, lost);
    if (this.o.givenUp) this.#given.remove(this.#keys.in(this.o.givenUp, lost)?.key, lost);
  }

  end(): Verdict {
    const failed = this.#failed ?? this.#contradiction();
    if (failed) return { verdict: 'fail', ...failed };
    const [lost] = this.o.delivered ? this.#missing : [];
    if (!lost) return passed(this.#taken.size, `${this.attempted.says}${this.#keys.says}`);
    if (!this.#drained) return NOT_DRAINED;
    return { verdict: 'fail', says: `"${lost[0]}" was confirmed, and is not there`, evidence: [lost[1]] };
  }

  /** Judged in the end: what was given up may yet be taken, and what was taken may be cut off. */
  #contradiction(): { says: string; evidence: Entry[] } | undefined {
    for (const key of this.#given.keys()) {
      const evidence = [this.#taken.first(key), this.#given.first(key)].flatMap((entry) => entry ?? []);
      const says = `"${key}" was given up (${this.o.givenUp?.says}), and was taken (${this.attempted.says})`;
      if (evidence.length > 1) return { says, evidence: evidence.toSorted((a, b) => a.n - b.n) };
    }
    return undefined;
  }

  #fail(says: string, ...evidence: Entry[]): void {
    this.#failed ??= { says, evidence };
  }
}

/** A producer that waits for no answer takes each for stored at once. */
function isHeardOf(entry: Entry): boolean {
  return recordAt(entry)?.offset !== -1;
}
