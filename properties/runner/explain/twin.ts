/**
 * The passing twin of a failure: the run that differs from it in one input and does not fail. Draws are keyed by address, so
 * that the two histories are equal up to where that input makes itself felt.
 */
import type { FaultData } from '../../../sim/faults/fault.ts';
import { printFault } from '../../../sim/faults/print.ts';
import type { Entry } from '../../../sim/history/history.ts';
import type { System } from '../../../sim/simulate.ts';
import type { Property } from '../../property.ts';
import { type Case, execute } from '../execute.ts';
import { plainEntries } from '../plain.ts';
import type { TwinResult } from '../result.ts';
import { neighbour, NEARBY_RUNS } from './neighbourhood.ts';
import { partingOf } from './parting.ts';

/** As many as of the run that it stands beside. */
const ENTRIES_MAX = 5_000;

export interface Twin {
  readonly result: TwinResult;
  /** All of its history. */
  readonly entries: readonly Entry[];
}

/**
 * The same run without one of its faults: one that passes before one of which nothing can be said, the one that parts last
 * before others. Of a failure that takes no fault, the first neighbour that passes. Nothing when all of these fail too.
 */
export async function passingTwin(
  system: System,
  property: Property,
  minimal: Case,
  entries: readonly Entry[],
): Promise<Twin | undefined> {
  const made = shown(entries);
  const twins: Twin[] = [];
  for (const left of minimal.plan) {
    const given = { ...minimal, plan: minimal.plan.filter((fault) => fault !== left) };
    twins.push(...(await attempt(system, property, given, made, left)));
  }
  if (twins.length > 0) return twins.toSorted(closer)[0];
  for (let n = 1; n <= NEARBY_RUNS && minimal.plan.length === 0; n++) {
    const [twin] = await attempt(system, property, neighbour(minimal, n), made);
    if (twin?.result.verdict === 'pass') return twin;
  }
  return undefined;
}

function closer({ result: one }: Twin, { result: other }: Twin): number {
  return Number(other.verdict === 'pass') - Number(one.verdict === 'pass') || other.partsAt - one.partsAt;
}

type Shown = ReturnType<typeof plainEntries>;

async function attempt(
  system: System,
  property: Property,
  given: Case,
  made: Shown,
  left?: FaultData,
): Promise<Twin[]> {
  const { record, verdicts } = await execute(system, [property], given);
  const verdict = verdicts[0]?.verdict;
  if (verdict === undefined || verdict === 'fail') return [];
  const own = shown(record.entries);
  const partsAt = partingOf(made, own);
  const rest = own.slice(partsAt);
  const result: TwinResult = {
    ...(left === undefined ? { seed: given.seed } : { without: printFault(left) }),
    verdict,
    digest: record.digest,
    partsAt,
    history: rest.slice(0, ENTRIES_MAX),
    entriesCut: Math.max(0, rest.length - ENTRIES_MAX),
  };
  return [{ result, entries: record.entries }];
}

/** How the run ended is the outcome. */
function shown(entries: readonly Entry[]): Shown {
  return plainEntries(entries.filter(({ kind }) => kind !== 'ended'));
}
