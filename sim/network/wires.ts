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
  /** Further names that it is found under, beside the component's. */
  readonly hosts?: readonly string[];
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

  /** Processes that died behind a cut. */
  readonly #unheard = new Set<Process>();
  /** That have connected, while sites are listed. */
  readonly #services = new Set<string>();

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
    if (availability === 'refusing') {
      const all = [...this.#open];
      if (all.some((each) => each.process.alive && each.isConnected)) this.simulation.outageMet(name);
      for (const each of all) each.reset();
    }
    if (availability !== 'silent') this.look();
  }

  /** The wires of a process, in the order in which they were made. */
  of(process: Process): readonly Connection[] {
    return [...(this.#byProcess.get(process)?.open ?? [])];
  }

  holds(process: Process, way: 'there' | 'back'): boolean {
    const { availability, name } = this.runtime;
    if (this.simulation.network.cuts.meets(process, name, way)) return true;
    if (availability !== 'silent') return false;
    this.simulation.outageMet(name);
    return true;
  }

  /** What held things back may be over. */
  look(): void {
    const unheard = [...this.#unheard];
    this.#unheard.clear();
    for (const process of unheard) this.#hearsNothing(process);
    for (const connection of this.#open) connection.look();
  }

  /** What has waited for too long gives up. */
  giveUp(): void {
    for (const connection of this.#open) if (connection.isWaiting) connection.giveUp();
  }

  gone(connection: Connection): void {
    this.#byProcess.get(connection.process)?.open.delete(connection);
    this.#open.delete(connection);
  }

  #any(process: Process, is: (connection: Connection) => boolean): boolean {
    for (const connection of this.#byProcess.get(process)?.open ?? []) if (is(connection)) return true;
    return false;
  }

  #site(service: string): void {
    const { sites, world } = this.simulation;
    const component = this.runtime.name;
    if (!sites || this.#services.has(service)) return;
    this.#services.add(service);
    sites.push({ what: 'wire', service, component, timeUs: world.nowUs });
  }

  #of(process: Process): Wired {
    let wired = this.#byProcess.get(process);
    if (!wired) {
      this.#site(process.service);
      wired = { hash: hashText(`${process.label} to ${this.runtime.name}`), open: new Set(), count: 0 };
      this.#byProcess.set(process, wired);
      process.connections.add(() => this.#hearsNothing(process));
    }
    return wired;
  }

  /** The process is gone, or has stood still for so long that whoever has heartbeats gives it up. */
  #hearsNothing(process: Process): void {
    if (process.alive && !this.listening.hasHeartbeats) return;
    if (!process.alive && this.simulation.network.cuts.meets(process, this.runtime.name, 'there')) {
      this.#unheard.add(process);
      return;
    }
    for (const connection of this.of(process)) {
      // Over a half-open one not even that is heard.
      if (!connection.isHalfOpen) connection.reset();
    }
  }
}
