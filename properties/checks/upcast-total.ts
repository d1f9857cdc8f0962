/**
 * R5 upcast-total: every schema version that is stored folds. No event of an old schema stops the fold, and a state that
 * is said to be of the current schema is what all events fold to: none is made from a snapshot of an old one, and none
 * leaves out the events that it cannot read.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { wrongState } from './judged-state.ts';
import { Keys } from './keys.ts';
import { StreamFolds } from './stream-folds.ts';
import type { Evolution, StateAt, Versioned } from './streams.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `upcastTotal` is told besides. */
export interface Schemas {
  /** The schema version that the evolution makes and that states are judged by. */
  readonly current: string;
  /** States that services made of the events, by the schema version that they bear: snapshots, rows of a view. */
  readonly states?: Keyed<StateAt<unknown>>;
  readonly name?: string;
}

/**
 * @param stored events, by the schema version that each was stored under
 * @param evolution as the newest code folds: it upcasts what is older
 */
export function upcastTotal<T extends Versioned, S>(
  stored: Keyed<T>,
  evolution: Evolution<T, S>,
  o: Schemas,
): Property {
  checkArguments('upcastTotal', {
    stored: [stored, 'keyed'],
    'evolution.initial': [evolution?.initial, 'function'],
    'evolution.apply': [evolution?.apply, 'function'],
    states: [o?.states, 'keyed?'],
  });
  checkSlips('upcastTotal', o, { current: true, states: true, name: true });
  return {
    id: 'R5',
    name: o.name ?? 'upcast-total',
    kind: 'safety',
    selectors: [stored],
    start() {
      const folds = new StreamFolds(evolution);
      /** By stream: what was stored last under another schema. */
      const older = new Map<string, Entry>();
      const keys = new Keys();
      let olderEvents = 0;
      let states = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          const event = keys.in(stored, entry);
          if (event) {
            folds.add(event.value, entry);
            if (event.key !== o.current) {
              olderEvents++;
              older.set(event.value.stream, entry);
            }
          }
          const state = o.states && keys.in(o.states, entry);
          if (state) judge(o.states.says, state.key, state.value, entry);
        },
        end(): Verdict {
          failed ??= firstUnfolded(folds, stored.says);
          if (failed) return { verdict: 'fail', ...failed };
          // A state is only made while two schemas meet; that each older event folds is a premise of its own.
          return passed(olderEvents + states, `${stored.says} of another schema than ${o.current}${keys.says}`);
        },
      };
      function judge(says: string, schema: string, value: StateAt<unknown>, entry: Entry): void {
        const { stream } = value;
        const old = older.get(stream);
        if (schema !== o.current) older.set(stream, entry);
        else if (old) {
          states++;
          const wrong = wrongState(folds, says, value, entry);
          if (wrong) failed = { says: wrong.says, evidence: [...new Set([old, ...wrong.evidence])] };
        }
      }
    },
  };
}

function firstUnfolded<T extends Versioned, S>(
  folds: StreamFolds<T, S>,
  of: string,
): { says: string; evidence: Entry[] } | undefined {
  for (const { stream, version } of folds.ends()) {
    const at = folds.at(stream, version);
    if (at.how === 'threw') return { says: `${of}: "${stream}" does not fold: ${at.why}`, evidence: [at.entry] };
  }
  return undefined;
}
