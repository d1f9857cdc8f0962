/**
 * Tempests: all kinds at once strike wherever they fit, so often that faults meet on one message or one process. Mistakes that
 * many schedules show are found soonest so, and those that want two or three faults of any kinds close to each other.
 */
import { ruleOf } from './random.ts';
import type { Strategy } from './strategy.ts';

/** Below these, faults seldom meet; above, nothing gets as far as it could be wrong. */
const RATES = [0.2, 0.11, 0.06];

export const tempests: Strategy = (view) => {
  const { dice, known, kinds, windows } = view;
  const times = known.stormed.get(ALL) ?? 0;
  known.stormed.set(ALL, times + 1);
  const rule = ruleOf(view.slice, { p: RATES[times % RATES.length] as number, kinds: [...kinds], salt: dice.next() });
  const window = times % 2 === 0 ? undefined : dice.pickByKind(windows);
  return { strategy: 'storms', plan: window ? [window.fault] : [], rule };
};

/** Where `known.stormed` counts them: no kind is called so. */
const ALL = 'all kinds';
