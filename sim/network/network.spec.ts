import dns from 'node:dns';
import net from 'node:net';
import { expect, test } from 'vitest';
import { converse, eventsOf, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';

test('what is written comes back, in order; then both ends close', async () => {
  const host = echo('echo');
  let events: string[] = [];
  const client = talking(host, (at) => {
    const socket = net.connect(at);
    events = eventsOf(socket);
    socket.write('one ');
    socket.end('two');
  });
  const record = await converse([client]);
  expect(events).toEqual(['connect', 'data one two', 'end', 'close']);
  expect(host.heard).toEqual(['0 s: one ', '0 s: two', '0 s: (ended)']);
  expect(host.writers).toEqual(['1st start of client', '1st start of client']);
  expect(record.outcome).toBe('quiet');
});

test('a component is reached under its name, its address, and under localhost by its own port', async () => {
  const [host, other] = [echo('echo'), echo('other', { ports: [8] })];
  const answers: Record<string, string> = {};
  const client = talking(host, async () => {
    const { address } = await dns.promises.lookup('echo');
    const places = ['echo:7', 'echo:99', `${address}:7`, 'localhost:7', '127.0.0.1:8', 'localhost:9', 'nobody:7'];
    for (const place of places) {
      const [name, port] = place.split(':') as [string, string];
      const socket = net.connect(Number(port), name);
      socket.on('connect', () => (answers[place] = `${socket.remoteAddress} ${socket.remotePort}`));
      socket.on('error', ({ message }) => (answers[place] = message));
    }
  });
  await converse([client, talking(other, () => {}, 'idle')]);
  const own = '10.116.56.122';
  const hosts = '(the hosts of this run are echo, other)';
  expect(answers).toEqual({
    'echo:7': `${own} 7`,
    'echo:99': `${own} 99`,
    [`${own}:7`]: `${own} 7`,
    'localhost:7': '127.0.0.1 7',
    '127.0.0.1:8': '127.0.0.1 8',
    'localhost:9': `connect ECONNREFUSED 127.0.0.1:9: nobody listens at localhost ${hosts}`,
    'nobody:7': `connect ECONNREFUSED 10.195.41.116:7: nobody listens at nobody ${hosts}`,
  });
});

test('two components with the same port: neither is localhost', async () => {
  const [host, other] = [echo('echo'), echo('other')];
  let events: string[] = [];
  const client = talking(host, () => {
    events = eventsOf(net.connect(7));
  });
  await converse([client, talking(other, () => {}, 'idle')]);
  expect(events).toEqual(['error ECONNREFUSED', 'close, broken']);
});

test('equal seeds give equal runs, others other ones', async () => {
  const host = echo('echo');
  const run = async (seed: number): Promise<string> => {
    const times: string[] = [];
    const client = talking(host, (at) => {
      const socket = net.connect(at);
      socket.on('data', (bytes: Buffer) => times.push(`${performance.now()} ${bytes.toString()}`));
      for (let n = 0; n < 20; n++) socket.write(`message ${n}`);
    });
    const { digest, timeUs } = await converse([client], [], seed);
    return `${digest} ${timeUs} ${times.join()}`;
  };
  expect(await run(1)).toBe(await run(1));
  expect(await run(1)).not.toBe(await run(2));
});

test('a connection on its way when its process dies is none', async () => {
  const host = echo('echo');
  let starts = 0;
  const client = talking(host, (at) => {
    net.connect(at);
    if (++starts === 1) throw new Error('early');
  });
  await converse([client], []);
  expect({ starts, opened: host.opened }).toEqual({ starts: 2, opened: 1 });
});
