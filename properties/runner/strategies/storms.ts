/**
 * Storms: one kind, or two, strikes wherever it fits, sites among them that only faulty runs have; what it does is not hidden
 * by all the others, and no message in particular has to be guessed. Half of them fall into an outage, a deploy or the like.
 */
import { kindOf } from '../fault-sentence.ts';
import { type RuleOf, ruleOf } from './random.ts';
import type { Strategy, View } from './strategy.ts';

/** Of a kind's first storm, its second, ...: from a good part of a run's sites to few, and round again. */
const RATES = [0.2, 0.06, 0.3, 0.11, 0.03];
/** So many storms of a kind are of it alone. */
const ALONE = 2;

export const storms: Strategy = (view) => {
  const first = leastStormed(view, stormable(view));
  if (first === undefined) return undefined;
  const { dice, known } = view;
  const times = known.stormed.get(first) ?? 0;
  known.stormed.set(first, times + 1);
  const isAlone = times < ALONE || dice.next() % 2 === 0;
  const second = isAlone ? undefined : dice.pick(stormable(view).filter((kind) => kind !== first));
  const kinds = second === undefined ? [first] : [first, second];
  const rule: RuleOf = { p: RATES[times % RATES.length] as number, kinds, salt: dice.next() };
  const window = dice.next() % 2 === 0 ? undefined : dice.pickByKind(view.windows);
  return { strategy: 'storms', plan: window ? [window.fault] : [], rule: ruleOf(view.slice, rule) };
};

/** Kinds that strike at sites: what lasts is no storm. */
function stormable({ candidates }: View): string[] {
  return [...new Set(candidates.flatMap(({ fault, site }) => (site ? [kindOf(fault)] : [])))];
}

/** Of those with the fewest storms the kind whose runs showed most that was new. */
function leastStormed({ known, dice }: View, kinds: readonly string[]): string | undefined {
  const times = (kind: string): number => known.stormed.get(kind) ?? 0;
  const pays = (kind: string): number =>
    ((known.kindsPaid.get(kind) ?? 0) + 1) / ((known.kindsStruck.get(kind) ?? 0) + 1);
  const least = Math.min(...kinds.map(times));
  const left = kinds.filter((kind) => times(kind) === least);
  const most = Math.max(...left.map(pays));
  return dice.pick(left.filter((kind) => pays(kind) === most));
}
