/** What O4 and X3 share: for each group, the first occurrences of the one come in the order of the other. */
import { type Keyed, patternOf } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Keys, quietly } from './keys.ts';
import { recordAt } from './log-entries.ts';
import { concerns } from './messages.ts';

interface Ordered {
  readonly group: string;
  /** What keeps its order: the group, or its part in one partition once a log has more of them and keys may move. */
  readonly line: string;
  readonly entry: Entry;
}

export function inOrder<T>(
  what: Pick<Property, 'id' | 'name' | 'kind'> & { /** `which was sent` */ readonly before: string },
  first: Keyed<T>,
  then: Keyed<unknown>,
  groupOf: (value: T) => string,
): Property {
  const { before: saysBefore, ...property } = what;
  const log = patternOf(first as Keyed<unknown>);
  return {
    ...property,
    start() {
      const order = new Map<string, Ordered>();
      const latest = new Map<string, { readonly of: Ordered; readonly key: string; readonly entry: Entry }>();
      const done = new Set<string>();
      const keys = new Keys();
      let mayMove = false;
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return asKept({
        see(entry) {
          if (entry.kind === 'partitionsAdded' && concerns(entry, log)) mayMove = true;
          const began = keys.in(first, entry);
          if (began) remember(began.key, began.value, entry);
          const happened = keys.in(then, entry);
          if (happened) judge(happened.key, entry);
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(exercised, `second ${then.says} for one key${keys.aside}`),
        unsee(lost) {
          const began = keys.in(first, lost);
          if (began && order.get(began.key)?.entry === lost) order.delete(began.key);
        },
      });
      function remember(key: string, value: T, entry: Entry): void {
        const known = order.get(key);
        // Those of a transaction come late, in the places that they have had since they were appended.
        const group = known && known.entry.n < entry.n ? undefined : quietly(() => groupOf(value));
        if (group === undefined) return;
        const line = mayMove ? `${group} in ${recordAt(entry)?.partition}` : group;
        order.set(key, { group, line, entry });
      }
      function judge(key: string, entry: Entry): void {
        const of = order.get(key);
        if (!of || done.has(key) || failed) return;
        done.add(key);
        const before = latest.get(of.line);
        if (before) exercised++;
        if (before && isLater(before.of, of)) {
          const says = `${then.says}: "${before.key}" came before "${key}", ${saysBefore} before it, for "${of.group}"`;
          failed = { says, evidence: [before.entry, entry] };
        }
        latest.set(of.line, { of, key, entry });
      }
    },
  };
}

/** Within a partition the log's order counts: confirms may be heard of in another one. */
function isLater(a: Ordered, b: Ordered): boolean {
  const [one, other] = [recordAt(a.entry), recordAt(b.entry)];
  if (one && other && one.partition === other.partition && one.offset >= 0 && other.offset >= 0) {
    return one.offset > other.offset;
  }
  return a.entry.n > b.entry.n;
}
