/**
 * What one run is made of, handed to everything in it: the world, the plan, the running components, and the list of
 * sites when somebody asked for it.
 */
import { EddyError } from './errors.ts';
import { FaultBook, type PlannedFault } from './faults/book.ts';
import { type FaultData, lastsUs, type MomentRef, type OutageMode } from './faults/fault.ts';
import { printMoment } from './faults/print.ts';
import type { RandomRule } from './faults/rule.ts';
import type { SiteRecord } from './faults/site.ts';
import { type Entry, History } from './history/history.ts';
import type { Moment } from './kernel/context.ts';
import { hashText } from './kernel/random.ts';
import type { Bounds } from './kernel/bounds.ts';
import { World } from './kernel/world.ts';
import { Network } from './network/network.ts';
import { socketsOf } from './network/sockets.ts';
import { Throws } from './throws.ts';
import { Clocks } from './services/clocks.ts';
import type { Supervisor } from './services/supervisor.ts';
import { Slowness } from './services/slowness.ts';
import { isLogWindow, scheduleLogWindow } from './services/strike-log.ts';
import type { Availability, Component, Runtime } from './component.ts';
import { makeRuntime } from './component.ts';

export interface SimulationInput {
  readonly seed: number;
  readonly plan: readonly FaultData[];
  readonly rule?: RandomRule | undefined;
  readonly recordSites?: boolean | undefined;
  readonly bounds?: Partial<Bounds> | undefined;
  /** Refuses user code clocks, timers and randomness. */
  readonly strict?: boolean | undefined;
  /** Hears at once what the rule strikes with: a run that never ends cannot tell it afterwards. */
  readonly drew?: ((fault: FaultData) => void) | undefined;
  /** Sees every entry, between steps; none is kept behind it. */
  readonly reader?: ((entry: Entry) => void) | undefined;
  /** It goes on for ever: no history is kept, and of what is counted only what came up last. */
  readonly endless?: boolean | undefined;
  /** Where its clocks begin, in milliseconds since 1970; default: `EPOCH_MS`. */
  readonly epochMs?: number | undefined;
}

/** So many messages and services an endless simulation remembers its counts of. */
const COUNTS_MAX = 100_000;

export interface Doubt {
  readonly why: string;
  readonly of: 'passes' | 'all';
}

export class Simulation {
  readonly history: History;
  readonly world: World;
  readonly book: FaultBook;
  readonly runtimes = new Map<Component<unknown>, Runtime<unknown>>();
  readonly clocks = new Clocks(this);
  readonly network = new Network(this);
  /** By the name of the service. */
  readonly supervisors = new Map<string, Supervisor>();
  readonly slowness = new Slowness(this);
  readonly sites: SiteRecord[] | undefined;
  /** What the run cannot show: for these reasons a property that passes is unknown, or every one. */
  readonly doubts: Doubt[] = [];
  /** What code under test threw and nobody caught. */
  readonly throws = new Throws();
  /** What is still open at the end, in words. */
  readonly unfinished: string[] = [];
  /** Deliveries of a lineage to a service so far, and arrivals in a queue. */
  readonly #counts = new Map<string, number>();
  /** Windows that have begun and not ended. */
  readonly #open: PlannedFault[] = [];
  readonly #work = new Map<string, Map<string, number>>();

  readonly #countsMax: number;

  constructor(input: SimulationInput) {
    this.history = new History(input.endless !== true);
    if (input.reader) this.history.handTo(input.reader);
    this.#countsMax = input.endless ? COUNTS_MAX : Infinity;
    this.world = new World(input.seed, this.history, input.bounds, input.strict, input.epochMs);
    this.world.sockets = socketsOf(this.network);
    // What a rule strikes with is written out as a plan, and that run is to have the same bound.
    const lengthen = (fault: FaultData): void => this.world.limits.lengthen(lastsUs(fault));
    this.book = new FaultBook(input.plan, input.rule, input.drew, input.rule && lengthen);
    this.sites = input.recordSites ? [] : undefined;
    this.world.onQuiet(() => this.book.release());
  }

  record(process: string, kind: string, data: unknown, causes: readonly number[] = []): number {
    return this.history.record(this.world.nowUs, process, kind, data, causes);
  }

  /** The running form of a component in this run. */
  runtime<P>(component: Component<P>): Runtime<P> {
    let runtime = this.runtimes.get(component);
    if (!runtime) {
      if (this.named(component.name))
        throw new EddyError(
          'EDDY_SCENARIO',
          `Two components are called "${component.name}": make it once and use it in both places, or give one of them another name`,
        );
      runtime = makeRuntime(component, this);
      this.runtimes.set(component, runtime);
    }
    return runtime as Runtime<P>;
  }

  named(name: string): Runtime<unknown> | undefined {
    return [...this.runtimes.values()].find((runtime) => runtime.name === name);
  }

  /** How many times this has come up, this time included. */
  count(what: string): number {
    const nth = (this.#counts.get(what) ?? 0) + 1;
    this.#counts.set(what, nth);
    forgetOldest(this.#counts, this.#countsMax);
    return nth;
  }

  /** What a service does on its own is counted over all its processes: a sentence names none of them. */
  workCounts(service: string): Map<string, number> {
    let counts = this.#work.get(service);
    if (!counts) {
      counts = new Map();
      this.#work.set(service, counts);
      forgetOldest(this.#work, this.#countsMax);
    }
    return counts;
  }

  moment(ref: MomentRef, lineage: string, causes: readonly number[], broker?: string): Moment {
    const printed = printMoment(ref);
    return {
      ref,
      printed,
      hash: hashText(printed),
      lineage,
      faults: this.book.forMoment(printed),
      counts: ref.at === 'work' ? this.workCounts(ref.service) : new Map(),
      broker,
      causes,
      open: false,
      waitsFor: undefined,
      pending: 0,
      watcher: undefined,
    };
  }

  /** The windows of the plan, as steps; a component that no run has made is one that nobody uses. */
  scheduleWindows(): void {
    for (const fault of this.book.windows) {
      const { data } = fault;
      if (data.kind === 'clock-skew' && !('place' in data)) this.clocks.schedule(fault, data);
      if (data.kind === 'deploy' && 'atUs' in data) {
        this.world.spawn(data.atUs, () => this.supervisors.get(data.service)?.deploy(fault, data, []));
      }
      if (isLogWindow(data)) scheduleLogWindow(this, fault, data);
      if (data.kind === 'cut') this.network.cuts.schedule(fault, data);
      if (data.kind === 'slowness') this.slowness.schedule(fault, data);
      if (data.kind !== 'outage') continue;
      const runtime = this.named(data.component);
      if (!runtime) continue;
      const set = (availability: Availability): void => {
        runtime.availability = availability;
        this.record(data.component, availability === 'up' ? 'healed' : 'outage', {
          component: data.component,
          availability,
        });
        this.world.changed();
        runtime.availabilityChanged?.();
      };
      this.world.spawn(data.fromUs, () => {
        fault.reached = true;
        this.#open.push(fault);
        set(availabilityIn(data.mode, runtime));
        if (data.mode === 'restarting') runtime.restarting?.();
        this.world.disturbFor(data.toUs - data.fromUs, () => {
          this.#open.splice(this.#open.indexOf(fault), 1);
          const left = this.#inForce(data.component)?.data;
          const availability = left?.kind === 'outage' ? availabilityIn(left.mode, runtime) : 'up';
          if (availability !== runtime.availability) set(availability);
        });
      });
    }
  }

  /** The outage of the component that began last and has not ended. */
  #inForce(component: string): PlannedFault | undefined {
    return this.#open.findLast(({ data }) => data.kind === 'outage' && data.component === component);
  }

  doubt(why: string, of: Doubt['of']): void {
    if (!this.doubts.some((each) => each.why === why)) this.doubts.push({ why, of });
  }

  /** Somebody met a component that is out. */
  outageMet(component: string): void {
    const fault = this.#inForce(component);
    if (fault) this.strike(fault, component, []);
  }

  /** A fault strikes; the history says so once, in its own sentence. */
  strike(fault: PlannedFault, process: string, causes: readonly number[]): void {
    if (fault.tookEffect) return;
    this.record(process, 'fault', { sentence: fault.sentence, kind: fault.data.kind }, causes);
    fault.reached = true;
    fault.tookEffect = true;
    this.world.changed();
    this.world.disturbed();
  }
}

function forgetOldest(counts: Map<string, unknown>, max: number): void {
  if (counts.size <= max) return;
  for (const oldest of counts.keys()) {
    counts.delete(oldest);
    return;
  }
}

function availabilityIn(mode: OutageMode, { blocks }: Runtime<unknown>): Availability {
  if (mode === 'blocking publishers' && !blocks) return 'up';
  return mode === 'restarting' ? 'refusing' : mode;
}
