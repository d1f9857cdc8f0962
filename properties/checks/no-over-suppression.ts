/**
 * I3 no-over-suppression: nothing is acknowledged as a duplicate that was never applied, and an id is remembered for as
 * long as its message may come again. What was acknowledged is judged after drain: its effect may come later than its ack.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { anyOf, endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `noOverSuppression` is told besides. */
export interface Memory {
  /** Ids that the consumer forgot: rows deleted from its inbox. */
  readonly forgotten: Keyed<unknown>;
  /** Messages that came, by the same id. */
  readonly came: Keyed<unknown>;
}

/** @param ends what may become of a message: its effect, a refusal that is written down, a dead letter */
export function noOverSuppression(
  acked: Keyed<unknown>,
  ends: readonly Keyed<unknown>[],
  o: { memory?: Memory; name?: string } = {},
): Property {
  checkArguments('noOverSuppression', {
    acked: [acked, 'keyed'],
    ends: [ends, 'keyed ones'],
    'memory.forgotten': [o.memory?.forgotten, 'keyed?'],
    'memory.came': [o.memory?.came, 'keyed?'],
  });
  checkSlips('noOverSuppression', o, { memory: true, name: true });
  return {
    id: 'I3',
    name: o.name ?? 'no-over-suppression',
    kind: 'safety',
    selectors: [acked],
    alternatives: ends,
    start() {
      const waiting = new Map<string, Entry>();
      const ended = new Set<string>();
      const keys = new Keys();
      const forgotten = new Forgotten(keys);
      let exercised = 0;
      let drained = true;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const settled = keys.in(acked, entry);
          if (settled) {
            exercised++;
            if (!ended.has(settled.key) && !waiting.has(settled.key)) waiting.set(settled.key, entry);
          }
          for (const end of ends) {
            const found = keys.in(end, entry);
            if (!found) continue;
            ended.add(found.key);
            waiting.delete(found.key);
          }
          if (o.memory) failed ??= forgotten.cameAgain(o.memory, entry);
        },
        end(): Verdict {
          if (failed) return { verdict: 'fail', ...failed };
          const [lost] = waiting;
          if (!lost) return passed(exercised, `${acked.says}${keys.says}`);
          if (!drained) return NOT_DRAINED;
          const says = `${acked.says}: ${waiting.size} never applied; the first is "${lost[0]}", expected ${anyOf(ends)}`;
          return { verdict: 'fail', says, evidence: [lost[1]] };
        },
      };
    },
  };
}

class Forgotten {
  readonly #at = new Map<string, Entry>();

  constructor(readonly keys: Keys) {}

  /** What comes after its id was forgotten. */
  cameAgain(memory: Memory, entry: Entry): { says: string; evidence: Entry[] } | undefined {
    const gone = this.keys.in(memory.forgotten, entry);
    if (gone) this.#at.set(gone.key, entry);
    const came = this.keys.in(memory.came, entry);
    const before = came && this.#at.get(came.key);
    if (!came || !before) return undefined;
    return { says: `${memory.came.says}: "${came.key}" came after it was forgotten`, evidence: [before, entry] };
  }
}
