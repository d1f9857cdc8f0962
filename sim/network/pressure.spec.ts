import { once } from 'node:events';
import net from 'node:net';
import { expect, test } from 'vitest';
import { converse, talking } from './client.fixture.ts';
import { echo } from './echo.fixture.ts';

test('a server that reads no further is felt: write says so, and drain comes when it reads on', async () => {
  const host = echo('echo', {
    session: (wire) => {
      wire.pause();
      wire.process.simulation.world.after(5_000_000, () => wire.resume());
      return { receive: (bytes) => (received += bytes.length) };
    },
  });
  let received = 0;
  let sent = 0;
  let drainedAtMs = 0;
  const client = talking(host, async (at) => {
    const socket = net.connect(at);
    await once(socket, 'connect');
    const kilobyte = Buffer.alloc(1024, 'x');
    do sent += kilobyte.length;
    while (socket.write(kilobyte));
    expect(received).toBe(0);
    await once(socket, 'drain');
    drainedAtMs = performance.now();
    expect(received).toBe(sent);
  });
  await converse([client]);
  // What the buffers on the way take, and the socket's own.
  expect(sent).toBeGreaterThan(65_536);
  expect(sent).toBeLessThan(65_536 + 2 * 16_384);
  expect(drainedAtMs).toBeGreaterThan(5_000);
});

test('what is written in a row while nobody reads keeps its order', async () => {
  const host = echo('echo', {
    session: (wire) => {
      wire.pause();
      wire.process.simulation.world.after(5_000_000, () => wire.resume());
      return { receive: (bytes) => (received += Buffer.from(bytes).toString()) };
    },
  });
  let received = '';
  let sent = '';
  const client = talking(host, (at) => {
    const socket = net.connect(at);
    for (let n = 0; n < 40; n++) {
      const text = `${n} `.padEnd(4_000, '.');
      sent += text;
      socket.write(text);
    }
    socket.end();
  });
  await converse([client]);
  expect(received === sent).toBe(true);
  expect(host.heard.at(-1)).toBe('5 s: (ended)');
});

test('a reader that pauses holds back what follows, and the server knows how much', async () => {
  let backlog = 0;
  let drains = 0;
  const host = echo('echo', {
    session: (wire) => {
      for (let n = 0; n < 10; n++) wire.send(Buffer.from(`${n}${'.'.repeat(99)}`));
      wire.process.simulation.world.after(1_000_000, () => (backlog = wire.backlog));
      return { receive: () => {}, drained: () => drains++ };
    },
  });
  const read: [string, number][] = [];
  const client = talking(host, (at) => {
    const socket = net.connect(at);
    socket.on('data', (bytes: Buffer) => {
      read.push([bytes.toString(), Math.floor(performance.now() / 1000)]);
      if (read.length === 1) {
        socket.pause();
        setTimeout(() => socket.resume(), 5_000);
      }
    });
  });
  await converse([client]);
  const text = (at: number): string => read.flatMap(([bytes, second]) => (second === at ? [bytes] : [])).join('');
  expect(text(0).length + text(5).length).toBe(1_000);
  expect(text(0).length).toBeLessThanOrEqual(100);
  expect(backlog).toBeGreaterThanOrEqual(800);
  expect(backlog).toBeLessThanOrEqual(1_000 - text(0).length);
  expect(drains).toBe(1);
});
