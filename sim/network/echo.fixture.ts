/**
 * A component that is reached over sockets alone, for specs. Its protocol: each byte that is written comes back by `send`.
 * Specs give it another session where they need one.
 */
import { type Availability, type Component, makeable, type Runtime } from '../component.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';
import type { Accept, Session, Wire } from './wire.ts';
import type { Wires } from './wires.ts';

/** What a service gets: where to connect to. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

export interface Echo extends Component<Host> {
  /** What the sessions of the last run saw, in words. */
  readonly heard: string[];
}

const echoing = (wire: Wire): Pick<Session, 'receive'> => ({
  receive: (bytes, moment) => wire.send(Uint8Array.from(bytes), moment),
});

export function echo(
  name: string,
  o: {
    session?: (wire: Wire, port: number) => Pick<Session, 'receive'> & Partial<Session>;
    hasHeartbeats?: boolean;
  } = {},
): Echo {
  const { session: make = echoing, hasHeartbeats = false } = o;
  const heard: string[] = [];
  const accept: Accept = (wire, port) => {
    const session: Pick<Session, 'receive'> & Partial<Session> = make(wire, port);
    return {
      receive: (bytes, moment) => {
        heard.push(`${Buffer.from(bytes).toString()} of ${moment.printed}`);
        session.receive(bytes, moment);
      },
      closed: (how) => {
        heard.push(how);
        session.closed?.(how);
      },
      drained: () => session.drained?.(),
    };
  };
  return makeable<Echo, Host>({ name, heard }, (simulation) => {
    heard.length = 0;
    return new EchoRuntime(name, simulation, accept, hasHeartbeats);
  });
}

class EchoRuntime implements Runtime<Host> {
  availability: Availability = 'up';
  readonly wires: Wires;

  constructor(
    readonly name: string,
    readonly simulation: Simulation,
    accept: Accept,
    hasHeartbeats: boolean,
  ) {
    this.wires = simulation.network.listen(this, accept, { ports: [7], hasHeartbeats });
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
