import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';
import { inWorlds } from '../../simulate.ts';
import { run, tiny } from '../../spec-world.ts';

test.each([
  ['http', () => http.createServer(() => {})],
  ['net', () => net.createServer()],
] as const)('a server of %s comes up and closes inside a run, and holds no port of the machine', async (_, make) => {
  const told: unknown[] = [];
  const busy = http.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => busy.once('listening', resolve));
  const { port } = busy.address() as net.AddressInfo;
  const record = await run([
    tiny(async () => {
      const server = make();
      told.push(server.listening);
      await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
      told.push(server.listening, (server.address() as net.AddressInfo).port === port);
      await new Promise<void>((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
      told.push(server.listening);
      told.push(
        await new Promise((resolve) => net.connect(port).on('error', (e: { code?: string }) => resolve(e.code))),
      );
    }),
  ]);
  expect(told).toEqual([false, true, true, false, 'ECONNREFUSED']);
  expect(record.outcome).toBe('quiet');
  await new Promise((resolve) => busy.close(resolve));
});

test('outside a run, while runs are made, servers are real', async () => {
  await inWorlds(async () => {
    const server = net.createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as net.AddressInfo;
    const heard = await new Promise((resolve) => net.connect(port, '127.0.0.1').once('data', (b) => resolve(`${b}`)));
    expect(heard).toBe('hello');
    await new Promise((resolve) => server.close(resolve));
  });
});

test('a server tells where it listens, however that was said, and closes for whoever listens for that', async () => {
  const told: unknown[] = [];
  await run([
    tiny(async () => {
      for (const where of [[{ port: 81 }], [82, '127.0.0.1'], ['83'], [], [0]] as const) {
        const server = net.createServer();
        server.once('close', () => told.push('closed'));
        (server.listen as (...args: unknown[]) => void)(...where);
        await new Promise((resolve) => server.once('listening', resolve));
        told.push(server.address());
        server.close();
        await new Promise((resolve) => setImmediate(resolve));
      }
    }),
  ]);
  const at = (port: number): unknown[] => [{ address: '::', family: 'IPv6', port }, 'closed'];
  expect(told).toEqual([81, 82, 83, 49_152, 49_152].flatMap(at));
});
