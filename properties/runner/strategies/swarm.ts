/** Swarm: two to five faults of a random subset of kinds, most of them on one message, over sites that faulty runs revealed. */
import type { FaultData } from '../../../sim/faults/fault.ts';
import { candidatesOf } from '../candidates.ts';
import { kindOf } from '../fault-sentence.ts';
import type { Strategy } from './strategy.ts';

export const swarm: Strategy = ({ candidates, races, revealed, kinds: all, dice }) => {
  const fitting = [...candidates, ...candidatesOf(revealed, all)];
  const kinds = [...all].filter(() => dice.next() % 2 === 0);
  const some = fitting.filter(({ fault }) => kinds.includes(kindOf(fault)));
  const from = some.length > 0 ? some : fitting;
  const centre = dice.pickByKind(from);
  if (!centre) return { strategy: 'swarm', plan: [] };
  const near = from.filter(({ strikes }) => strikes === centre.strikes);
  const size = 2 + (dice.next() % 4);
  const plan = [centre.fault];
  while (plan.length < size) {
    const next = dice.pickByKind(dice.next() % 4 === 0 ? from : near);
    if (!next) break;
    plan.push(next.fault);
  }
  const hold = all.has('hold') && dice.next() % 4 === 0 ? dice.pick(races)?.fault : undefined;
  return { strategy: 'swarm', plan: distinct(hold ? [...plan, hold] : plan) };
};

export function distinct(plan: readonly FaultData[]): FaultData[] {
  const seen = new Set<string>();
  return plan.filter((fault) => {
    const text = JSON.stringify(fault);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
