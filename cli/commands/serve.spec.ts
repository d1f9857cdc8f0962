import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeHost, type FakeHost, tempFolder, validLines } from '../testing.fixture.ts';
import { serve, type ServeOptions } from './serve.ts';

const folder = tempFolder();
writeFileSync(join(folder, 'plan.txt'), 'mq is silent from 3600 s to 3601 s\n');
writeFileSync(join(folder, 'wrong.txt'), '# so\nmq is asleep from 1 s to 2 s\n');

function serving(options: Partial<ServeOptions>): { host: FakeHost; code: Promise<number>; ready: Promise<void> } {
  let told = (): void => {};
  const ready = new Promise<void>((resolve) => {
    told = resolve;
  });
  const said: string[] = [];
  const host = { ...fakeHost({ cwd: folder, out: (line) => (said.push(line), told()) }), said };
  return { host, ready, code: serve({ host: '127.0.0.1', ...options }, host) };
}

test('says where it listens once it does, and ends with 130 when it is interrupted', async () => {
  const { host, ready, code } = serving({ amqp: '0', kafka: '0,0' });
  await ready;
  expect(host.said).toHaveLength(3);
  expect(host.said[0]).toMatch(/^amqp on 127\.0\.0\.1:\d+$/);
  expect(host.said[2]).toMatch(/^kafka on 127\.0\.0\.1:\d+$/);
  host.interruption.abort();
  expect(await code).toBe(130);
});

test('prints objects that the schema knows', async () => {
  const { host, ready, code } = serving({ amqp: '0', faults: 'plan.txt', json: true });
  await ready;
  host.interruption.abort();
  await code;
  expect(validLines(host.said)).toMatchObject([
    { type: 'serve', listening: [{ protocol: 'amqp', node: 0, host: '127.0.0.1' }] },
    { type: 'served', faults: [{ sentence: 'mq is silent from 3600 s to 3601 s', outcome: 'not reached' }] },
  ]);
});

test('a port that somebody has is refused in one sentence', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  await expect(serving({ amqp: String(port) }).code).rejects.toThrow(`127.0.0.1:${port}: this port is in use`);
  taken.close();
});

test.each<[Partial<ServeOptions>, RegExp]>([
  [{}, /^There is nothing to serve/],
  [{ amqp: 'five' }, /^--amqp five: give a port/],
  [{ kafka: '1,1' }, /cannot share a port/],
  [{ amqp: '7000', kafka: '7001,7000' }, /^--amqp 7000 and --kafka 7001,7000 cannot share a port/],
  [{ amqp: '0', host: '0.0.0.0' }, /^--host 0\.0\.0\.0: 0\.0\.0\.0 is not loopback/],
  [{ amqp: '0', faults: 'none.txt' }, /^--faults none\.txt: there is no such file/],
  [{ amqp: '0', faults: '.' }, /^--faults \.: it cannot be read \(EISDIR\)/],
  [{ amqp: '0', faults: 'wrong.txt' }, /^wrong\.txt:2:7: this is no fault sentence/],
  [{ kafka: '0', faults: 'plan.txt' }, /^plan\.txt:1:1: this cannot happen here: there is no mq/],
])('%j is refused in one sentence', async (options, says) => {
  const { host, code } = serving(options);
  await expect(code).rejects.toThrow(says);
  expect(host.said).toEqual([]);
});
