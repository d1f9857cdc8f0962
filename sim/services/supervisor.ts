/**
 * Keeps the instances of a service running: one that has died or stopped is started again, for ever. A deploy replaces
 * them one after another: the new process is started first, runs beside the old one for a while, then the old one is
 * asked to stop; when it has ended, the next instance has its turn. New processes run the next version of the code, if
 * the service has one.
 *
 * Not modelled: a deploy waits for no process to be ready, and is never taken back.
 */
import { openPorts } from '../component.ts';
import type { PlannedFault } from '../faults/book.ts';
import { GRACE_US, OVERLAP_US, type RollOut, type RollOutAt } from '../faults/fault.ts';
import type { Step } from '../kernel/world.ts';
import type { Simulation } from '../simulation.ts';
import { Process } from './process.ts';
import type { Life, ServiceShape } from './service.ts';
import { strikeProcess } from './strike.ts';

const RESTART_US = 1_000_000;

/** One instance: whichever process runs it at the time. */
interface Slot {
  /** No two that live at once have the same number. */
  readonly instance: number;
  readonly version: Version;
  process: Process | undefined;
  restart: Step | undefined;
}

/** The code that an instance runs; numbered from 1. */
interface Version {
  readonly n: number;
  readonly service: ServiceShape;
}

export class Supervisor {
  #version: Version;
  #slots: Slot[] = [];
  readonly #incarnations = new Map<number, number>();
  #isRolling = false;

  constructor(
    readonly simulation: Simulation,
    service: ServiceShape,
  ) {
    this.#version = { n: 1, service };
    // The plan's windows look components up before the first step.
    for (let each: ServiceShape | undefined = service; each; each = each.next) {
      for (const component of Object.values(each.uses)) simulation.runtime(component);
    }
    for (let instance = 0; instance < (service.instances ?? 1); instance++) this.#add(instance);
  }

  #add(instance: number): Slot {
    const slot: Slot = { instance, version: this.#version, process: undefined, restart: undefined };
    this.#slots.push(slot);
    this.#startLater(slot, 0);
    return slot;
  }

  /** Each start is a step of its own, so that what it leaves behind is drained before anything else happens. */
  #startLater(slot: Slot, delayUs: number): void {
    slot.restart = this.simulation.world.spawn(delayUs, () => this.#start(slot));
  }

  #start(slot: Slot): void {
    const { simulation } = this;
    const { instance } = slot;
    const { service, n: version } = slot.version;
    const incarnation = (this.#incarnations.get(instance) ?? 0) + 1;
    this.#incarnations.set(instance, incarnation);
    const process = new Process(simulation, service.name, instance, incarnation);
    slot.process = process;
    process.onDeath = (restartUs = RESTART_US) => this.#startLater(slot, restartUs);
    const nth = simulation.count(`start of ${service.name}`);
    const about = { service: service.name, instance, incarnation, ...(version > 1 ? { version } : {}) };
    const entry = simulation.record(process.label, 'started', about);
    const moment = simulation.moment(
      { at: 'start', nth, service: service.name },
      `${service.name}.${instance}.${incarnation}`,
      [entry],
    );
    for (const fault of moment.faults) {
      if ('place' in fault.data && fault.data.place.gap === 'receipt') strikeProcess(process, moment, fault);
    }
    const life: Life = Object.freeze({ instance, stopping: process.stopping });
    const ports = openPorts(simulation, service.uses, process);
    process.enter(moment, () => {
      const started: unknown = (service.start as (ports: unknown, life: Life) => unknown)(ports, life);
      if (started instanceof Promise) started.catch((error: unknown) => process.fail(error));
    });
  }

  /** Whether a deploy brings another version. */
  get isUpgradable(): boolean {
    return this.#version.service.next !== undefined;
  }

  /** A rolling restart; one that begins while another is under way changes nothing. */
  deploy(fault: PlannedFault, { overlapUs = OVERLAP_US }: RollOut | RollOutAt, causes: readonly number[]): void {
    fault.reached = true;
    const [first] = this.#slots;
    if (this.#isRolling || !first) return;
    this.#isRolling = true;
    const { n, service } = this.#version;
    if (service.next) this.#version = { n: n + 1, service: service.next };
    this.simulation.strike(fault, first.process?.label ?? service.name, causes);
    this.#replace([...this.#slots], overlapUs);
  }

  #replace([old, ...rest]: readonly Slot[], overlapUs: number): void {
    if (!old) {
      this.#isRolling = false;
      return;
    }
    const { world } = this.simulation;
    this.#add(this.#freeInstance);
    world.disturbFor(overlapUs, () => this.#retire(old, () => this.#replace(rest, overlapUs)));
  }

  /** The least number that no instance has. */
  get #freeInstance(): number {
    const taken = new Set(this.#slots.map(({ instance }) => instance));
    let free = 0;
    while (taken.has(free)) free++;
    return free;
  }

  /** The instance comes to its end, running or about to be started again. */
  #retire(slot: Slot, then: () => void): void {
    const ended = (): void => {
      this.#slots = this.#slots.filter((each) => each !== slot);
      then();
    };
    const { process, restart } = slot;
    if (restart && !restart.done) this.simulation.world.cancel(restart);
    if (!process?.alive) {
      ended();
      return;
    }
    process.onDeath = ended;
    process.stop(GRACE_US, []);
  }
}
