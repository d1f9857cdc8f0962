/**
 * `fetch`, by the client that Node has for it (undici), whose connections are opened by net.connect and so are a run's.
 * Connections are kept by a dispatcher; inside a world each process has one of its own, as it would in production, with the
 * time-outs of Node's own in virtual time.
 *
 * Not caught: dispatchers that a module makes itself when it is loaded share connections between processes and runs.
 */
import net from 'node:net';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { type Actor, currentContext } from '../context.ts';
import type { Patch } from './install.ts';
import { contextFor } from './uses.ts';

/** Where undici looks for its dispatcher, both Node's own and the package. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/** undici's own: to connect; until the head of the answer, and between two parts of it. */
const CONNECT_MS = 10_000;
const ANSWER_MS = 300_000;

type Connected = (error: Error | null, socket?: Duplex) => void;

interface ConnectOptions {
  readonly hostname: string;
  readonly port: string;
  readonly protocol: string;
  readonly servername?: string | null;
}

interface Options {
  readonly headersTimeout: 0;
  readonly bodyTimeout: 0;
  readonly connect: (to: ConnectOptions, heard: Connected) => Duplex;
}

type Agent = object;
type AgentClass = new (options: Options) => Agent;

const agents = new WeakMap<Actor, Agent>();

function globalAgent(): Agent | undefined {
  return (globalThis as { [DISPATCHER]?: Agent })[DISPATCHER];
}

function timeOut(name: string, code: string, message: string): Error {
  return Object.assign(new Error(message), { name, code });
}

/** undici keeps time for all of its connections at once, which no process of a run may do: here each socket has its own. */
function connect({ hostname, port, protocol, servername }: ConnectOptions, heard: Connected): Duplex {
  const isSecure = protocol === 'https:';
  const to = { host: hostname, port: Number(port) || (isSecure ? 443 : 80) };
  const socket = isSecure ? tls.connect({ ...to, servername: servername ?? hostname }) : net.connect(to);
  let tell: Connected | undefined = heard;
  const told = (error: Error | null): void => {
    clearTimeout(timer);
    tell?.(error, socket);
    tell = undefined;
  };
  const timer = setTimeout(() => {
    socket.destroy(timeOut('ConnectTimeoutError', 'UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error'));
  }, CONNECT_MS);
  socket.setTimeout(ANSWER_MS, () => {
    socket.destroy(timeOut('HeadersTimeoutError', 'UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'));
  });
  socket.once(isSecure ? 'secureConnect' : 'connect', () => told(null));
  socket.on('error', told);
  return socket;
}

function agentOf(actor: Actor, make: AgentClass): Agent {
  let agent = agents.get(actor);
  if (!agent) {
    agent = new make({ headersTimeout: 0, bodyTimeout: 0, connect });
    agents.set(actor, agent);
  }
  return agent;
}

/** Each property is that of the dispatcher whose turn it is. */
export function fetchPatches(): Patch[] {
  // Node loads its client when it is first used.
  void new Headers();
  const real = globalAgent();
  if (!real) return [];
  const make = real.constructor as AgentClass;
  const value = new Proxy(real, {
    get(target, name) {
      const context = currentContext();
      const agent = context ? agentOf(context.actor, make) : target;
      const found: unknown = Reflect.get(agent, name, agent);
      return typeof found === 'function' ? (found.bind(agent) as unknown) : found;
    },
  });
  const { fetch } = globalThis;
  const fetching = (...args: Parameters<typeof fetch>): Promise<Response> => {
    // A strict run refuses it: undici looks at clocks.
    contextFor('pool', 'globalThis.fetch');
    return fetch(...args);
  };
  return [
    { on: globalThis, name: DISPATCHER, value },
    { on: globalThis, name: 'fetch', value: fetching },
  ];
}

let warm: Promise<void> | undefined;

/** The client's parser is compiled on another thread when the first connection is made: that is to be over before a run. */
export function warmFetch(): Promise<void> {
  warm ??= talkToItself();
  return warm;
}

async function talkToItself(): Promise<void> {
  void new Headers();
  const make = globalAgent()?.constructor as AgentClass | undefined;
  if (!make) return;
  const dispatcher = new make({
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (_to, heard) => {
      const socket = answering();
      process.nextTick(() => heard(null, socket));
      return socket;
    },
  });
  await (await fetch('http://localhost/', { dispatcher } as RequestInit)).text();
}

function answering(): Duplex {
  const socket: Duplex = new Duplex({
    read: () => undefined,
    write: (_bytes, _encoding, done) => {
      done();
      socket.push('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    },
  });
  const same = (): Duplex => socket;
  return Object.assign(socket, { setNoDelay: same, setKeepAlive: same, setTimeout: same, ref: same, unref: same });
}
