/**
 * V1 version-tolerant: what comes to a service while two versions of it run side by side is handled or parked, whichever of them
 * gets it: none is lost because one does not know it. Judged after drain; parked is an end that the scenario names.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { anyOf, endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { Keys } from './keys.ts';
import { Versions } from './versions.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/**
 * @param event what the versions are handed, by its id: deliveries, rather than publishes
 * @param ends what may become of it: its effect, a row that parks it, a dead letter
 */
export function versionTolerant(
  event: Keyed<unknown>,
  ends: readonly Keyed<unknown>[],
  o: { name?: string } = {},
): Property {
  checkArguments('versionTolerant', { event: [event, 'keyed'], ends: [ends, 'keyed ones'] });
  checkSlips('versionTolerant', o, { name: true });
  return {
    id: 'V1',
    name: o.name ?? 'version-tolerant',
    kind: 'safety',
    selectors: [event],
    alternatives: ends,
    start() {
      const versions = new Versions();
      const waiting = new Map<string, readonly Entry[]>();
      const ended = new Set<string>();
      const keys = new Keys();
      let exercised = 0;
      let drained = true;
      return {
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          versions.see(entry);
          const came = keys.in(event, entry);
          const both = came && versions.sideBySide(entry.process);
          if (came && both) {
            exercised++;
            if (!ended.has(came.key) && !waiting.has(came.key)) waiting.set(came.key, [...both, entry]);
          }
          for (const end of ends) {
            const over = keys.in(end, entry);
            if (!over) continue;
            ended.add(over.key);
            waiting.delete(over.key);
          }
        },
        end(): Verdict {
          const [lost] = waiting;
          if (!lost) return passed(exercised, `${event.says} while two versions ran side by side${keys.aside}`);
          if (!drained) return NOT_DRAINED;
          const says = `${event.says}: ${waiting.size} that came while two versions ran side by side came to no end; the first is "${lost[0]}", expected ${anyOf(ends)}`;
          return { verdict: 'fail', says, evidence: lost[1] };
        },
      };
    },
  };
}
