/** What specs of scenarios ask of a run's history. */
import { expect } from 'vitest';
import { type Entry, type Message, run, type RunInput, type Scenario } from '../index.ts';

interface About {
  readonly component: string;
  readonly channels: readonly string[];
  readonly value: Message & Readonly<Record<string, unknown>>;
  readonly about?: Readonly<Record<string, unknown>>;
}

export const about = ({ data }: Entry): About => data as About;

/** Of a run in which every fault was reached, everything came to rest, and nothing failed. */
export async function historyOf<I>(scenario: Scenario<I>, input: RunInput<I>): Promise<readonly Entry[]> {
  const result = await run(scenario, input);
  expect([result.outcome, result.notReached]).toEqual(['quiet', []]);
  expect(Object.entries(result.properties).filter(([, { verdict }]) => verdict === 'fail')).toEqual([]);
  return [...result.history()];
}

/** Ids of what a service was handed, as often as it was. */
export function handed(entries: readonly Entry[], service: string): readonly string[] {
  return entries
    .filter(({ kind, process }) => kind === 'delivered' && process.startsWith(`${service}/`))
    .map((entry) => about(entry).value.id);
}
