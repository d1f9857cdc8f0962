/** A queue broker and a log broker that outside clients talk to, in real time, with the faults of a plan. */
import type { Socket } from 'node:net';
import type { Component } from '../../sim/component.ts';
import type { FaultData } from '../../sim/faults/fault.ts';
import type { Entry } from '../../sim/history/history.ts';
import { Pace } from '../../sim/kernel/pace.ts';
import { Simulation } from '../../sim/simulation.ts';
import { Clients } from './clients.ts';
import { listen, type Listening } from './listen.ts';
import type { ListenAt } from './options.ts';
import { type Around, TcpEnd } from './tcp-end.ts';

/** Where one node of a cluster, or the only one of a broker, is reached. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export type Protocol = 'amqp' | 'kafka';

/** One protocol that is served. */
export interface Endpoint {
  readonly protocol: Protocol;
  /** What the component is called in the plan. */
  readonly name: string;
  /** A port for each node. */
  readonly ports: readonly number[];
  /** The component, which is reached over sockets under its name; its nodes are reached at these addresses. */
  component(nodes: readonly Address[]): Component<unknown>;
}

export interface ServedAt extends Address {
  readonly protocol: Protocol;
  /** Of a cluster's nodes, from 0. */
  readonly node: number;
}

/** What became of a fault of the plan. */
export interface FaultTold {
  readonly sentence: string;
  readonly outcome: 'took effect' | 'no effect' | 'not reached';
}

export interface Serving {
  /** In the order of the endpoints and their nodes, then of the hosts. */
  readonly listening: readonly ServedAt[];
  readonly faults: readonly FaultTold[];
  /** Closes every connection, in order where it can. */
  close(): Promise<void>;
}

export interface Heard {
  /** A fault has taken effect, at a process or component. */
  struck(sentence: string, at: string): void;
  /** Something of Eddy's own went wrong; it goes on. */
  failed(error: unknown): void;
}

/** So long the other side has to close before its connections are broken. */
const CLOSING_MS = 1_000;

/** @throws EddyError when a port cannot be had */
export async function serve(
  endpoints: readonly Endpoint[],
  o: {
    readonly hosts: readonly ListenAt[];
    readonly plan: readonly FaultData[];
    readonly heard: Heard;
    /** What its clocks say at the start, in milliseconds since 1970; default: what the machine's says. */
    readonly startsMs?: number;
  },
): Promise<Serving> {
  const doors = await openDoors(endpoints, o.hosts);
  const simulation = new Simulation({ seed: 1, plan: o.plan, endless: true, epochMs: o.startsMs ?? Date.now() });
  simulation.history.watch((entry) => tell(entry, o.heard));
  const pace = new Pace(simulation.world, o.heard.failed);
  const around: Around = { pace, clients: new Clients(simulation), failed: o.heard.failed };
  const sockets = new Set<Socket>();
  for (const endpoint of endpoints) {
    const mine = doors.filter((door) => door.endpoint === endpoint);
    simulation.runtime(endpoint.component(nodesOf(mine)));
    for (const { open, port } of mine) {
      open((socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
        pace.enter(() => admit(socket, { host: endpoint.name, port }, around));
      });
    }
  }
  pace.enter(() => simulation.scheduleWindows());
  return {
    listening: doors.map(({ endpoint, node, host, port }) => ({ protocol: endpoint.protocol, node, host, port })),
    get faults() {
      return simulation.book.planned.map(({ sentence, reached, tookEffect }) => ({
        sentence,
        outcome: tookEffect ? ('took effect' as const) : reached ? ('no effect' as const) : ('not reached' as const),
      }));
    },
    close: async () => {
      for (const door of doors) door.close();
      pace.end();
      await Promise.all([...sockets].map(closed));
    },
  };
}

/** A port that is listened on; connections wait until it is opened. */
interface Door extends Listening {
  readonly endpoint: Endpoint;
  readonly node: number;
  /** What clients are told of the host. */
  readonly name: string;
  open(accept: (socket: Socket) => void): void;
}

async function openDoors(endpoints: readonly Endpoint[], hosts: readonly ListenAt[]): Promise<readonly Door[]> {
  const doors: Door[] = [];
  try {
    for (const endpoint of endpoints) {
      for (const [node, wanted] of endpoint.ports.entries()) {
        let port = wanted;
        for (const { name, address } of hosts) {
          const door = await doorTo(endpoint, { node, name }, { host: address, port });
          doors.push(door);
          // Every host has the node at the same port.
          port = door.port;
        }
      }
    }
    return doors;
  } catch (error) {
    for (const door of doors) door.close();
    throw error;
  }
}

async function doorTo(
  endpoint: Endpoint,
  of: { readonly node: number; readonly name: string },
  { host, port }: Address,
): Promise<Door> {
  let open: (accept: (socket: Socket) => void) => void = () => {};
  const opened = new Promise<(socket: Socket) => void>((resolve) => {
    open = resolve;
  });
  const listening = await listen(host, port, (socket) => void opened.then((accept) => accept(socket)));
  return { ...listening, ...of, endpoint, open };
}

/** Each node once, at the first host. */
function nodesOf(doors: readonly Door[]): readonly Address[] {
  const first = doors.filter(({ node }, n) => doors.findIndex((other) => other.node === node) === n);
  return first.map(({ name, port }) => ({ host: name, port }));
}

/** The connection is made inside as it was made outside. */
function admit(socket: Socket, { host, port }: Address, around: Around): void {
  const { clients } = around;
  const process = clients.process();
  const client = new TcpEnd(socket, process, around);
  clients.simulation.network.dial({ process, moment: process.work, host, port, client });
}

function tell({ kind, process, data }: Entry, heard: Heard): void {
  if (kind === 'fault') heard.struck((data as { sentence: string }).sentence, process);
  if (kind === 'crashed' && !MEANT.has((data as { why: string }).why))
    heard.failed(new Error(`the connection of ${process} was broken by ${(data as { why: string }).why}`));
}

/** What a client's process dies of inside; anything else is an error of Eddy's own. */
const MEANT: ReadonlySet<string> = new Set(['fault', 'poison']);

function closed(socket: Socket): Promise<void> {
  return new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
    socket.end();
    socket.resume();
    setTimeout(() => socket.destroy(), CLOSING_MS).unref();
  });
}
