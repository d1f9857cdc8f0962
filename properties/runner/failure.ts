/** From a failing run to an explained failure: shrunk, made again, saved, and tried nearby. */
import { printFault } from '../../sim/faults/print.ts';
import type { System } from '../../sim/simulate.ts';
import type { Property, Verdict } from '../property.ts';
import type { ScenarioShape } from '../scenario.ts';
import { again } from './determinism.ts';
import { type Case, execute, type Executed } from './execute.ts';
import { sliceOf } from './explain/cone.ts';
import { happenedIn } from './explain/happened.ts';
import { neighbourhood } from './explain/neighbourhood.ts';
import { passingTwin } from './explain/twin.ts';
import { fewer } from './fewer.ts';
import { fingerprint } from './fingerprint.ts';
import { foundRun } from './found-run.ts';
import { plain, plainEntries } from './plain.ts';
import { reproOf } from './repro.ts';
import type { Divergence, FailureResult, Neighbourhood } from './result.ts';
import { shrink } from './shrink.ts';
import { triedOnce } from './tried-once.ts';
import type { Proposal } from './strategies/strategy.ts';
import { writeToken } from './token.ts';

/** A failure as a campaign meets it. */
export interface Found {
  readonly property: Property;
  readonly verdict: Verdict;
  readonly given: Case;
  readonly run: number;
  readonly strategy: Proposal['strategy'];
  /** Other seeds that its plan is tried under; default: NEARBY_RUNS. */
  readonly nearby?: number;
}

export type Explained = { readonly failure: FailureResult; readonly minimal: Case } | { readonly diverged: Divergence };

/** The state of stores and queues at a step is folded from all before it: what is cut off is what the page cannot tell. */
const ENTRIES_MAX = 5_000;

/** @param isOver asked now and then: true ends the shrinking, and the failure says that it was cut short */
export async function explain(
  shape: ScenarioShape,
  variant: string,
  system: System,
  found: Found,
  isOver: () => boolean,
): Promise<Explained> {
  const { property, given } = found;
  const of = [property];
  const print = fingerprint(property, found.verdict);
  const fails = async (tried: Case): Promise<boolean> => {
    const { verdicts } = await execute(system, of, tried);
    return verdicts[0] !== undefined && fingerprint(property, verdicts[0]) === print;
  };
  const first = await execute(system, of, given);
  if (!(await fails(given))) {
    const diverged = await again(system, given, '', plainEntries(first.record.entries));
    return { diverged: diverged ?? neverAgain(property) };
  }
  const stillFails = triedOnce(fails);
  const shrunk = await shrink(shape, given, stillFails, isOver);
  const other = await fewer(system, { left: shrunk.minimal, found: given }, stillFails, isOver);
  const { minimal, cutShort } = other ? await shrink(shape, other, stillFails, isOver) : shrunk;
  const made = await execute(system, of, minimal, { recordSites: true });
  const diverged = await again(system, minimal, made.record.digest, plainEntries(made.record.entries));
  if (diverged) return { diverged };
  const failure = await describeRun(
    shape,
    variant,
    system,
    found,
    minimal,
    made,
    await neighbourhood(system, property, minimal, found.nearby),
  );
  const isShrunk = first.record.digest !== made.record.digest;
  const told = isShrunk ? { ...failure, found: { ...failure.found, ...foundRun(first) } } : failure;
  return { minimal, failure: cutShort ? { ...told, cutShort } : told };
}

function neverAgain(property: Property): Divergence {
  return { says: `${property.name} failed once and not again for the same input`, at: 0, first: null, second: null };
}

export async function describeRun(
  shape: ScenarioShape,
  variant: string,
  system: System,
  found: Found,
  minimal: Case,
  made: Executed,
  nearby: Neighbourhood,
): Promise<FailureResult> {
  const { property } = found;
  const verdict = made.verdicts[0];
  const evidence = verdict?.verdict === 'fail' ? verdict.evidence : [];
  const { record } = made;
  // How the run ended is the outcome.
  const entries = record.entries.filter(({ kind }) => kind !== 'ended');
  const twin = await passingTwin(system, property, minimal, record.entries);
  const repro = reproOf(shape, variant, property, minimal, record);
  const happened = happenedIn(record.entries, evidence, twin?.entries, property.alternatives !== undefined);
  return {
    scenario: shape.name,
    variant,
    property: property.id,
    name: property.name,
    says: verdict?.verdict === 'fail' ? verdict.says : '',
    seed: minimal.seed,
    token: writeToken(repro),
    digest: record.digest,
    faults: repro.faults,
    workload: minimal.items.map(plain),
    sends: repro.sends ?? [],
    found: {
      run: found.run,
      strategy: found.strategy,
      faults: found.given.plan.map(printFault),
      items: found.given.items.length,
    },
    outcome: record.outcome,
    why: record.why,
    ...(record.thrown.length > 0 && { thrown: record.thrown }),
    evidence: evidence.map((entry) => entry.n),
    history: plainEntries(entries.slice(0, ENTRIES_MAX)),
    entriesCut: Math.max(0, entries.length - ENTRIES_MAX),
    ...(happened !== '' && { happened }),
    slice: sliceOf(record.entries, evidence),
    ...(twin ? { twin: twin.result } : {}),
    neighbourhood: nearby,
  };
}
