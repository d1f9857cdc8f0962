/** The strategies by the names that `--strategy` takes. */
import { guided } from './guided.ts';
import { novelty } from './novelty.ts';
import { races } from './races.ts';
import { random } from './random.ts';
import { singles, windows } from './singles.ts';
import { spread } from './spread.ts';
import { storms } from './storms.ts';
import type { Strategy as Proposes } from './strategy.ts';
import { swarm } from './swarm.ts';

export const NAMED = {
  guided,
  singles: (view) => spread(view) ?? storms(view) ?? windows(view) ?? singles(view),
  races: (view) => races(view) ?? swarm(view),
  swarm,
  novelty: (view) => novelty(view) ?? swarm(view),
  random,
} satisfies Record<string, Proposes>;

export type Strategy = keyof typeof NAMED;
