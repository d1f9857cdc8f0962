/**
 * All wires of one component, by process: a runtime that is reached over sockets delegates here what befalls connections.
 */
import type { Runtime } from '../component.ts';
import { combine, hashText } from '../kernel/random.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';
import { Connection, type Way } from './connection.ts';
import type { ClientEnd } from './end.ts';
import type { Accept } from './wire.ts';

export interface Listening {
  /** Ports that are the component's own: under `localhost` it is found by these. */
  readonly ports: readonly number[];
  /** Whether the server gives up a client that stands still beyond 60 s (it sends heartbeats); default: no. */
  readonly hasHeartbeats?: boolean;
}

interface Wired {
  readonly hash: number;
  readonly open: Set<Connection>;
  count: number;
}

export class Wires implements Way {
  readonly #byProcess = new WeakMap<Process, Wired>();
  /** Of all processes. */
  readonly #open = new Set<Connection>();

  constructor(
    readonly runtime: Runtime<unknown>,
    readonly simulation: Simulation,
    readonly accept: Accept,
    readonly listening: Listening,
  ) {}

  /** A client's connection is taken. */
  take(process: Process, client: ClientEnd, port: number): Connection {
    const wired = this.#of(process);
    const connection = new Connection(this.runtime, process, client, combine(wired.hash, ++wired.count), this);
    wired.open.add(connection);
    this.#open.add(connection);
    connection.begin(this.accept(connection, port));
    return connection;
  }

  isConnected(process: Process): boolean {
    return this.#any(process, (each) => each.isConnected);
  }

  /** Whether a socket keeps the process from ending. */
  serves(process: Process): boolean {
    return this.#any(process, (each) => each.keepsAlive);
  }

  /** The connections of the process break; the client hears of it on a step of its own. */
  disconnect(process: Process): void {
    for (const connection of this.of(process)) connection.reset();
  }

  halfOpen(process: Process): void {
    for (const connection of this.of(process)) connection.goHalfOpen();
  }

  availabilityChanged(): void {
    const { availability, name } = this.runtime;
    const all = [...this.#open];
    if (availability === 'refusing') {
      if (all.some((each) => each.process.alive && each.isConnected)) this.simulation.outageMet(name);
      for (const each of all) each.reset();
    }
    if (availability !== 'silent') for (const each of all) each.look();
  }

  /** The wires of a process, in the order in which they were made. */
  of(process: Process): readonly Connection[] {
    return [...(this.#byProcess.get(process)?.open ?? [])];
  }

  holds(_process: Process, _way: 'there' | 'back'): boolean {
    if (this.runtime.availability !== 'silent') return false;
    this.simulation.outageMet(this.runtime.name);
    return true;
  }

  gone(connection: Connection): void {
    this.#byProcess.get(connection.process)?.open.delete(connection);
    this.#open.delete(connection);
  }

  #any(process: Process, is: (connection: Connection) => boolean): boolean {
    for (const connection of this.#byProcess.get(process)?.open ?? []) if (is(connection)) return true;
    return false;
  }

  #of(process: Process): Wired {
    let wired = this.#byProcess.get(process);
    if (!wired) {
      wired = { hash: hashText(`${process.label} to ${this.runtime.name}`), open: new Set(), count: 0 };
      this.#byProcess.set(process, wired);
      process.connections.add(() => this.#hearsNothing(process));
    }
    return wired;
  }

  /** The process is gone, or has stood still for so long that whoever has heartbeats gives it up. */
  #hearsNothing(process: Process): void {
    if (process.alive && !this.listening.hasHeartbeats) return;
    for (const connection of this.of(process)) {
      // Over a half-open one not even that is heard.
      if (!connection.isHalfOpen) connection.reset();
    }
  }
}
