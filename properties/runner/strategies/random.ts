/** Random, the baseline: each site is struck with probability p, from 0.1 % to 30 % on a logarithmic scale. */
import type { RandomRule } from '../../../sim/faults/rule.ts';
import type { Slice } from '../slice.ts';
import type { Strategy } from './strategy.ts';

/** In logarithmic steps, written out: no transcendental function is the same on every engine. */
const RATES = [0.001, 0.002, 0.004, 0.008, 0.015, 0.03, 0.06, 0.11, 0.2, 0.3];

export const random: Strategy = ({ slice, kinds, windows, dice }) => {
  const p = dice.pick(RATES) as number;
  const rule = ruleOf(slice, { p, kinds: [...kinds], salt: dice.next() });
  const window = dice.next() / 0x1_0000_0000 < p * 3 ? dice.pick(windows) : undefined;
  return { strategy: 'random', plan: window ? [window.fault] : [], rule };
};

export type RuleOf = Omit<RandomRule, 'untilUs'>;

/** So long behind the end of the run without faults: what they delay is struck too. */
const AFTER_US = 5_000_000;

export function ruleOf({ sites }: Slice, of: RuleOf): RandomRule {
  return { ...of, untilUs: Math.max(0, ...sites.map((site) => site.timeUs)) + AFTER_US };
}
