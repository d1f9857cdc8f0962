/** The same case fails the same way each time: while shrinking, what has been tried is not tried again. */
import { serialize } from 'node:v8';
import { printFault } from '../../sim/faults/print.ts';
import type { Case } from './execute.ts';
import type { StillFails } from './shrink.ts';

export function triedOnce(stillFails: StillFails): StillFails {
  const known = new Map<string, Promise<boolean>>();
  return (given) => {
    const name = nameOf(given);
    const before = name === undefined ? undefined : known.get(name);
    if (before) return before;
    const answer = stillFails(given);
    if (name !== undefined) known.set(name, answer);
    return answer;
  };
}

/** Nothing for items that cannot be told apart by what they hold, such as functions. */
function nameOf({ seed, items, plan }: Case): string | undefined {
  const sentences = plan.map((fault) => printFault(fault)).join('\n');
  try {
    return `${seed}\n${sentences}\n${serialize(items).toString('latin1')}`;
  } catch {
    return undefined;
  }
}
