/**
 * Determinism is checked, not claimed: some runs and every failure are made twice, once more warm and once in a cold
 * thread. A difference is named by the first entry in which the two histories part.
 */
import { printFault } from '../../sim/faults/print.ts';
import { EddyError } from '../../sim/errors.ts';
import { simulate, type System } from '../../sim/simulate.ts';
import { realDateMs } from '../../sim/kernel/host.ts';
import { causeOf } from './cause.ts';
import { type ColdThreads, runCold } from './cold.ts';
import { type Evidence, witness, type Witnessed } from './evidence.ts';
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
  if (second.digest === digest) return undefined;
  const { evidence } = await witness(system, given);
  const others = plainEntries(second.entries);
  return divergence(entries, others, evidence, 'two runs of one input, one after the other');
}

/** Makes the runs again in a cold thread, one of `threads` if there are any; `warm` makes one once more here, for its history. */
export async function againCold(
  source: string,
  names: { scenario: string; variant: string },
  remembered: readonly Remembered[],
  warm: (given: CaseOrder) => Promise<Witnessed | Lost>,
  threads?: ColdThreads,
): Promise<Divergence | undefined> {
  if (remembered.length === 0) return undefined;
  const cases = remembered.map(({ given: { seed, items, plan } }) => ({
    seed,
    items,
    sentences: plan.map(printFault),
  }));
  const request = { source, ...names, cases, digests: remembered.map(({ digest }) => digest) };
  const answer = await (threads ? threads.run(request) : runCold(request));
  if ('error' in answer)
    throw new EddyError(
      'EDDY_COLD',
      `The determinism check could not make its runs in a fresh thread: ${answer.error}`,
    );
  const { differs } = answer;
  if (!differs) return undefined;
  const { given } = remembered[differs.n] as Remembered;
  const made = await warm(given);
  const { entries, evidence } = 'lost' in made ? NOTHING_SEEN : made;
  return divergence(entries, differs.entries, evidence, 'a run here and the same run in a fresh thread');
}

const NOTHING_SEEN: Witnessed = {
  entries: [],
  evidence: { uses: [], opened: [], leaked: { count: 0, calls: [] } },
};

function divergence(
  first: readonly EntryResult[],
  second: readonly EntryResult[],
  evidence: Evidence,
  what: string,
): Divergence {
  const at = partingOf(first, second);
  const name = (entry: EntryResult | undefined): string =>
    entry ? `${entry.kind} by ${entry.process} at ${entry.timeUs} us` : 'the end';
  const { cause, says } = causeOf({ first, second, at, nowMs: realDateMs() }, evidence);
  return {
    says: `${what} differ from entry ${at} on: ${name(first[at])} against ${name(second[at])}. Likely ${says}`,
    cause,
    at,
    first: first[at] ?? null,
    second: second[at] ?? null,
  };
}
