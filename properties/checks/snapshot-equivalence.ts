/**
 * R2 snapshot-equivalence: a snapshot of a stream as of a version is the fold of its events up to that version, so that
 * snapshot and tail make what the full fold makes. For snapshots that are saved, or loaded, or rows of a view.
 */
import { pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { wrongState } from './judged-state.ts';
import type { Evolution, StateAt, Versioned } from './streams.ts';
import { StreamFolds } from './stream-folds.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

export function snapshotEquivalence<T extends Versioned, S>(
  appended: Selector<T>,
  snapshot: Selector<StateAt<unknown>>,
  evolution: Evolution<T, S>,
  o: { name?: string } = {},
): Property {
  checkArguments('snapshotEquivalence', {
    appended: [appended, 'selector'],
    snapshot: [snapshot, 'selector'],
    'evolution.initial': [evolution?.initial, 'function'],
    'evolution.apply': [evolution?.apply, 'function'],
  });
  checkSlips('snapshotEquivalence', o, { name: true });
  return {
    id: 'R2',
    name: o.name ?? 'snapshot-equivalence',
    kind: 'safety',
    selectors: [appended, snapshot],
    start() {
      const folds = new StreamFolds(evolution);
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          if (failed) return;
          const event = pick(appended, entry);
          if (event) folds.add(event.value, entry);
          const found = pick(snapshot, entry);
          if (!found) return;
          exercised++;
          failed = wrongState(folds, snapshot.says, found.value, entry);
        },
        end: (): Verdict => (failed ? { verdict: 'fail', ...failed } : passed(exercised, snapshot.says)),
      };
    },
  };
}
