/**
 * Replaying a saved failure. Each fault is looked for by its operation, else by its milestone (`moved`). What comes
 * out: reproduced (1), fixed (0: it holds and every needed fault took effect), no-effect (2: a needed fault changed
 * nothing, or the run shows nothing of the property), stale (4: a component or lineage is gone), diverged (3: two replays differ).
 */
import type { Arrival, FaultData, Gap } from '../../sim/faults/fault.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import { keyOfItem } from '../../sim/services/item-key.ts';
import type { OperationClass, SiteRecord } from '../../sim/faults/site.ts';
import { ordinal } from '../../sim/faults/words.ts';
import { EddyError } from '../../sim/errors.ts';
import { inWorlds, type System } from '../../sim/simulate.ts';
import type { Property } from '../property.ts';
import { type ScenarioShape, systemOf } from '../scenario.ts';
import { again, againCold } from './determinism.ts';
import { alike } from './asked.ts';
import { recipeOf } from './draw.ts';
import { type Case, execute, type Executed } from './execute.ts';
import { witness } from './evidence.ts';
import { neighbourhood } from './explain/neighbourhood.ts';
import { describeRun } from './failure.ts';
import type { Hands, Lost } from './hands.ts';
import { lossProperty, lostFailure } from './loss.ts';
import { namesTouched, strangerIn } from './names.ts';
import { nearest } from '../../sim/nearest.ts';
import { plainEntries } from './plain.ts';
import {
  lineageOf,
  momentOfFault,
  operationOfFault,
  operationsOf,
  originOf,
  sendsOf,
  type Repro,
  type ReproFault,
} from './repro.ts';
import type { Divergence, EntryResult, FailureResult, Neighbourhood } from './result.ts';

export { readRepro, type Repro, writeRepro } from './repro.ts';

export interface ReplayResult {
  readonly verdict: 'reproduced' | 'fixed' | 'no-effect' | 'stale' | 'diverged';
  readonly digest: string;
  /** In words: what failed, what is gone and what comes nearest, what differs. */
  readonly says: readonly string[];
  /** Sentences that were looked for by their milestone, as they were rewritten. */
  readonly moved: readonly string[];
  readonly faults: readonly {
    readonly sentence: string;
    readonly status: 'took effect' | 'moved' | 'no effect' | 'not reached';
  }[];
  readonly history: readonly EntryResult[];
  readonly failure?: FailureResult;
  readonly diverged?: Divergence;
  readonly neighbourhood?: Neighbourhood;
}

export interface ReplayOptions {
  readonly variant?: string;
  readonly neighbourhood?: boolean;
  /** File URL of the scenario's module, for the cold run. */
  readonly source?: string;
  /** Who makes the runs: on a thread of its own a run that takes its thread with it is told. */
  readonly hands?: Hands;
}

export async function replay(shape: ScenarioShape, repro: Repro, o: ReplayOptions = {}): Promise<ReplayResult> {
  const { hands, ...options } = o;
  if (!hands) return inWorlds(() => replayed(shape, repro, o));
  const result = await hands.replay({ repro, options });
  return 'lost' in result ? lostAgain(repro, o.variant ?? repro.variant, result) : result;
}

/** The same end again, where that is what was saved. Of another failure a run that never ended shows nothing: it is one of its own. */
function lostAgain(repro: Repro, variant: string, lost: Lost): ReplayResult {
  const faults = repro.faults.map(({ sentence }) => ({ sentence, status: 'not reached' }) as const);
  const failure = lostFailure({ ...repro, variant }, lost);
  const made = { digest: failure.digest, moved: [], faults, history: [], failure };
  if (lost.lost === repro.property) return { ...made, verdict: 'reproduced', says: [lost.how] };
  return { ...made, verdict: 'no-effect', says: [`${lost.how}: nothing can be said of ${repro.name}`] };
}

export async function replayed(shape: ScenarioShape, repro: Repro, o: ReplayOptions): Promise<ReplayResult> {
  const variant = o.variant ?? repro.variant;
  const system = systemOf(shape, variant);
  const property =
    shape.properties.find(({ id, name }) => id === repro.property && name === repro.name) ??
    shape.properties.find(({ id }) => id === repro.property) ??
    lossProperty(repro.property, repro.name);
  if (!property)
    throw new EddyError('EDDY_REPRO', `Scenario ${shape.name} has no property "${repro.property}" any more`);
  named(shape, repro.workload);
  const saved: Case = {
    seed: repro.seed,
    items: repro.workload,
    plan: repro.faults.map(({ sentence }) => parseFault(sentence)),
  };
  const first = await execute(system, [property], saved, { recordSites: true });
  const gone = [...unsent(repro, first), ...goneFrom(repro.faults, saved.plan, first, system)];
  const base = {
    digest: first.record.digest,
    history: plainEntries(first.record.entries),
    moved: [],
    faults: statuses(first, saved.plan, []),
  };
  if (gone.length > 0) return { ...base, verdict: 'stale', says: gone };
  const plan = moved(repro.faults, saved.plan, first);
  const given = plan ? { ...saved, plan } : saved;
  const made = plan ? await execute(system, [property], given, { recordSites: true }) : first;
  const diverged = await differs(system, given, made, { scenario: shape.name, variant }, o.source);
  return conclude({ shape, variant, system, property, repro, saved, given, made, diverged, o });
}

/** @throws EddyError EDDY_REPRO for an item that is none of the scenario's, and for two of one key */
function named({ name, workload }: ScenarioShape, items: readonly unknown[]): void {
  const keys = items.map((item, n) => {
    try {
      return keyOfItem(item, workload.key);
    } catch {
      const says = `The ${ordinal(n + 1)} item of the workload is none of scenario ${name}: no key`;
      throw new EddyError('EDDY_REPRO', says);
    }
  });
  const found = alike(keys);
  if (found) throw new EddyError('EDDY_REPRO', `The saved workload has ${found.says}`);
}

async function differs(
  system: System,
  given: Case,
  made: Executed,
  names: { scenario: string; variant: string },
  source: string | undefined,
): Promise<Divergence | undefined> {
  const warm = await again(system, given, made.record.digest, plainEntries(made.record.entries));
  if (warm || source === undefined) return warm;
  const order = { ...given, items: given.items.map(recipeOf) };
  return againCold(source, names, [{ given: order, digest: made.record.digest }], () => witness(system, given));
}

interface Conclusion {
  readonly shape: ScenarioShape;
  readonly variant: string;
  readonly system: System;
  readonly property: Property;
  readonly repro: Repro;
  readonly saved: Case;
  readonly given: Case;
  readonly made: Executed;
  readonly diverged: Divergence | undefined;
  readonly o: ReplayOptions;
}

async function conclude(c: Conclusion): Promise<ReplayResult> {
  const { made, property, given, system } = c;
  const rewritten = given.plan.filter((fault, n) => fault !== c.saved.plan[n]);
  const faults = statuses(made, given.plan, rewritten);
  const verdict = made.verdicts[0];
  const nearby = c.o.neighbourhood ? await neighbourhood(system, property, given) : undefined;
  const base = {
    digest: made.record.digest,
    history: plainEntries(made.record.entries),
    moved: rewritten.map(printFault),
    faults,
    ...(nearby ? { neighbourhood: nearby } : {}),
  };
  if (c.diverged) return { ...base, verdict: 'diverged', says: [c.diverged.says], diverged: c.diverged };
  if (verdict?.verdict === 'fail') {
    const failure = await describeRun(
      c.shape,
      c.variant,
      system,
      { property, given, run: 1, strategy: 'probe', verdict },
      given,
      made,
      nearby ?? { runs: 0, failed: 0 },
    );
    const found = { ...failure.found, strategy: 'saved' };
    return { ...base, verdict: 'reproduced', says: [verdict.says], failure: { ...failure, found } };
  }
  const idle = faults.filter(
    ({ status }, n) => c.repro.faults[n]?.needed !== false && (status === 'no effect' || status === 'not reached'),
  );
  if (idle.length > 0)
    return { ...base, verdict: 'no-effect', says: idle.map(({ sentence, status }) => `${status}: ${sentence}`) };
  // A premise that did not come up has not held.
  if (verdict?.verdict !== 'pass')
    return { ...base, verdict: 'no-effect', says: [`nothing can be said of ${property.name}: ${verdict?.why ?? ''}`] };
  return { ...base, verdict: 'fixed', says: [`${property.name} holds, and every needed fault took effect`] };
}

function statuses(made: Executed, plan: readonly FaultData[], rewritten: readonly FaultData[]): ReplayResult['faults'] {
  return plan.map((fault, n) => {
    const planned = made.record.faults[n];
    const status = !planned?.reached
      ? 'not reached'
      : !planned.tookEffect
        ? 'no effect'
        : rewritten.includes(fault)
          ? 'moved'
          : 'took effect';
    return { sentence: printFault(fault), status };
  });
}

/** Where the workload was sent to and is sent no more. */
function unsent({ sends = [] }: Repro, { record }: Executed): string[] {
  const now = sendsOf(record.sites);
  return sends
    .filter((channel) => !now.includes(channel))
    .map((channel) => `${channel} is gone, which the workload was sent to${nearestOf(channel, now)}`);
}

/** What the faults name that is no longer there, with what comes nearest. */
function goneFrom(
  faults: readonly ReproFault[],
  plan: readonly FaultData[],
  { record }: Executed,
  system: System,
): string[] {
  const { sites } = record;
  const names = namesTouched(system, plan, sites);
  return plan.flatMap((fault, n) => {
    const { tookEffect = false } = record.faults[n] ?? {};
    const stranger = tookEffect ? undefined : strangerIn(fault, names);
    if (stranger) {
      const { what, name, nearest } = stranger;
      return [`${what} ${name} is gone, which "${faults[n]?.sentence}" names${existing(nearest)}`];
    }
    const then = faults[n]?.at;
    if (
      then !== undefined &&
      originOf(fault, sites) !== then &&
      !(tookEffect && originOf(fault, sites) === undefined)
    ) {
      return [goneThere(then, fault, sites)];
    }
    if ((fault.kind === 'duplicate' || fault.kind === 'late') && !comes(fault.arrival, sites)) {
      return [
        `no ${fault.arrival.lineage} comes to ${fault.arrival.channel} any more${nearestOf(
          fault.arrival.channel,
          channelsOf(sites).map((each) => each.slice(each.indexOf('.') + 1)),
        )}`,
      ];
    }
    return [];
  });
}

/** Where the fault's message came from is gone, or another comes from there. */
function goneThere(then: string, fault: FaultData, sites: readonly SiteRecord[]): string {
  const lineage = lineageOf(fault);
  const names = `which "${printFault(fault)}" names`;
  if (lineage === undefined || !channelsOf(sites).includes(then))
    return `${then} is gone, ${names}${nearestOf(then, channelsOf(sites))}`;
  const others = sites.flatMap((site) =>
    site.what === 'delivery' && `${site.component}.${site.channel}` === then ? [site.moment.lineage] : [],
  );
  return `no ${lineage} comes from ${then} any more, ${names}${nearestOf(lineage, others)}`;
}

function comes({ lineage, channel }: Arrival, sites: readonly SiteRecord[]): boolean {
  return sites.some(
    (site) => site.what === 'arrival' && site.arrival.lineage === lineage && site.arrival.channel === channel,
  );
}

function nearestOf(name: string, known: readonly string[]): string {
  return existing(nearest(name, known));
}

function existing(name: string | undefined): string {
  return name === undefined ? '' : `; the nearest that exists is ${name}`;
}

function channelsOf(sites: readonly SiteRecord[]): string[] {
  return [...new Set(sites.flatMap((site) => (site.what === 'delivery' ? [`${site.component}.${site.channel}`] : [])))];
}

/** The plan with each operation that is not there replaced by its milestone's; nothing when all are there. */
function moved(
  faults: readonly ReproFault[],
  plan: readonly FaultData[],
  { record }: Executed,
): FaultData[] | undefined {
  let any = false;
  const rewritten = plan.map((fault, n) => {
    if (record.faults[n]?.reached) return fault;
    const replaced = movedFault(fault, faults[n]?.milestone, record.sites);
    if (replaced) any = true;
    return replaced ?? fault;
  });
  return any ? rewritten : undefined;
}

function movedFault(
  fault: FaultData,
  milestone: ReproFault['milestone'],
  sites: readonly SiteRecord[],
): FaultData | undefined {
  const moment = momentOfFault(fault);
  const operation = operationOfFault(fault);
  if (!moment || !operation || !milestone) return undefined;
  const all = operationsOf(moment, sites).filter(
    (site) => site.operation.phrase !== operation.phrase || site.operation.nth !== operation.nth,
  );
  const found = pickMilestone(all, milestone);
  if (!found) return undefined;
  if ('place' in fault)
    return { ...fault, place: placeAt(fault.place.moment, fault.place.gap, found.operation) } as FaultData;
  return 'site' in fault ? fitted({ ...fault, site: { moment, operation: found.operation } }, found.class) : undefined;
}

function placeAt(
  moment: NonNullable<ReturnType<typeof momentOfFault>>,
  gap: Gap,
  operation: { nth: number; phrase: string },
): { moment: typeof moment; gap: Gap; operation: typeof operation } {
  return { moment, gap, operation };
}

/** A lost confirm of a publish is, at a store, a lost answer, and the other way round. */
function fitted(fault: Extract<FaultData, { site: unknown }>, of: OperationClass): FaultData {
  const { site } = fault;
  if (fault.kind === 'confirm-lost' && of !== 'publish') return { kind: 'commit-unknown', site, applied: true };
  if (fault.kind === 'commit-unknown' && of === 'publish') return { kind: 'confirm-lost', site };
  return fault;
}

function pickMilestone(
  all: ReturnType<typeof operationsOf>,
  milestone: NonNullable<ReproFault['milestone']>,
): (typeof all)[number] | undefined {
  const of = (name: string): (typeof all)[number] | undefined => all.find((site) => site.class === name);
  switch (milestone) {
    case 'first durable write':
      return of('commit') ?? of('call');
    case 'last durable write':
      return all.findLast((site) => site.class === 'commit') ?? of('call');
    case 'publish confirmed':
      return of('publish') ?? all.findLast((site) => site.class === 'commit');
    case 'ack':
      return of('ack') ?? of('offsets');
    case 'call':
      return of('call');
    default:
      return of('statement') ?? of('commit');
  }
}
