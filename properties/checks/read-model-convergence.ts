/**
 * C1 read-model-convergence: when all is quiet, a view is the fold of the log, row by row: nothing was left out, doubled or
 * put in the wrong order on the way.
 */
import { pick, type Selector } from '../../sim/selectors.ts';
import type { TableSeen } from '../../sim/stores/tables.ts';
import { sentenceOf } from '../../sim/thrown.ts';
import { endsAtBound, type Entry, NOT_DRAINED, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { equal, inWords, without } from './equal.ts';
import { RowsSeen } from './final-rows.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `readModelConvergence` is told besides. */
export interface Converging<R> {
  readonly name?: string;
  /** Columns that a fold cannot know: the moment of a change, a number that was drawn. */
  readonly ignoring?: readonly (keyof R & string)[];
}

/** @param fold what the view should hold, by the key of its table */
export function readModelConvergence<T, R extends object>(
  log: Selector<T>,
  view: TableSeen<R>,
  fold: (log: readonly T[]) => ReadonlyMap<string, R>,
  o: Converging<R> = {},
): Property {
  checkArguments('readModelConvergence', { log: [log, 'selector'], view: [view, 'table'], fold: [fold, 'function'] });
  checkSlips('readModelConvergence', o, { name: true, ignoring: true });
  const of = view.inserted as unknown as Selector<unknown>;
  const table = of.says.replace('row inserted into ', '');
  const ignored = new Set<string>(o.ignoring);
  return {
    id: 'C1',
    name: o.name ?? 'read-model-convergence',
    kind: 'safety',
    selectors: [log],
    start() {
      const events = new Events<T>();
      const seen = new RowsSeen(of);
      let last: Entry | undefined;
      let drained = true;
      return asKept({
        see(entry) {
          if (endsAtBound(entry)) drained = false;
          const event = pick(log, entry);
          if (event) {
            events.add(event.value, entry);
            last = entry;
          }
          seen.see(entry);
        },
        end(): Verdict {
          if (!last) return passed(0, log.says);
          if (!drained) return NOT_DRAINED;
          const wrong = differs(folded(fold, events.inOrder), last);
          return wrong ? { verdict: 'fail', ...wrong } : passed(events.inOrder.length, log.says);
        },
        unsee: (lost) => events.remove(lost),
      });
      function differs(expected: ReadonlyMap<string, R> | string, last: Entry) {
        if (typeof expected === 'string') return { says: expected, evidence: [last] };
        for (const [key, row] of expected) {
          const is = seen.rows.get(key);
          const should = `expected ${inWords(without(row, ignored))}, the fold of the log`;
          if (!is)
            return { says: `${table}: there is no row "${key}", ${should}`, evidence: [seen.gone.get(key) ?? last] };
          const shown = without(is.row, ignored);
          if (!equal(shown, without(row, ignored)))
            return { says: `${table}: row "${key}" is ${inWords(shown)}, ${should}`, evidence: [is.entry] };
        }
        for (const [key, { entry }] of seen.rows) {
          if (!expected.has(key)) return { says: `${table}: row "${key}" is in no fold of the log`, evidence: [entry] };
        }
        return undefined;
      }
    },
  };
}

function folded<T, R>(fold: (log: readonly T[]) => R, events: readonly T[]): R | string {
  try {
    return fold(events);
  } catch (error) {
    return `the fold itself threw ${sentenceOf(error)}`;
  }
}

/** Those of a transaction come when it is committed, and stand where they were appended. */
class Events<T> {
  #events: { readonly value: T; readonly entry: Entry }[] = [];

  get inOrder(): readonly T[] {
    return this.#events.toSorted((a, b) => a.entry.n - b.entry.n).map(({ value }) => value);
  }

  add(value: T, entry: Entry): void {
    this.#events.push({ value, entry });
  }

  remove(lost: Entry): void {
    this.#events = this.#events.filter(({ entry }) => entry !== lost);
  }
}
