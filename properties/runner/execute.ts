/** One run with its verdicts: the world runs, the checks fold its history, metamorphic ones beside that of its twin. */
import type { FaultData } from '../../sim/faults/fault.ts';
import { printFault } from '../../sim/faults/print.ts';
import type { RandomRule } from '../../sim/faults/rule.ts';
import { type RunRecord, simulate, type System } from '../../sim/simulate.ts';
import type { SimulationInput } from '../../sim/simulation.ts';
import { messageOf } from '../../sim/thrown.ts';
import { verdictOf } from '../answered.ts';
import { type Entry, isMetamorphic, NOT_DRAINED, type Property, type Verdict } from '../property.ts';

/** A run's inputs: it is a pure function of them. */
export interface Case {
  readonly seed: number;
  readonly items: readonly unknown[];
  readonly plan: readonly FaultData[];
  readonly rule?: RandomRule;
}

export interface Executed {
  readonly record: RunRecord;
  /** In the order of the scenario's properties. */
  readonly verdicts: readonly Verdict[];
}

export async function execute(
  system: System,
  properties: readonly Property[],
  given: Case,
  o: Pick<SimulationInput, 'recordSites' | 'drew' | 'strict'> = {},
): Promise<Executed> {
  const record = await simulate(system, given.items, { ...given, ...o });
  sealed(record.entries);
  const verdicts: Verdict[] = [];
  for (const property of properties) {
    const verdict = fold(property, record);
    const judged =
      verdict.verdict === 'pass' && isMetamorphic(property)
        ? await compared(system, property, given, record, verdict)
        : verdict;
    verdicts.push(doubted(told(judged, record), record));
  }
  return { record, verdicts };
}

/** All checks of a run see one history: none may change what the next one is to see. What was sent or stored is frozen anyway. */
function sealed(entries: readonly Entry[]): readonly Entry[] {
  for (const entry of entries) {
    Object.freeze(entry.data);
    Object.freeze(entry.causes);
    Object.freeze(entry);
  }
  return entries;
}

/** Where nothing can be said because the run had no end, what it went round in is said. */
function told(verdict: Verdict, { overAndOver }: RunRecord): Verdict {
  if (verdict.verdict !== 'unknown' || verdict.why !== NOT_DRAINED.why || overAndOver === undefined) return verdict;
  return { verdict: 'unknown', why: `${verdict.why}: ${overAndOver}` };
}

/** What the run could not show makes a verdict unknown that may rest on it. */
function doubted(verdict: Verdict, { doubts }: RunRecord): Verdict {
  const doubt = doubts.find(({ of }) => of === 'all' || verdict.verdict === 'pass');
  return doubt ? { verdict: 'unknown', why: doubt.why } : verdict;
}

/** A check that throws has not passed, and says so; the others go on. */
function fold(property: Property, record: RunRecord): Verdict {
  return judged(() => {
    const check = property.start();
    for (const entry of record.entries) check.see(entry);
    return check.end();
  }, record.entries);
}

function judged(judge: () => Verdict, ...runs: readonly (readonly Entry[])[]): Verdict {
  try {
    return verdictOf(judge(), ...runs);
  } catch (error) {
    return { verdict: 'unknown', why: `the check threw ${messageOf(error)}` };
  }
}

async function compared(
  system: System,
  property: Property,
  given: Case,
  record: RunRecord,
  otherwise: Verdict,
): Promise<Verdict> {
  if (!isMetamorphic(property)) return otherwise;
  const plan = record.faults.map(({ data }) => data);
  if (plan.some(spoilsOnlySome))
    return { verdict: 'unknown', why: 'a poison that spoils only some deliveries has no twin without duplicates' };
  const twin = await twinOf(
    system,
    given,
    plan.filter(({ kind }) => property.keeps.has(kind)),
  );
  const verdict = judged(() => property.compare(record.entries, twin), record.entries, twin);
  return verdict.verdict === 'pass' ? otherwise : verdict;
}

const twins = new WeakMap<System, WeakMap<readonly unknown[], Map<string, readonly Entry[]>>>();

/** The runs of a slice differ in their plans alone, and most share one twin: it is made once, being a pure function. */
async function twinOf(system: System, { seed, items }: Case, plan: readonly FaultData[]): Promise<readonly Entry[]> {
  const ofSystem = twins.get(system) ?? new WeakMap<readonly unknown[], Map<string, readonly Entry[]>>();
  twins.set(system, ofSystem);
  const known = ofSystem.get(items) ?? new Map<string, readonly Entry[]>();
  ofSystem.set(items, known);
  const key = [seed, ...plan.map(printFault)].join('\n');
  const entries = known.get(key) ?? sealed((await simulate(system, items, { seed, plan })).entries);
  known.set(key, entries);
  return entries;
}

function spoilsOnlySome(fault: FaultData): boolean {
  return fault.kind === 'poison' && (fault.moment !== undefined || fault.how === 'fails for 5 s');
}
