/**
 * A process: one running incarnation of a service's instance. When it dies, its timers and subscriptions die with it, its
 * calls never settle, and its connections close: at once when the process dies, when the other side notices
 * when the host is lost.
 */
import type { Actor, Moment } from '../kernel/context.ts';
import type { Simulation } from '../simulation.ts';
import { printName } from '../faults/words.ts';

/** A peer that hears nothing from a host takes this long to give its connections up (RabbitMQ's default heartbeat). */
export const HEARTBEAT_US = 60_000_000;

export type Death = 'process' | 'host';

export class Process implements Actor {
  alive = true;
  /** The workload's: a crash of it is none. */
  neverDies = false;
  pausedUntilUs = 0;
  readonly closers = new Set<() => void>();
  /** Connections; each is closed when the other side learns that the process is gone. */
  readonly connections = new Set<() => void>();
  readonly label: string;
  /** What the process does on its own: timers, polls. */
  readonly work: Moment;
  onDeath: ((restartUs: number | undefined) => void) | undefined;

  constructor(
    readonly simulation: Simulation,
    readonly service: string,
    readonly instance: number,
    incarnation: number,
    label = `${printName(service)}/${instance}${incarnation > 1 ? `.${incarnation}` : ''}`,
  ) {
    this.label = label;
    this.work = simulation.moment({ at: 'work', service }, service, []);
  }

  /** Nobody hears of this process again. What it did stays done. */
  die(death: Death, why: string, causes: readonly number[], restartUs?: number): void {
    if (!this.alive) return;
    this.alive = false;
    const { simulation } = this;
    simulation.record(this.label, 'crashed', { death, why }, causes);
    for (const close of this.closers) close();
    this.closers.clear();
    if (death === 'process') this.closeConnections();
    else simulation.world.after(HEARTBEAT_US, () => this.closeConnections());
    simulation.world.changed();
    this.onDeath?.(restartUs);
  }

  fail(error: unknown): void {
    this.die('process', nameOf(error), []);
  }

  /** The process stands still; beyond the heartbeat its peers give its connections up. */
  pause(forUs: number): void {
    const { world } = this.simulation;
    this.pausedUntilUs = Math.max(this.pausedUntilUs, world.nowUs + forUs);
    world.disturbFor(forUs, () => world.changed());
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

/** Class and code of an error; never its text, which differs between engines. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
