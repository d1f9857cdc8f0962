/** Real sockets against an endpoint of a few lines; what the brokers' own endpoints do is asked in their rooms. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Availability, makeable, type Runtime } from '../../sim/component.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import type { Accept, Session, Wire } from '../../sim/network/wire.ts';
import type { Wires } from '../../sim/network/wires.ts';
import type { Process } from '../../sim/services/process.ts';
import type { Simulation } from '../../sim/simulation.ts';
import { type Endpoint, serve, type Serving } from './server.ts';

/** A component that says back what it hears. */
class EchoRuntime implements Runtime<undefined> {
  availability: Availability = 'up';
  readonly name = 'echo';
  readonly wires: Wires;

  constructor(simulation: Simulation, accept: Accept) {
    this.wires = simulation.network.listen(this, accept, { ports: [] });
  }

  port(): undefined {
    return undefined;
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

  availabilityChanged(): void {
    this.wires.availabilityChanged();
  }
}

function echoEndpoint(ports: readonly number[], accept: Accept): Endpoint {
  const component = makeable<{ name: string }, undefined>(
    { name: 'echo' },
    (simulation) => new EchoRuntime(simulation, accept),
  );
  return { protocol: 'amqp', name: 'echo', ports, component: () => component };
}

interface Seen {
  readonly closed: string[];
  readonly names: string[];
  readonly wires: Wire[];
}

let serving: Serving | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await serving?.close();
  serving = undefined;
});

/** Says back what it hears; `name X` introduces the client, `bug` throws, `bye` ends, `break` resets, `later X` is a delivery. */
async function echoing(plan: readonly string[] = [], ports: readonly number[] = [0]) {
  const seen: Seen = { closed: [], names: [], wires: [] };
  const errors: unknown[] = [];
  const struck: string[] = [];
  const endpoint = echoEndpoint(ports, (wire) => {
    seen.wires.push(wire);
    return echoOf(wire, seen);
  });
  serving = await serve([endpoint], {
    hosts: [{ name: 'localhost', address: '127.0.0.1' }],
    plan: plan.map(parseFault),
    heard: { struck: (sentence, at) => struck.push(`${sentence} (${at})`), failed: (error) => errors.push(error) },
  });
  return { seen, errors, struck };
}

function echoOf(wire: Wire, seen: Seen): Session {
  return {
    receive: (bytes) => {
      const said = Buffer.from(bytes).toString();
      if (said.startsWith('name ')) wire.introduced?.(said.slice(5));
      if (said === 'bug') throw new Error('a bug');
      if (said === 'bye') wire.end();
      else if (said === 'break') wire.reset(Buffer.from('broken'));
      else if (said.startsWith('later ')) {
        wire.deliver(() => ({ bytes: Buffer.from(`[${said.slice(6)}]`), moment: wire.process.work }));
        wire.send(Buffer.from('behind it'));
      } else wire.send(Buffer.from(said));
      seen.names.push(wire.process.label);
    },
    closed: (how) => void seen.closed.push(how),
  };
}

/** Not yet connected. */
function dialling(node = 0): Socket {
  const { host, port } = serving?.listening[node] ?? { host: '', port: 0 };
  const socket = connect({ host, port });
  socket.on('error', () => {});
  sockets.push(socket);
  return socket;
}

async function dial(node = 0): Promise<Socket> {
  const socket = dialling(node);
  await once(socket, 'connect');
  return socket;
}

/** Reads until the connection is gone. @returns what it read, and the code of the error that ended it */
function untilClosed(socket: Socket): Promise<{ read: string; code: string | undefined }> {
  let read = '';
  let code: string | undefined;
  socket.on('data', (bytes: Buffer) => void (read += bytes.toString()));
  socket.on('error', (error: NodeJS.ErrnoException) => void (code = error.code));
  return new Promise((resolve) => socket.once('close', () => resolve({ read, code })));
}

/** Says something and waits until so many characters have come back. */
async function ask(socket: Socket, said: string, length = said.length): Promise<string> {
  let heard = '';
  const all = new Promise<string>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
      if (heard.length >= length) resolve(heard);
    });
  });
  socket.write(said);
  const text = await all;
  socket.removeAllListeners('data');
  return text;
}

test('a port for each node, free ones where 0 is asked for', async () => {
  await echoing([], [0, 0]);
  const ports = serving?.listening.map(({ port }) => port) ?? [];
  expect(new Set(ports).size).toBe(2);
  expect(serving?.listening.map(({ node, protocol }) => `${protocol} ${node}`)).toEqual(['amqp 0', 'amqp 1']);
  expect(await ask(await dial(1), 'hello')).toBe('hello');
});

test('a port that is in use is told in one sentence, and the others are let go', async () => {
  await echoing();
  const taken = serving?.listening[0]?.port ?? 0;
  const again = serve([echoEndpoint([0, taken], () => echoOf({} as Wire, {} as Seen))], {
    hosts: [{ name: 'localhost', address: '127.0.0.1' }],
    plan: [],
    heard: { struck: () => {}, failed: () => {} },
  });
  await expect(again).rejects.toThrow(`127.0.0.1:${taken}: this port is in use`);
});

test('each connection is a process, named as the client says, numbered among those that live', async () => {
  const { seen } = await echoing();
  const [first, second] = [await dial(), await dial()];
  await ask(first, 'unnamed');
  await ask(first, 'name billing');
  await ask(second, 'name billing');
  second.end();
  await untilClosed(second);
  await ask(await dial(), 'name billing');
  expect(seen.names).toEqual(['client/0', 'billing/0', 'billing/1', 'billing/1']);
  expect(seen.closed).toEqual(['ended']);
});

test('what is sent behind a delivery comes behind it', async () => {
  await echoing();
  expect(await ask(await dial(), 'later x', 12)).toBe('[x]behind it');
});

test('a connection is broken at once, or ended in order', async () => {
  const { seen } = await echoing();
  const broken = await dial();
  broken.write('break');
  // Where data and a reset come together, the system may tell the reader of an end.
  expect((await untilClosed(broken)).read).toMatch(/^b(r(o(ke?)?)?)?$/);
  const ended = await dial();
  ended.write('bye');
  expect(await untilClosed(ended)).toEqual({ read: '', code: undefined });
  expect(seen.closed).toEqual(['reset', 'ended']);
});

test('a client that vanishes is noticed, and the next one is served', async () => {
  const { seen } = await echoing();
  const socket = await dial();
  await ask(socket, 'here');
  socket.resetAndDestroy();
  expect(await ask(await dial(), 'next')).toBe('next');
  expect(seen.closed).toEqual(['reset']);
});

test('an error of the endpoint costs that connection alone', async () => {
  const { seen, errors } = await echoing();
  const [bad, good] = [await dial(), await dial()];
  bad.write('bug');
  await untilClosed(bad);
  expect(errors).toEqual([new Error('a bug')]);
  expect(await ask(good, 'still there')).toBe('still there');
  expect(seen.closed).toEqual(['reset']);
});

test('a component that refuses breaks its connections and takes none', async () => {
  const { struck } = await echoing(['echo is refusing from 0 s to 3600 s']);
  expect((await untilClosed(dialling())).code).toBe('ECONNRESET');
  expect(struck).toEqual(['echo is refusing from 0 s to 3600 s (echo)']);
  expect(serving?.faults).toEqual([{ sentence: 'echo is refusing from 0 s to 3600 s', outcome: 'took effect' }]);
});

test('what a client sends in a silence is answered after it, in order', async () => {
  const { struck } = await echoing(['echo is silent from 0 s to 200 ms']);
  const socket = await dial();
  expect(await ask(socket, 'one')).toBe('one');
  expect(await ask(socket, 'two')).toBe('two');
  expect(struck).toEqual(['echo is silent from 0 s to 200 ms (echo)']);
});

test('the death of an outside client breaks its connection', async () => {
  const { seen } = await echoing();
  const socket = await dial();
  await ask(socket, 'name billing');
  seen.wires[0]?.process.die('process', 'fault', []);
  await untilClosed(socket);
  expect(seen.closed).toEqual(['reset']);
});

test('a client that reads nothing of what it asked for is not read from for ever', async () => {
  const { seen } = await echoing();
  const socket = await dial();
  socket.pause();
  const block = Buffer.alloc(1024 * 1024, 'x');
  let written = 0;
  // Until neither side takes more: the client's socket is full because the server has stopped reading.
  while (written < 64 && socket.write(block)) written++;
  for (; written < 64 && socket.writableLength < 32 * block.length; written++) socket.write(block);
  await new Promise((resolve) => socket.write(block, resolve) || setImmediate(resolve));
  expect(seen.wires[0]?.backlog ?? 0).toBeLessThan(16 * block.length);
  expect(await ask(await dial(), 'others go on')).toBe('others go on');
});
