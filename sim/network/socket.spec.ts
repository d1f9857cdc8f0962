import { once } from 'node:events';
import net from 'node:net';
import { pipeline } from 'node:stream/promises';
import tls from 'node:tls';
import { expect, test } from 'vitest';
import { currentContext } from '../kernel/context.ts';
import { takeLeaked } from '../kernel/leaks.ts';
import type { ServiceShape } from '../services/service.ts';
import { inWorlds, simulate } from '../simulate.ts';
import { converse, eventsOf, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';

/** What code answers that runs in a service with a host to talk to. */
async function inside<T>(work: (at: { host: string; port: number }) => Promise<T>, host = echo('echo')): Promise<T> {
  let answer: { readonly of: T } | undefined;
  await converse([
    talking(host, async (at) => {
      if (!answer) answer = { of: await work(at) };
    }),
  ]);
  if (!answer) throw new Error('it never came to an end');
  return answer.of;
}

/** Also after an error, which `once` would throw. */
function closed(socket: net.Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

test('a socket tells where it is and what went through it, as a net.Socket does', async () => {
  const told = await inside(async (at) => {
    const socket = new net.Socket();
    const before = [socket.pending, socket.connecting, socket.readyState, socket.remoteAddress];
    socket.setNoDelay(true).setKeepAlive(true, 60_000).ref().unref().connect(at.port, at.host);
    const during = [socket.pending, socket.connecting, socket.readyState];
    await once(socket, 'connect');
    socket.write('hello');
    await once(socket, 'data');
    const { remoteAddress, remotePort, remoteFamily, localPort, localAddress, bytesWritten } = socket;
    const after = [socket.pending, socket.connecting, socket.readyState, socket.address()];
    socket.destroy();
    await closed(socket);
    return {
      before,
      during,
      after,
      remote: [remoteAddress, remotePort, remoteFamily],
      local: [localAddress, localPort, bytesWritten],
      closed: socket.readyState,
      isOne: socket instanceof net.Socket,
    };
  });
  expect(told).toEqual({
    before: [true, false, 'open', undefined],
    during: [true, true, 'opening'],
    after: [false, false, 'open', { address: '10.9.152.2', family: 'IPv4', port: 32_769 }],
    remote: ['10.116.56.122', 7, 'IPv4'],
    local: ['10.9.152.2', 32_769, 5],
    closed: 'closed',
    isOne: true,
  });
});

test('a time-out comes in virtual time, when nothing has happened for so long', async () => {
  const events = await inside(async (at) => {
    const socket = net.connect({ ...at, timeout: 3_000 } as net.NetConnectOpts);
    const seen = eventsOf(socket, true);
    setTimeout(() => socket.write('at two'), 2_000);
    await once(socket, 'timeout');
    expect(socket.timeout).toBe(3_000);
    socket.setTimeout(0);
    socket.write('and on');
    setTimeout(() => socket.destroy(), 60_000);
    await closed(socket);
    return seen;
  });
  expect(events).toEqual(['0 s: connect', '2 s: data at two', '5 s: timeout', '5 s: data and on', '65 s: close']);
});

test('an end is noticed by a socket that nobody reads, when nothing is left to be read', async () => {
  const host = echo('echo', { session: (wire) => ({ receive: () => wire.end() }) });
  const events = await inside(async (at) => {
    const socket = net.connect(at);
    const seen: string[] = [];
    socket.on('end', () => seen.push('end'));
    socket.write('hello');
    await closed(socket);
    return seen;
  }, host);
  expect(events).toEqual(['end']);
});

test('who connects is waited for: something of its moment is pending meanwhile', async () => {
  const pending = await inside(async (at) => {
    const moment = currentContext()?.moment;
    const socket = net.connect(at);
    const during = moment?.pending;
    await once(socket, 'connect');
    return [during, moment?.pending];
  });
  expect(pending).toEqual([1, 0]);
});

test('tls.connect: the bytes are as written, the peer is trusted, secureConnect comes after connect', async () => {
  const told = await inside(async (at) => {
    const order: string[] = [];
    const socket = tls.connect(at.port, { host: at.host, servername: 'echo' }, () => order.push('called'));
    for (const event of ['connect', 'secureConnect']) socket.on(event, () => order.push(event));
    await once(socket, 'secureConnect');
    socket.write('hello');
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    const isOne = socket instanceof tls.TLSSocket && !(net.connect(at) instanceof tls.TLSSocket);
    return { order, first: bytes.toString()[0], trusted: socket.authorized, encrypted: socket.encrypted, isOne };
  });
  expect(told).toEqual({
    order: ['connect', 'called', 'secureConnect'],
    first: 'h',
    trusted: true,
    encrypted: true,
    isOne: true,
  });
});

test('tls.connect over a socket: it is that socket, and closes as one', async () => {
  const events = await inside(async (at) => {
    const socket = net.connect(at);
    const order: string[] = [];
    await once(socket, 'connect');
    const secure = tls.connect({ socket }, () => order.push('secure'));
    socket.on('close', () => order.push('closed'));
    await once(secure, 'secureConnect');
    secure.end();
    secure.resume();
    await closed(secure);
    return order;
  });
  expect(events).toEqual(['secure', 'closed']);
});

test('streams pipe into it and out of it', async () => {
  const text = 'x'.repeat(100_000);
  const got = await inside(async (at) => {
    const socket = net.connect(at);
    const read: Buffer[] = [];
    await pipeline([Buffer.from(text)], socket, async (source: AsyncIterable<Buffer>) => {
      for await (const bytes of source) read.push(bytes);
    });
    return Buffer.concat(read).toString();
  });
  expect(got === text).toBe(true);
});

test('a socket that has closed may connect again', async () => {
  const events = await inside(async (at) => {
    const socket = net.connect(at);
    const seen = eventsOf(socket);
    await once(socket, 'connect');
    socket.destroy();
    await closed(socket);
    socket.connect(at.port, at.host);
    await once(socket, 'connect');
    socket.end('hello');
    await closed(socket);
    return seen;
  });
  expect(events).toEqual(['connect', 'close', 'connect', 'data hello', 'end', 'close']);
});

test('one that is destroyed while it connects hears nothing more, and leaves nothing behind', async () => {
  const host = echo('echo');
  const events = await inside(async (at) => {
    const socket = net.connect(at);
    const seen = eventsOf(socket);
    socket.write('never', (error) => seen.push(`written: ${(error as NodeJS.ErrnoException).code}`));
    socket.destroy();
    await closed(socket);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return seen;
  }, host);
  expect(events).toEqual(['written: ECANCELED', 'close']);
  expect(host.heard).toEqual(['0 s: (ended)']);
});

test('an abort signal closes it', async () => {
  const events = await inside(async (at) => {
    const abort = new AbortController();
    const socket = net.connect({ ...at, signal: abort.signal } as net.NetConnectOpts);
    const seen = eventsOf(socket);
    await once(socket, 'connect');
    abort.abort();
    await closed(socket);
    return seen;
  });
  expect(events).toEqual(['connect', 'error ABORT_ERR', 'close, broken']);
});

test('Unix domain sockets are not there', async () => {
  const events = await inside(async () => {
    const socket = net.connect('/run/server.sock');
    const seen = eventsOf(socket);
    await closed(socket);
    return seen;
  });
  expect(events).toEqual(['error ENOENT', 'close, broken']);
});

test('a process that is asked to stop ends when its sockets are closed, or not referenced', async () => {
  const host = echo('echo');
  const stops = async (free: (socket: net.Socket) => void): Promise<number> => {
    const client = talking(host, (at) => {
      const socket = net.connect(at);
      socket.on('connect', () => setTimeout(() => free(socket), 2_500));
    });
    const record = await converse([client], ['deploy of client at 1 s, overlap of 100 ms']);
    const stopped = record.entries.find(({ kind }) => kind === 'stopped');
    return Math.floor((stopped?.timeUs ?? 0) / 1_000_000);
  };
  expect(await stops((socket) => socket.end().resume())).toBe(2);
  expect(await stops((socket) => socket.unref())).toBe(2);
  expect(await stops(() => {})).toBe(11);
});

test('a strict run allows them', async () => {
  const host = echo('echo');
  let events: string[] = [];
  const client = talking(host, (at) => {
    events = eventsOf(net.connect(at).end('hello'));
  });
  const workload = { uses: {}, key: String, send: async () => {} };
  const system = { services: [client as ServiceShape], workload };
  const record = await inWorlds(() => simulate(system, [], { seed: 1, plan: [], strict: true }));
  expect(record.outcome).toBe('quiet');
  expect(events).toEqual(['connect', 'data hello', 'end', 'close']);
});

test('code that goes on when its run is over reaches nobody, and is counted', async () => {
  const host = echo('echo');
  const socket = await inside(async (at) => net.connect(at).on('connect', () => {}), host);
  takeLeaked();
  socket.write('late');
  socket.destroy();
  socket.connect(7, 'echo');
  expect(host.heard).toEqual([]);
  expect(takeLeaked().calls).toEqual([
    'a write to echo in the work of client',
    'a connection to echo:7 in the work of client',
  ]);
});

test('outside a run sockets are real, also while guards are in place', async () => {
  await inWorlds(async () => {
    const server = net.createServer((socket) => socket.end('real'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as net.AddressInfo;
    for (const socket of [net.connect(port, '127.0.0.1'), new net.Socket().connect(port, '127.0.0.1')]) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      expect(bytes.toString()).toBe('real');
      expect(socket instanceof net.Socket).toBe(true);
    }
    server.close();
  });
});
