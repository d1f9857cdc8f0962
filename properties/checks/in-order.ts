/** What O4 and X3 share: for each group, the first occurrences of the one come in the order of the other. */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { Keys, quietly } from './keys.ts';

interface Ordered {
  readonly group: string;
  readonly n: number;
}

export function inOrder<T>(
  what: Pick<Property, 'id' | 'name' | 'kind'> & { /** `which was sent` */ readonly before: string },
  first: Keyed<T>,
  then: Keyed<unknown>,
  groupOf: (value: T) => string,
): Property {
  const { before: saysBefore, ...property } = what;
  return {
    ...property,
    start() {
      const order = new Map<string, Ordered>();
      const sizes = new Map<string, number>();
      const latest = new Map<string, { readonly n: number; readonly key: string; readonly entry: Entry }>();
      const done = new Set<string>();
      const keys = new Keys();
      let exercised = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          const began = keys.in(first, entry);
          if (began) remember(began.key, began.value);
          const happened = keys.in(then, entry);
          if (happened) judge(happened.key, entry);
        },
        end: (): Verdict =>
          failed ? { verdict: 'fail', ...failed } : passed(exercised, `second ${then.says} for one key${keys.aside}`),
      };
      function remember(key: string, value: T): void {
        const group = order.has(key) ? undefined : quietly(() => groupOf(value));
        if (group === undefined) return;
        const n = (sizes.get(group) ?? 0) + 1;
        sizes.set(group, n);
        order.set(key, { group, n });
      }
      function judge(key: string, entry: Entry): void {
        const of = order.get(key);
        if (!of || done.has(key) || failed) return;
        done.add(key);
        const before = latest.get(of.group);
        if (before) exercised++;
        if (before && before.n > of.n) {
          const says = `${then.says}: "${before.key}" came before "${key}", ${saysBefore} before it, for "${of.group}"`;
          failed = { says, evidence: [before.entry, entry] };
        }
        latest.set(of.group, { n: of.n, key, entry });
      }
    },
  };
}
