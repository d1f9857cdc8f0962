/** What can be seen of a run that is not the same again: it is made once more while somebody listens to what it asks for. */
import { createHook } from 'node:async_hooks';
import { currentContext } from '../../sim/kernel/context.ts';
import { listenForUses, type Use } from '../../sim/kernel/guards/uses.ts';
import { type Leaked, leakedSoFar } from '../../sim/kernel/leaks.ts';
import { simulate, type System } from '../../sim/simulate.ts';
import type { Case } from './execute.ts';
import { plainEntries } from './plain.ts';
import type { EntryResult } from './result.ts';

export interface Evidence {
  /** Calls that got the real thing, since their context was lost. */
  readonly uses: readonly Use[];
  /** What code inside the world opened outside it, by the names of `async_hooks`: `Timeout`, `FSREQCALLBACK`. */
  readonly opened: readonly string[];
  readonly leaked: Leaked;
}

export interface Witnessed {
  readonly entries: readonly EntryResult[];
  readonly evidence: Evidence;
}

/** Promises and what drains wait for: a world has these in hand. */
const IN_HAND = new Set(['PROMISE', 'TickObject', 'Immediate', 'Microtask', 'AsyncContextFrame']);

export async function witness(system: System, { items, ...input }: Case): Promise<Witnessed> {
  const opened = new Set<string>();
  const hook = createHook({
    init: (_id, type) => {
      if (!IN_HAND.has(type) && currentContext()) opened.add(type);
    },
  }).enable();
  const uses = listenForUses();
  try {
    const { entries } = await simulate(system, items, input);
    return {
      entries: plainEntries(entries),
      evidence: { uses: uses(), opened: [...opened], leaked: leakedSoFar() },
    };
  } finally {
    uses();
    hook.disable();
  }
}
