import net from 'node:net';
import { expect, test } from 'vitest';
import { currentContext } from '../kernel/context.ts';
import type { Process } from '../services/process.ts';
import { converse, eventsOf, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';
import type { Session, Wire } from './wire.ts';

/** What the client says strikes its own connection or process; everything else is echoed. */
const strikes: Readonly<Record<string, (wire: Wire) => void>> = {
  crash: ({ process }) => process.die('process', 'test', []),
  'lose host': ({ process }) => process.die('host', 'test', []),
  'pause 90': ({ process }) => process.pause(90_000_000),
  'pause 5': ({ process }) => process.pause(5_000_000),
  'go half-open': ({ runtime, process }) => runtime.halfOpen?.(process),
  disconnect: ({ runtime, process }) => runtime.disconnect?.(process),
  end: (wire) => wire.end(),
  'break amid': (wire) => {
    wire.answerDue = Buffer.from('an answer that is cut');
    wire.reset();
  },
};

const striking = (wire: Wire): Pick<Session, 'receive'> => ({
  receive: (bytes, moment) => {
    const strike = strikes[Buffer.from(bytes).toString()];
    if (strike) strike(wire);
    else wire.send(Uint8Array.from(bytes), moment);
  },
});

/** Both ends of a client that says these words at these seconds. Only its first process talks. */
async function seenBy(
  words: Readonly<Record<number, string>>,
  faults: readonly string[] = [],
  o: { hasHeartbeats?: boolean; again?: boolean } = {},
): Promise<{ client: readonly string[]; server: readonly string[]; faults: readonly boolean[] }> {
  const host = echo('echo', { session: striking, ...o });
  let events: string[] | undefined;
  const client = talking(host, (at) => {
    if (events) return;
    const socket = net.connect(at);
    events = eventsOf(socket, true);
    for (const [second, word] of Object.entries(words)) setTimeout(() => socket.write(word), Number(second) * 1000);
  });
  // Somebody else, so that time goes on when the client is gone.
  const clock = talking(host, () => void setTimeout(() => {}, 200_000), 'clock');
  const record = await converse([client, clock], faults);
  return {
    client: events ?? [],
    server: host.heard,
    faults: record.faults.map(({ tookEffect }) => tookEffect),
  };
}

test('a process that crashes closes its connection at once; what it still writes goes nowhere', async () => {
  const { client, server } = await seenBy({ 1: 'crash', 2: 'more' });
  expect(client).toEqual(['0 s: connect']);
  expect(server).toEqual(['1 s: crash', '1 s: (reset)']);
});

test('that a host is lost is heard after 60 s', async () => {
  const { server } = await seenBy({ 1: 'lose host' });
  expect(server).toEqual(['1 s: lose host', '61 s: (reset)']);
});

test('a process that stands still reads when it wakes', async () => {
  const { client } = await seenBy({ 1: 'hello', 2: 'pause 5', 3: 'again' });
  expect(client).toEqual(['0 s: connect', '1 s: data hello', '7 s: data again']);
});

test.each([
  { hasHeartbeats: true, server: '62 s: (reset)', client: ['92 s: error ECONNRESET', '92 s: close, broken'] },
  { hasHeartbeats: false, server: undefined, client: [] },
])('beyond 60 s it is given up where the server has heartbeats: $hasHeartbeats', async (o) => {
  const seen = await seenBy({ 2: 'pause 90' }, [], o);
  expect(seen.client).toEqual(['0 s: connect', ...o.client]);
  expect(seen.server).toEqual(['2 s: pause 90', ...(o.server ? [o.server] : [])]);
});

test('over a half-open connection nothing passes; after 60 s both ends give it up', async () => {
  const { client, server } = await seenBy({ 1: 'hello', 2: 'go half-open', 3: 'lost' });
  expect(client).toEqual(['0 s: connect', '1 s: data hello', '62 s: error ETIMEDOUT', '62 s: close, broken']);
  expect(server).toEqual(['1 s: hello', '2 s: go half-open', '62 s: (reset)']);
});

test('that its process dies is not heard over it any earlier', async () => {
  const host = echo('echo', { session: striking });
  const client = talking(host, (at) => {
    if (host.opened > 0) return;
    const socket = net.connect(at).on('error', () => {});
    socket.write('go half-open');
    setTimeout(() => {
      throw new Error('crash');
    }, 5_000);
  });
  await converse([client]);
  expect(host.heard).toEqual(['0 s: go half-open', '60 s: (reset)']);
});

test('a connection that breaks is ECONNRESET at one end, and over at the other', async () => {
  const { client, server } = await seenBy({ 1: 'disconnect', 2: 'more' });
  expect(client).toEqual(['0 s: connect', '1 s: error ECONNRESET', '1 s: close, broken']);
  expect(server).toEqual(['1 s: disconnect', '1 s: (reset)']);
});

test('one that breaks amid an answer brings a part of it', async () => {
  const { client } = await seenBy({ 1: 'break amid' });
  const [, part, error] = client;
  expect(error).toBe('1 s: error ECONNRESET');
  const seen = part?.replace('1 s: data ', '') ?? '';
  expect('an answer that is cut'.startsWith(seen)).toBe(true);
  expect(seen.length).toBeLessThan('an answer that is cut'.length);
});

test('a server that closes is an end, after what it sent', async () => {
  const { client, server } = await seenBy({ 1: 'hello', 2: 'end', 3: 'too late' });
  expect(client).toEqual(['0 s: connect', '1 s: data hello', '2 s: end', '2 s: close']);
  expect(server).toEqual(['1 s: hello', '2 s: end', '2 s: (ended)']);
});

test('an outage breaks what is connected and refuses whoever connects', async () => {
  const host = echo('echo');
  const events: string[][] = [];
  const client = talking(host, (at) => {
    for (const delayMs of [0, 2_000, 4_000]) {
      setTimeout(() => events.push(eventsOf(net.connect(at), true)), delayMs);
    }
  });
  const record = await converse([client], ['echo is refusing from 1 s to 3 s']);
  expect(events).toEqual([
    ['0 s: connect', '1 s: error ECONNRESET', '1 s: close, broken'],
    ['2 s: error ECONNREFUSED', '2 s: close, broken'],
    ['4 s: connect'],
  ]);
  expect(record.faults[0]?.tookEffect).toBe(true);
});

test('a silent server is connected to, reads nothing, and says nothing until it is over', async () => {
  const silent = 'echo is silent from 1 s to 20 s';
  const { client, server, faults } = await seenBy({ 0.5: 'early', 2: 'hello', 3: 'you' }, [silent]);
  expect(client).toEqual(['0 s: connect', '0 s: data early', '20 s: data helloyou']);
  expect(server).toEqual(['0 s: early', '20 s: hello', '20 s: you']);
  expect(faults).toEqual([true]);
});

test('what a lost host had written in silence is not', async () => {
  const silent = 'echo is silent from 1 s to 20 s';
  const host = echo('echo');
  const client = talking(host, (at) => {
    if (host.opened > 0) return;
    const actor = currentContext()?.actor as Process;
    const socket = net.connect(at);
    setTimeout(() => socket.write('hello'), 2_000);
    setTimeout(() => actor.die('host', 'test', []), 3_000);
  });
  await converse([client], [silent]);
  expect(host.heard).toEqual(['63 s: (reset)']);
});

test('what was written in silence is read, though the client has given up', async () => {
  const host = echo('echo');
  let events: string[] = [];
  const client = talking(host, (at) => {
    setTimeout(() => {
      const socket = net.connect(at);
      events = eventsOf(socket, true);
      socket.write('hello');
      socket.setTimeout(5_000, () => socket.destroy());
    }, 2_000);
  });
  await converse([client], ['echo is silent from 1 s to 20 s']);
  expect(events).toEqual(['2 s: connect', '7 s: timeout', '7 s: close']);
  expect(host.heard).toEqual(['20 s: hello', '20 s: (ended)']);
});
