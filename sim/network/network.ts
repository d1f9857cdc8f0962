/**
 * The network of a run: which components listen, and how processes reach them. A component is reached under its name, and others
 * that it was given, at any port. `localhost` (127.0.0.1, ::1) is the one component whose own ports hold that port; where several do, or none does,
 * nobody is there.
 */
import { isIP } from 'node:net';
import type { Runtime } from '../component.ts';
import { begun, type Moment, over } from '../kernel/context.ts';
import { leak } from '../kernel/leaks.ts';
import { combine, hashText } from '../kernel/random.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';
import { addressOf, isLoopback } from './address.ts';
import { LATENCY_MAX_US, LATENCY_MIN_US } from './arrivals.ts';
import { Cuts } from './cuts.ts';
import type { ClientEnd } from './end.ts';
import { socketError } from './errors.ts';
import type { Accept } from './wire.ts';
import { type Listening, Wires } from './wires.ts';

/** The ephemeral ports, as on Linux. */
const LOCAL_PORT_FIRST = 32_768;
const LOCAL_PORTS = 28_232;

/** Linux asks after 1, 3, 7 ... 63 s, and gives up after 127 s (tcp_syn_retries, 6). */
const SYN_FIRST_US = 1_000_000;
const SYN_TIMEOUT_US = 127_000_000;

export interface Call {
  readonly process: Process;
  /** Whose code connects. */
  readonly moment: Moment;
  readonly host: string;
  readonly port: number;
  readonly client: ClientEnd;
}

export class Network {
  /** By the name of the component. */
  readonly #listeners = new Map<string, Wires>();
  readonly cuts: Cuts;
  #calls = 0;

  constructor(readonly simulation: Simulation) {
    this.cuts = new Cuts(simulation);
  }

  /** A component takes connections from here on. */
  listen(runtime: Runtime<unknown>, accept: Accept, listening: Listening): Wires {
    const wires = new Wires(runtime, this.simulation, accept, listening);
    this.#listeners.set(runtime.name, wires);
    return wires;
  }

  /** All wires of the component of that name, if it listens. */
  wires(name: string): Wires | undefined {
    return this.#listeners.get(name);
  }

  /** The address of a host that somebody listens at. */
  lookup(host: string): string | undefined {
    if (isLoopback(host)) return '127.0.0.1';
    const found = this.#named(host);
    return found && addressOf(found.runtime.name);
  }

  /** Connects on a step of its own; the client hears how that ended, in the context of the code that asked. */
  dial(call: Call): void {
    const { process, moment, host, port } = call;
    const { world } = this.simulation;
    if (world.isOver) leak(`a connection to ${host}:${port} in the ${moment.printed}`);
    if (world.isOver || !process.alive) return;
    this.#begin(process, moment);
    const nth = ++this.#calls;
    const hash = combine(hashText(`${process.label} calls ${host}:${port}`), nth);
    world.after(world.random.between(hash, LATENCY_MIN_US, LATENCY_MAX_US), () => this.#arrives(call, nth));
  }

  /** What takes a client one more round trip with its server before it goes on. */
  roundTrip(process: Process, moment: Moment, then: () => void): void {
    const { world } = this.simulation;
    if (world.isOver || !process.alive) return;
    const hash = combine(hashText(`${process.label} agrees`), ++this.#calls);
    this.#begin(process, moment);
    world.after(world.random.between(hash, LATENCY_MIN_US, LATENCY_MAX_US), () => this.#over(process, moment, then));
  }

  #begin(process: Process, moment: Moment): void {
    process.calls++;
    begun(moment);
  }

  #over(process: Process, moment: Moment, hear: () => void): void {
    process.enter(moment, () => {
      process.calls--;
      over(moment);
      hear();
    });
  }

  #arrives(call: Call, nth: number, waitedUs = 0): void {
    const { process, moment, host, port, client } = call;
    if (!process.alive) return;
    const wires = this.#at(host, port);
    const name = wires?.runtime.name ?? host;
    if (wires && this.cuts.meets(process, name)) {
      this.#triesAgain(call, nth, { waitedUs, address: this.#address(host, name) });
      return;
    }
    if (!wires || wires.runtime.availability === 'refusing') {
      if (wires) this.simulation.outageMet(name);
      const error = socketError(
        'ECONNREFUSED',
        'connect',
        { address: this.#address(host, name), port },
        this.#hint(host, wires),
      );
      this.#over(process, moment, () => client.fail(error));
      return;
    }
    const connection = wires.take(process, client, port);
    const localPort = LOCAL_PORT_FIRST + (nth % LOCAL_PORTS);
    this.#over(process, moment, () => {
      connection.clientHears();
      client.connected(connection, {
        localAddress: addressOf(process.label),
        localPort,
        remoteAddress: this.#address(host, name),
        remotePort: port,
      });
    });
  }

  /** Nobody answers: TCP asks again, at times that double, and gives up in the end. */
  #triesAgain(call: Call, nth: number, { waitedUs, address }: { waitedUs: number; address: string }): void {
    const { process, moment, client, port } = call;
    const { world } = this.simulation;
    const restUs = waitedUs + SYN_FIRST_US;
    if (waitedUs + restUs <= SYN_TIMEOUT_US) {
      world.after(restUs, () => this.#arrives(call, nth, waitedUs + restUs));
      return;
    }
    const error = socketError('ETIMEDOUT', 'connect', { address, port });
    world.after(SYN_TIMEOUT_US - waitedUs, () => this.#over(process, moment, () => client.fail(error)));
  }

  #at(host: string, port: number): Wires | undefined {
    if (!isLoopback(host)) return this.#named(host);
    const own = [...this.#listeners.values()].filter(({ listening }) => listening.ports.includes(port));
    return own.length === 1 ? own[0] : undefined;
  }

  #address(host: string, name: string): string {
    if (isIP(host) !== 0) return host;
    return isLoopback(host) ? '127.0.0.1' : addressOf(name);
  }

  /** By name or by address. */
  #named(host: string): Wires | undefined {
    const found = this.#listeners.get(host);
    if (found) return found;
    const all = [...this.#listeners.values()];
    const other = all.find(({ listening }) => listening.hosts?.includes(host.toLowerCase()));
    if (other || !host.startsWith('10.')) return other;
    return all.find(({ runtime }) => addressOf(runtime.name) === host);
  }

  #hint(host: string, found: Wires | undefined): string {
    if (found) return '';
    const hosts = [...this.#listeners].flatMap(([name, { listening }]) => [name, ...(listening.hosts ?? [])]);
    const known = hosts.length > 0 ? `the hosts of this run are ${hosts.join(', ')}` : 'this run has no hosts';
    return `: nobody listens at ${host} (${known})`;
  }
}
