/**
 * A component that is reached over sockets alone, for specs. What is written comes back by `send`, unless a spec gives it
 * another session.
 */
import { type Availability, type Component, makeable, type Runtime } from '../component.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';
import type { Accept, Session, Wire } from './wire.ts';
import type { Listening, Wires } from './wires.ts';

/** What a service gets: where to connect to. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** With what the sessions of the last run saw. */
export interface Echo extends Component<Host> {
  /** `1 s: hello`, `2 s: (ended)` */
  readonly heard: string[];
  /** Whose code wrote each of what was received. */
  readonly writers: string[];
  readonly opened: number;
}

type Made = Pick<Session, 'receive'> & Partial<Session>;

const echoing = (wire: Wire): Made => ({
  receive: (bytes, moment) => wire.send(Uint8Array.from(bytes), moment),
});

export function echo(
  name: string,
  o: { session?: (wire: Wire, port: number) => Made } & Partial<Listening> = {},
): Echo {
  const { session: make = echoing, hasHeartbeats = false, ports = [7] } = o;
  const heard: string[] = [];
  const writers: string[] = [];
  let opened = 0;
  const accept: Accept = (wire, port) => {
    opened++;
    const session = make(wire, port);
    const { world } = wire.process.simulation;
    const note = (what: string): void => void heard.push(`${Math.floor(world.nowUs / 1_000_000)} s: ${what}`);
    return {
      receive: (bytes, moment) => {
        note(Buffer.from(bytes).toString());
        writers.push(moment.printed);
        session.receive(bytes, moment);
      },
      closed: (how) => {
        note(`(${how})`);
        session.closed?.(how);
      },
      drained: () => session.drained?.(),
    };
  };
  const seen: Echo = {
    name,
    heard,
    writers,
    get opened() {
      return opened;
    },
  };
  return makeable<Echo, Host>(seen, (simulation) => {
    for (const list of [heard, writers]) list.length = 0;
    opened = 0;
    return new EchoRuntime(name, simulation, accept, { ports, hasHeartbeats });
  });
}

class EchoRuntime implements Runtime<Host> {
  availability: Availability = 'up';
  readonly wires: Wires;

  constructor(
    readonly name: string,
    readonly simulation: Simulation,
    accept: Accept,
    listening: Listening,
  ) {
    this.wires = simulation.network.listen(this, accept, listening);
  }

  port(): Host {
    return { host: this.name, port: 7 };
  }

  disconnect(process: Process): void {
    this.wires.disconnect(process);
  }

  isConnected(process: Process): boolean {
    return this.wires.isConnected(process);
  }

  halfOpen(process: Process): void {
    this.wires.halfOpen(process);
  }

  serves(process: Process): boolean {
    return this.wires.serves(process);
  }

  availabilityChanged(): void {
    this.wires.availabilityChanged();
  }
}
