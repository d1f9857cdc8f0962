/**
 * Determinism is checked, not claimed: some runs and every failure are made twice, once more warm and once in a cold
 * thread. A difference is named by the first entry in which the two histories part.
 */
import { printFault } from '../../sim/faults/print.ts';
import { EddyError } from '../../sim/errors.ts';
import { simulate, type System } from '../../sim/simulate.ts';
import { runCold } from './cold.ts';
import type { Case } from './execute.ts';
import { partingOf } from './explain/parting.ts';
import type { CaseOrder, Lost } from './hands.ts';
import { plainEntries } from './plain.ts';
import type { Divergence, EntryResult } from './result.ts';

/** A run that is to be made again, with what it was the first time. */
export interface Remembered {
  readonly given: CaseOrder;
  readonly digest: string;
}

/** Makes the run again at once; the first time's entries are at hand only if the caller has kept them. */
export async function again(
  system: System,
  given: Case,
  digest: string,
  entries: readonly EntryResult[],
): Promise<Divergence | undefined> {
  const second = await simulate(system, given.items, given);
  return second.digest === digest
    ? undefined
    : divergence(entries, plainEntries(second.entries), 'two runs of one input, one after the other');
}

/** Makes the runs again in a cold thread; `warm` makes one once more here, for its history. */
export async function againCold(
  source: string,
  names: { scenario: string; variant: string },
  remembered: readonly Remembered[],
  warm: (given: CaseOrder) => Promise<readonly EntryResult[] | Lost>,
): Promise<Divergence | undefined> {
  if (remembered.length === 0) return undefined;
  const cases = remembered.map(({ given: { seed, items, plan } }) => ({
    seed,
    items,
    sentences: plan.map(printFault),
  }));
  const answer = await runCold({ source, ...names, cases, digests: remembered.map(({ digest }) => digest) });
  if ('error' in answer)
    throw new EddyError(
      'EDDY_COLD',
      `The determinism check could not make its runs in a fresh thread: ${answer.error}`,
    );
  const { differs } = answer;
  if (!differs) return undefined;
  const { given } = remembered[differs.n] as Remembered;
  const entries = await warm(given);
  return divergence('lost' in entries ? [] : entries, differs.entries, 'a run here and the same run in a fresh thread');
}

function divergence(first: readonly EntryResult[], second: readonly EntryResult[], what: string): Divergence {
  const at = partingOf(first, second);
  const name = (entry: EntryResult | undefined): string =>
    entry ? `${entry.kind} by ${entry.process} at ${entry.timeUs} us` : 'the end';
  return {
    says: `${what} differ from entry ${at} on: ${name(first[at])} against ${name(second[at])}. Something in the handlers does not come from the world: state kept outside start(), a real clock, an order that is not fixed`,
    at,
    first: first[at] ?? null,
    second: second[at] ?? null,
  };
}
