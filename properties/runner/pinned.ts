/** One run with the faults that somebody names, and what it shows: each property's verdict, each failure told in full. */
import { inWorlds, type System } from '../../sim/simulate.ts';
import type { PlannedFault } from '../../sim/faults/book.ts';
import { printFault } from '../../sim/faults/print.ts';
import { keyOfItem } from '../../sim/services/item-key.ts';
import type { Property, Verdict } from '../property.ts';
import { type ScenarioShape, systemOf } from '../scenario.ts';
import { checkInput, checkKeys } from './asked.ts';
import { seedOf } from './campaign.ts';
import { type Case, execute, type Executed } from './execute.ts';
import { describeRun } from './failure.ts';
import { dataOf } from './fault-sentence.ts';
import { checkNames, namesInRun, strangerIn } from './names.ts';
import { plain } from './plain.ts';
import type { FailureResult } from './result.ts';
import type { RunInput } from './run.ts';
import { unreached } from './unreached.ts';

export interface PinnedRun {
  readonly properties: readonly { readonly property: Property; readonly verdict: Verdict }[];
  readonly failures: readonly FailureResult[];
  /** Each fault that never came up, in a sentence that says what did. */
  readonly notReached: readonly string[];
  /** Sentences of faults that came up and changed nothing. */
  readonly noEffect: readonly string[];
}

/** @throws EddyError EDDY_FAULT_SYNTAX, EDDY_NO_VARIANT, EDDY_LAW, EDDY_STRICT, EDDY_FAKE_TIMERS, and EDDY_USAGE as `run` */
export function pinnedRun(shape: ScenarioShape, input: RunInput<unknown>): Promise<PinnedRun> {
  checkInput('chaos.pinned', input);
  const variant = input.variant ?? 'correct';
  const system = systemOf(shape, variant);
  const plan = (input.faults ?? []).map(dataOf);
  checkKeys('chaos.pinned', input.workload, shape);
  checkNames('chaos.pinned', plan, system);
  const given: Case = { seed: input.seed ?? seedOf(shape.name), items: input.workload, plan };
  return inWorlds(async () => {
    const made = await execute(system, shape.properties, given, { recordSites: true, strict: input.strict === true });
    const properties = shape.properties.map((property, n) => ({ property, verdict: made.verdicts[n] as Verdict }));
    const failures: FailureResult[] = [];
    for (const { property, verdict } of properties) {
      if (verdict.verdict === 'fail')
        failures.push(await told({ shape, variant, system, given }, made, property, verdict));
    }
    const { faults } = made.record;
    const names = namesInRun(system, plan, made.record);
    const isOpen = ({ reached, data }: PlannedFault): boolean => !reached || strangerIn(data, names) !== undefined;
    const items = given.items.map((item) => keyOfItem(item, shape.workload.key));
    return {
      properties,
      failures,
      notReached: faults.filter(isOpen).map(({ data }) => unreached(data, { names, items, sites: made.record.sites })),
      noEffect: faults.filter((fault) => !isOpen(fault) && !fault.tookEffect).map(({ data }) => printFault(data)),
    };
  });
}

interface Made {
  readonly shape: ScenarioShape;
  readonly variant: string;
  readonly system: System;
  readonly given: Case;
}

async function told(
  { shape, variant, system, given }: Made,
  { record }: Executed,
  property: Property,
  verdict: Verdict,
): Promise<FailureResult> {
  const found = { property, verdict, given, run: 1, strategy: 'probe' } as const;
  const one = { record, verdicts: [verdict] };
  const failure = await describeRun(shape, variant, system, found, given, one, { runs: 0, failed: 0 });
  const needed = await neededOf(system, property, given);
  return {
    ...failure,
    faults: failure.faults.map((fault, n) => ({ ...fault, needed: needed[n] === true })),
    workload: given.items.map(plain),
    found: { ...failure.found, strategy: 'pinned' },
  };
}

/** A fault is needed when the property does not fail without it. */
async function neededOf(system: System, property: Property, given: Case): Promise<readonly boolean[]> {
  const needed: boolean[] = [];
  for (const fault of given.plan) {
    const plan = given.plan.filter((other) => other !== fault);
    const { verdicts } = await execute(system, [property], { ...given, plan });
    needed.push(verdicts[0]?.verdict !== 'fail');
  }
  return needed;
}
