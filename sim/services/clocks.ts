/**
 * The wall clocks of the hosts: each instance of a service has one, which outlives its processes. Faults set it wrong for
 * a while or for good. It is what `Date` tells; timers and monotonic clocks (`performance.now`, `process.hrtime`) go on
 * undisturbed. The workload's own clock is always right.
 */
import type { PlannedFault } from '../faults/book.ts';
import type { ClockJump, ClockWindow } from '../faults/fault.ts';
import type { Moment } from '../kernel/context.ts';
import type { Simulation } from '../simulation.ts';
import type { Process } from './process.ts';

interface Host {
  readonly service: string;
  readonly instance: number;
}

/** A clock that is off, and by which fault. */
interface Skew {
  readonly fault: PlannedFault;
  readonly byUs: number;
  isOf(host: Host): boolean;
}

export class Clocks {
  readonly #skews: Skew[] = [];
  /** Services whose code has read a wall clock. */
  readonly #readers = new Set<string>();
  readonly #listed = new Set<string>();
  /** Processes whose code has read it. */
  readonly #processes = new Set<Process>();

  constructor(readonly simulation: Simulation) {}

  /** Whether code of the service has read its wall clock so far. */
  isReadBy(service: string): boolean {
    return this.#readers.has(service);
  }

  /** Code of the process reads its wall clock. @returns by how much it is off; negative: behind */
  read(process: Process, moment: Moment): number {
    if (process.neverDies) return 0;
    this.#processes.add(process);
    this.#list(process, moment);
    let offUs = 0;
    for (const { fault, byUs, isOf } of this.#skews) {
      if (!isOf(process)) continue;
      offUs += byUs;
      if (byUs !== 0) this.simulation.strike(fault, process.label, moment.causes);
    }
    return offUs;
  }

  #list({ service, instance }: Process, moment: Moment): void {
    const { sites, book, world } = this.simulation;
    if (!sites && !book.rule) return;
    this.#readers.add(service);
    const name = `${instance} ${service} ${moment.printed}`;
    if (!sites || this.#listed.has(name)) return;
    this.#listed.add(name);
    sites.push({
      what: 'clock',
      moment: moment.ref,
      printed: moment.printed,
      service,
      instance,
      timeUs: world.nowUs,
    });
  }

  /** A window of the plan: polls that slept look at the clock again when it is set wrong and when it is right again. */
  schedule(fault: PlannedFault, { service, instance, byUs, fromUs, toUs }: ClockWindow): void {
    const { world } = this.simulation;
    const isOf = (host: Host): boolean =>
      host.service === service && (instance === undefined || host.instance === instance);
    world.spawn(fromUs, () => {
      fault.reached = true;
      const skew = { fault, byUs, isOf };
      this.#skews.push(skew);
      this.#isSet(isOf);
      world.disturbFor(toUs - fromUs, () => {
        this.#skews.splice(this.#skews.indexOf(skew), 1);
        this.#isSet(isOf);
      });
    });
  }

  /** The clock of the process's host is set, once and for all. */
  jump(process: Process, fault: PlannedFault, { byUs }: ClockJump): void {
    const { service, instance } = process;
    const isOf = (host: Host): boolean => host.service === service && host.instance === instance;
    fault.reached = true;
    this.#skews.push({ fault, byUs, isOf });
    this.#isSet(isOf);
    this.simulation.world.disturbed();
  }

  /** A poll that looks at nothing but the clock sleeps through all else until its process has run (kernel/chain.ts). */
  #isSet(isOf: (host: Host) => boolean): void {
    for (const process of this.#processes) if (process.alive && isOf(process)) process.entered++;
    this.simulation.world.changed();
  }
}
