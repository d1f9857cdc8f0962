/** O4 effect-order: for each key (a customer, an aggregate) the first effects happen in the order of sending. */
import { type Keyed, keyOf, pick } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict, withoutPart } from '../property.ts';

interface Sent {
  readonly group: string;
  readonly n: number;
}

export function effectOrder<T>(sent: Keyed<T>, effect: Keyed<unknown>, perKey: (value: T) => string): Property {
  return {
    id: 'O4',
    name: 'effect-order',
    kind: 'safety',
    start() {
      const order = new Map<string, Sent>();
      const sizes = new Map<string, number>();
      const latest = new Map<string, { readonly n: number; readonly key: string; readonly entry: Entry }>();
      const done = new Set<string>();
      let exercised = 0;
      let aside = 0;
      let failed: { says: string; evidence: Entry[] } | undefined;
      return {
        see(entry) {
          const began = pick(sent, entry);
          if (began) remember(began.value);
          const happened = pick(effect, entry);
          const found = happened && keyOf(effect, happened.value);
          if (found === 'no part') aside++;
          else if (found) judge(found.key, entry);
        },
        end: (): Verdict =>
          failed
            ? { verdict: 'fail', ...failed }
            : passed(exercised, `second ${effect.says} for one key${withoutPart(aside)}`),
      };
      function remember(value: T): void {
        const found = keyOf(sent, value);
        if (found === 'no part') aside++;
        else if (!order.has(found.key)) {
          const group = perKey(value);
          const n = (sizes.get(group) ?? 0) + 1;
          sizes.set(group, n);
          order.set(found.key, { group, n });
        }
      }
      function judge(key: string, entry: Entry): void {
        const of = order.get(key);
        if (!of || done.has(key) || failed) return;
        done.add(key);
        const before = latest.get(of.group);
        if (before) exercised++;
        if (before && before.n > of.n) {
          const says = `${effect.says}: "${before.key}" came before "${key}", which was sent before it, for "${of.group}"`;
          failed = { says, evidence: [before.entry, entry] };
        }
        latest.set(of.group, { n: of.n, key, entry });
      }
    },
  };
}
