/**
 * A process: one running incarnation of a service's instance. Asked to stop, it may finish what it is at; when it dies, its timers and subscriptions die with it, its
 * calls never settle, and its connections close: at once when the process dies, when the other side notices
 * when the host is lost.
 */
import type { Actor, Moment } from '../kernel/context.ts';
import { tellProcess } from '../kernel/guards/process.ts';
import type { Simulation } from '../simulation.ts';
import { printName } from '../faults/words.ts';
import { nameOf } from '../thrown.ts';

/** A peer that hears nothing from a host takes this long to give its connections up (RabbitMQ's default heartbeat). */
export const HEARTBEAT_US = 60_000_000;

/** A process that stops is looked at this often. */
const LOOK_US = 100_000;

export type Death = 'process' | 'host';

export class Process implements Actor {
  alive = true;
  /** The workload's: a crash of it is none. */
  neverDies = false;
  /** It was asked to stop. */
  isStopping = false;
  pausedUntilUs = 0;
  entered = 0;
  readonly closers = new Set<() => void>();
  /** Connections; each is closed when the other side learns that the process is gone. */
  readonly connections = new Set<() => void>();
  /** Told when it begins to stand still, and when it is gone. */
  readonly halts = new Set<() => void>();
  label: string;
  /** What the process does on its own: timers, polls. */
  work: Moment;
  /** Calls on ports that have not been answered. */
  calls = 0;
  readonly #stopper = new AbortController();
  onDeath: ((restartUs: number | undefined) => void) | undefined;

  constructor(
    readonly simulation: Simulation,
    public service: string,
    public instance: number,
    incarnation: number,
    label = `${printName(service)}/${instance}${incarnation > 1 ? `.${incarnation}` : ''}`,
  ) {
    this.label = label;
    this.work = simulation.moment({ at: 'work', service }, service, []);
  }

  /** A client from outside says what it is called, before it has done anything. */
  rename(service: string, instance: number): void {
    this.service = service;
    this.instance = instance;
    this.label = `${printName(service)}/${instance}`;
    this.work = this.simulation.moment({ at: 'work', service }, service, []);
  }

  /** Nobody hears of this process again. What it did stays done. */
  die(death: Death, why: string, causes: readonly number[], restartUs?: number): void {
    if (!this.alive) return;
    const { simulation } = this;
    simulation.record(this.label, 'crashed', { death, why }, causes);
    this.#end(death, restartUs);
  }

  #end(death: Death, restartUs?: number): void {
    const { world } = this.simulation;
    this.alive = false;
    for (const close of this.closers) close();
    this.closers.clear();
    for (const halted of this.halts) halted();
    if (death === 'process') this.closeConnections();
    else world.after(HEARTBEAT_US, () => this.closeConnections());
    world.changed();
    this.onDeath?.(restartUs);
  }

  /** Aborts when the process is asked to stop. */
  get stopping(): AbortSignal {
    return this.#stopper.signal;
  }

  /** SIGTERM. The process ends when nothing of it is pending, and at the latest when the grace is over. */
  stop(graceUs: number, causes: readonly number[]): void {
    const { simulation } = this;
    const { world } = simulation;
    if (!this.alive || this.isStopping) return;
    this.isStopping = true;
    const entry = simulation.record(this.label, 'stopping', { graceUs }, causes);
    const untilUs = world.nowUs + graceUs;
    const look = (): void => {
      if (!this.alive) return;
      const leftUs = untilUs - world.nowUs;
      if (this.isPending && leftUs > 0) world.disturbFor(Math.min(leftUs, LOOK_US), look);
      else {
        simulation.record(this.label, 'stopped', { why: this.isPending ? 'grace is over' : 'nothing pending' }, [
          entry,
        ]);
        this.#end('process');
      }
    };
    world.disturbed();
    world.changed();
    // A signal comes between two turns of the event loop, never in the midst of running code.
    world.spawn(0, () =>
      this.enter(this.work, () => {
        this.#stopper.abort();
        tellProcess(this, 'SIGTERM', 'SIGTERM', 15);
      }),
    );
    world.disturbFor(Math.min(graceUs, LOOK_US), look);
  }

  /** Whether something would keep Node's event loop going: a timer, a call without an answer, a subscription. */
  get isPending(): boolean {
    const { runtimes } = this.simulation;
    // Whoever stands still has not heard yet that it is to stop.
    if (this.isStopping && !this.stopping.aborted) return true;
    return this.closers.size > 0 || this.calls > 0 || [...runtimes.values()].some((each) => each.serves?.(this));
  }

  fail(error: unknown): void {
    if (this.alive) this.simulation.throws.note(this.service, error);
    this.die('process', nameOf(error), []);
  }

  /** Who was asked to stop ends well. */
  exit(code: string): void {
    const why = `process.exit ${code}`;
    if (!this.isStopping) this.die('process', why, []);
    else if (this.alive) {
      this.simulation.record(this.label, 'stopped', { why }, []);
      this.#end('process');
    }
  }

  /** The process stands still; beyond the heartbeat its peers give its connections up. */
  pause(forUs: number): void {
    const { world } = this.simulation;
    this.pausedUntilUs = Math.max(this.pausedUntilUs, world.nowUs + forUs);
    world.disturbFor(forUs, () => world.changed());
    for (const halted of this.halts) halted();
    if (forUs > HEARTBEAT_US) world.after(HEARTBEAT_US, () => this.closeConnections());
  }

  /** By how much the wall clock is off that code of it reads now, in microseconds. */
  readClock(moment: Moment): number {
    return this.simulation.clocks.read(this, moment);
  }

  closeConnections(): void {
    for (const close of this.connections) close();
  }

  /** Enters the process's code, now or when its pause ends; never once it is dead. */
  enter(moment: Moment, code: () => void): void {
    if (!this.alive) return;
    const { world } = this.simulation;
    const pausedUs = this.pausedUntilUs - world.nowUs;
    if (pausedUs > 0) world.after(pausedUs, () => this.enter(moment, code));
    else world.enter(this, moment, code);
  }
}
