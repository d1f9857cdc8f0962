/**
 * R1 replay-determinism: the state that a rebuild makes is the state that was there before. Both are samples of state
 * whose key names the place in the log (`acc-1@7`): at one place there is one state, whoever comes to it and when.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { equal, inWords } from './equal.ts';
import { Keys } from './keys.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

interface Sample {
  readonly state: unknown;
  readonly entry: Entry;
}

/** What `replayDeterminism` is told besides. */
export interface Replayed<L, R> {
  /** What a rebuild makes, where it writes elsewhere; default: the live samples, each compared with those before it. */
  readonly rebuilt?: Keyed<R>;
  /** The part of a sample that is the state; default: all of it. */
  readonly state?: (sample: L | R) => unknown;
  readonly name?: string;
}

export function replayDeterminism<L, R = L>(live: Keyed<L>, o: Replayed<L, R> = {}): Property {
  checkArguments('replayDeterminism', {
    live: [live, 'keyed'],
    rebuilt: [o.rebuilt, 'keyed?'],
    state: [o.state, 'function?'],
  });
  checkSlips('replayDeterminism', o, { rebuilt: true, state: true, name: true });
  const { state = (sample: L | R): unknown => sample } = o;
  return {
    id: 'R1',
    name: o.name ?? 'replay-determinism',
    kind: 'safety',
    selectors: [live, ...(o.rebuilt ? [o.rebuilt] : [])],
    start() {
      const lives = new Map<string, Sample>();
      const rebuilts = o.rebuilt ? new Map<string, Sample>() : lives;
      const keys = new Keys();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          look(live, entry, lives, rebuilts);
          if (o.rebuilt) look(o.rebuilt, entry, rebuilts, lives);
        },
        end: (): Verdict =>
          failed
            ? { verdict: 'fail', ...failed }
            : passed(exercised, `${(o.rebuilt ?? live).says} for a state that was there before${keys.says}`),
      };
      function look<T extends L | R>(
        of: Keyed<T>,
        entry: Entry,
        own: Map<string, Sample>,
        others: Map<string, Sample>,
      ) {
        const found = keys.in(of, entry);
        if (!found || failed) return;
        const { key } = found;
        const sample = { state: state(found.value), entry };
        const other = others.get(key);
        if (other) {
          exercised++;
          if (!equal(other.state, sample.state)) {
            const says = `${of.says}: "${key}" is ${inWords(sample.state)}, and was ${inWords(other.state)} before`;
            failed = { says, evidence: [other.entry, entry] };
          }
        }
        if (!own.has(key)) own.set(key, sample);
      }
    },
  };
}
