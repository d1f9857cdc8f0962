/**
 * Guided: all strategies take turns, and those whose runs show states that none showed before get more of them. Each keeps a
 * part of its share whatever it finds: what pays is not yet what fails. What would be lost behind an ack goes first.
 */
import { breakdowns } from './breakdowns.ts';
import { follow, unguarded } from './follow.ts';
import { lateWrites } from './late-writes.ts';
import { meetings } from './meetings.ts';
import { novelty } from './novelty.ts';
import { races, racesSpread } from './races.ts';
import { random } from './random.ts';
import { singles, windows } from './singles.ts';
import { gently, spread } from './spread.ts';
import { storms } from './storms.ts';
import type { Proposal, Strategy, View } from './strategy.ts';
import { swarm } from './swarm.ts';
import { tempests } from './tempests.ts';

/** In the order of their first turns; `share` of all turns, if all pay alike. */
const TURNS: Readonly<Record<string, { readonly by: Strategy; readonly share: number }>> = {
  tempests: { by: tempests, share: 16 },
  spread: { by: spread, share: 12 },
  windows: { by: windows, share: 8 },
  storms: { by: storms, share: 3 },
  gently: { by: gently, share: 1.5 },
  novelty: { by: novelty, share: 1.5 },
  lateWrites: { by: lateWrites, share: 5 },
  racesSpread: { by: racesSpread, share: 6 },
  meetings: { by: meetings, share: 1 },
  races: { by: races, share: 2 },
  breakdowns: { by: breakdowns, share: 1.5 },
  follow: { by: follow, share: 2 },
  singles: { by: singles, share: 0.5 },
  swarm: { by: swarm, share: 0.25 },
  random: { by: random, share: 0.25 },
};

/** So much of its share a strategy keeps that shows nothing new. */
const KEPT = 0.5;

export const guided: Strategy = (view) => {
  const { known } = view;
  const atOnce = unguarded(view);
  if (atOnce) return atOnce;
  const waits = (turn: string): number => waiting(view, turn);
  for (const [turn, { by }] of Object.entries(TURNS).toSorted(([a], [b]) => waits(a) - waits(b))) {
    const proposal: Proposal | undefined = by(view);
    if (!proposal) continue;
    known.turns.set(turn, (known.turns.get(turn) ?? 0) + 1);
    return { ...proposal, turn };
  }
  return undefined;
};

/** Whose turns are fewest for its share comes next. */
function waiting({ known }: View, turn: string): number {
  const turns = known.turns.get(turn) ?? 0;
  const pays = ((known.paid.get(turn) ?? 0) + 1) / (turns + 1);
  return (turns + 1) / ((TURNS[turn]?.share ?? 1) * (KEPT + (1 - KEPT) * pays));
}
