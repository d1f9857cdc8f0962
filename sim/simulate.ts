/**
 * One run: (system, seed, workload, plan) -> history. The guards must be in place (see `inWorlds`); one run at a time in
 * a thread.
 */
import { prepared } from './component.ts';
import { EddyError } from './errors.ts';
import type { PlannedFault } from './faults/book.ts';
import { lastsUs } from './faults/fault.ts';
import type { SiteRecord } from './faults/site.ts';
import { failedOverAndOver } from './going-on.ts';
import type { Entry } from './history/history.ts';
import { currentContext } from './kernel/context.ts';
import { installGuards } from './kernel/guards/install.ts';
import { tookCareOf } from './kernel/guards/process.ts';
import { catchUnhandled } from './kernel/guards/unhandled.ts';
import { exclusively } from './kernel/lock.ts';
import { DEFAULT_BOUNDS } from './kernel/bounds.ts';
import type { Ending } from './kernel/world.ts';
import type { LogTarget } from './services/log-target.ts';
import type { Process } from './services/process.ts';
import type { ServiceShape } from './services/service.ts';
import { Source, type WorkloadShape } from './services/source.ts';
import { Supervisor } from './services/supervisor.ts';
import type { Thrown } from './thrown.ts';
import { type Doubt, Simulation, type SimulationInput } from './simulation.ts';

export interface System {
  readonly services: readonly ServiceShape[];
  readonly workload: WorkloadShape;
}

/** A component that the run had, and, of a log broker, what it held in the end. */
export interface InRun {
  readonly name: string;
  readonly holds?: LogTarget['holds'];
}

/** What a run leaves behind. */
export interface RunRecord {
  readonly outcome: 'quiet' | 'stuck' | 'bound';
  /** Who is stuck and on what, or which bound was passed. */
  readonly why: readonly string[];
  /** What failed again and again in a run that passed a bound: `taker/0 crashed 1250 times with TypeError`. */
  readonly overAndOver?: string;
  /** What code under test threw and nobody caught; no part of the history, since texts differ between engines. */
  readonly thrown: readonly Thrown[];
  readonly digest: string;
  /** None where a reader took them. */
  readonly entries: readonly Entry[];
  readonly faults: readonly PlannedFault[];
  /** What it could not show, and why. */
  readonly doubts: readonly Doubt[];
  readonly sites: readonly SiteRecord[];
  readonly components: readonly InRun[];
  readonly steps: number;
  readonly timeUs: number;
}

/** Puts the guards in place for a piece of work that makes runs, and takes them back whatever happens. */
export function inWorlds<T>(work: () => Promise<T>): Promise<T> {
  return exclusively(async () => {
    const restore = installGuards();
    try {
      return await work();
    } finally {
      restore();
    }
  });
}

/** Many times what a system needs that gets anywhere: a calm run takes about 20 steps an item. */
const STEPS_MIN = 4_000;
const STEPS_PER_ITEM = 500;

/**
 * @throws EddyError EDDY_LAW when a conservation law does not hold: Eddy's own error, never the user's; EDDY_STRICT when user
 * code of a strict run asked for a clock, a timer or randomness
 */
export async function simulate(system: System, items: readonly unknown[], input: SimulationInput): Promise<RunRecord> {
  await prepared([...system.services.flatMap(versionsOf), system.workload].flatMap(({ uses }) => Object.values(uses)));
  const steps = STEPS_MIN + STEPS_PER_ITEM * items.length;
  // What the plan itself takes is not held against the system. With a rule it is known as it comes up (Simulation).
  const planUs = input.rule ? 0 : input.plan.reduce((sum, fault) => sum + lastsUs(fault), 0);
  // The bound on entries is one on memory.
  const entries = input.reader ? Infinity : DEFAULT_BOUNDS.entries;
  const bounds = { steps, entries, virtualUs: DEFAULT_BOUNDS.virtualUs + planUs, ...input.bounds };
  const simulation = new Simulation({ ...input, bounds });
  const { world, history, book } = simulation;
  const release = catchUnhandled((error, event) => {
    const context = currentContext();
    // Late code of another run: that run is judged already, and this one has nothing to do with it.
    if (context && context.world !== world) return;
    const actor = world.entered ?? context?.actor;
    if (!actor) throw error;
    const own = context?.actor === actor ? context : { world, actor, moment: (actor as Process).work };
    if (!tookCareOf(own, event, error)) actor.fail(error);
  });
  let ending: Ending;
  try {
    for (const service of system.services)
      simulation.supervisors.set(service.name, new Supervisor(simulation, service));
    const source = new Source(simulation, system.workload, items);
    simulation.scheduleWindows();
    source.start();
    ending = await world.run();
    if (world.refused) throw world.refused;
    simulation.unfinished.push(...source.unfinished);
  } finally {
    world.isOver = true;
    release();
  }
  const unfinished = [
    ...simulation.unfinished,
    ...[...simulation.runtimes.values()].flatMap((runtime) => runtime.unfinished?.() ?? []),
  ];
  const outcome = ending.how === 'bound' ? 'bound' : unfinished.length > 0 ? 'stuck' : 'quiet';
  simulation.record('world', 'ended', { outcome });
  history.handOn(1);
  if (ending.how === 'quiet') checkLaws(simulation);
  const overAndOver = ending.how === 'bound' && history.isWhole ? failedOverAndOver(history.entries) : undefined;
  return {
    outcome,
    why:
      ending.how === 'bound'
        ? [`the run passed its bound of ${ending.bound}`, ...(overAndOver === undefined ? [] : [overAndOver])]
        : unfinished,
    ...(overAndOver && { overAndOver }),
    thrown: simulation.throws.all,
    digest: history.digest,
    entries: history.entries,
    faults: book.planned,
    doubts: simulation.doubts,
    sites: simulation.sites ?? [],
    components: componentsOf(simulation),
    steps: world.steps,
    timeUs: world.nowUs,
  };
}

function componentsOf({ runtimes }: Simulation): readonly InRun[] {
  return [...runtimes.values()].map(({ name, asLog }) => ({ name, ...(asLog && { holds: asLog.holds }) }));
}

/** The service, and what deploys would bring. */
function versionsOf(service: ServiceShape): readonly ServiceShape[] {
  return service.next ? [service, ...versionsOf(service.next)] : [service];
}

function checkLaws(simulation: Simulation): void {
  for (const runtime of simulation.runtimes.values()) {
    const broken = runtime.brokenLaw?.();
    if (broken !== undefined)
      throw new EddyError('EDDY_LAW', `A conservation law of Eddy itself is broken: ${broken}`, { law: broken });
  }
}
