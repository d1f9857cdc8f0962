/** One run with its verdicts: the world runs, the checks fold its history, metamorphic ones beside that of its twin. */
import type { FaultData } from '../../sim/faults/fault.ts';
import { printFault } from '../../sim/faults/print.ts';
import type { RandomRule } from '../../sim/faults/rule.ts';
import { type RunRecord, simulate, type System } from '../../sim/simulate.ts';
import type { SimulationInput } from '../../sim/simulation.ts';
import { isIn } from '../answered.ts';
import { type Entry, isMetamorphic, NOT_DRAINED, type Property, type Verdict } from '../property.ts';
import { Folds, judged } from './folds.ts';
import { mostThrownText } from './thrown-text.ts';

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
  const verdicts: Verdict[] = [];
  for (const [n, verdict] of folded(properties, record.entries).entries()) {
    const property = properties[n] as Property;
    const compares = verdict.verdict === 'pass' && isMetamorphic(property);
    const final = compares ? await compared(system, property, given, record, verdict) : verdict;
    verdicts.push(doubted(told(final, record), record));
  }
  return { record, verdicts };
}

/** All checks of a run see one history: none may change what the next one is to see. What was sent or stored is frozen anyway. */
function sealed(entry: Entry): Entry {
  Object.freeze(entry.data);
  Object.freeze(entry.causes);
  return Object.freeze(entry);
}

/** Where nothing can be said because the run had no end, what it went round in is said, and what was thrown most often. */
function told(verdict: Verdict, { overAndOver, thrown }: RunRecord): Verdict {
  if (verdict.verdict !== 'unknown' || verdict.why !== NOT_DRAINED.why || overAndOver === undefined) return verdict;
  const most = mostThrownText(thrown);
  const threw = most === undefined ? '' : `; thrown most often: ${most}`;
  return { verdict: 'unknown', why: `${verdict.why}: ${overAndOver}${threw}` };
}

/** What the run could not show makes a verdict unknown that may rest on it. */
function doubted(verdict: Verdict, { doubts }: RunRecord): Verdict {
  const doubt = doubts.find(({ of }) => of === 'all' || verdict.verdict === 'pass');
  return doubt ? { verdict: 'unknown', why: doubt.why } : verdict;
}

function folded(properties: readonly Property[], entries: readonly Entry[]): Verdict[] {
  const folds = new Folds(properties);
  for (const entry of entries) folds.see(sealed(entry));
  return folds.end(isIn(entries));
}

/**
 * As `execute`, for runs so long that no history is kept: the checks see each entry once, as it comes, and what compares
 * whole histories says unknown.
 */
export async function executeUnkept(
  system: System,
  properties: readonly Property[],
  given: Case,
  o: Pick<SimulationInput, 'strict'> = {},
): Promise<Executed> {
  const folds = new Folds(properties);
  let count = 0;
  const reader = (entry: Entry): void => {
    count++;
    folds.see(sealed(entry));
  };
  const record = await simulate(system, given.items, { ...given, ...o, reader });
  const verdicts = folds.end((one) => one.n < count && Object.isFrozen(one));
  return { record, verdicts: verdicts.map((verdict, n) => doubted(withoutTwin(verdict, properties[n]), record)) };
}

function withoutTwin(verdict: Verdict, property: Property | undefined): Verdict {
  if (verdict.verdict !== 'pass' || !property || !isMetamorphic(property)) return verdict;
  return { verdict: 'unknown', why: 'it compares whole histories, and this run kept none' };
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
  const verdict = judged(() => property.compare(record.entries, twin), isIn(record.entries, twin));
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
  const entries = known.get(key) ?? (await simulate(system, items, { seed, plan })).entries.map(sealed);
  known.set(key, entries);
  return entries;
}

function spoilsOnlySome(fault: FaultData): boolean {
  return fault.kind === 'poison' && (fault.moment !== undefined || fault.how === 'fails for 5 s');
}
