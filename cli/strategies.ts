import type { Strategy } from '../properties/runner/campaign.ts';

export type { Strategy };

export const STRATEGIES = [
  'guided',
  'singles',
  'races',
  'swarm',
  'novelty',
  'random',
] as const satisfies readonly Strategy[];
