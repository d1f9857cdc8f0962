/**
 * Who listens hears of what code outside any world asks the machine for; hosts that are found inside one; pools. It stands outside
 * of the guards' folder, whose places are passed over.
 */
import dns from 'node:dns';
import { randomFillSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { inWorlds } from '../simulate.ts';
import { run, runIn, tiny } from '../spec-world.ts';
import { listenForUses } from './guards/uses.ts';

test('a real use is heard with its place, up to a hundred of them, until somebody asks', async () => {
  await inWorlds(async () => {
    const first = listenForUses();
    const tell = listenForUses();
    Math.random();
    clearTimeout(setTimeout(() => {}, 1000));
    const nowMs = Date.now();
    expect(first()).toEqual([]);
    for (let n = 0; n < 200; n++) Math.random();
    const heard = tell();
    expect(heard.slice(0, 3)).toEqual([
      { of: 'draw', api: 'Math.random', at: expect.stringMatching(/uses\.spec\.ts:\d+$/) },
      { of: 'timer', api: 'setTimeout', at: expect.stringMatching(/uses\.spec\.ts/) },
      { of: 'clock', api: 'Date.now', at: expect.stringMatching(/uses\.spec\.ts/) },
    ]);
    expect([heard.length, nowMs > 0]).toEqual([100, true]);
    Math.random();
    expect([heard.length, listenForUses()()]).toEqual([100, []]);
  });
});

test('code inside a world is answered, and not heard', async () => {
  await inWorlds(async () => {
    let heard: unknown;
    await runIn([
      tiny(() => {
        const tell = listenForUses();
        Math.random();
        Date.now();
        heard = tell();
      }),
    ]);
    expect(heard).toEqual([]);
  });
});

test('an address is its own, whatever family it has; a host that is none of the run’s is not found', async () => {
  const heard: unknown[] = [];
  await run([
    tiny(async () => {
      const lookup = (host: string, o: object): Promise<unknown[]> =>
        new Promise((resolve) => {
          dns.lookup(host, o, (...answer: unknown[]) => resolve(answer));
        });
      heard.push(await lookup('10.1.2.3', {}), await lookup('::1', { all: false }), await lookup('::1', { all: true }));
      heard.push(await dns.promises.lookup('::1'), await dns.promises.lookup('10.1.2.3', { all: true }));
      heard.push(await lookup('example.org', {}), await dns.promises.lookup('example.org').catch((error) => [error]));
    }),
  ]);
  const missing = [expect.objectContaining({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'example.org' })];
  expect(heard).toEqual([
    [null, '10.1.2.3', 4],
    [null, '::1', 6],
    [null, [{ address: '::1', family: 6 }]],
    { address: '::1', family: 6 },
    [{ address: '10.1.2.3', family: 4 }],
    missing,
    missing,
  ]);
});

test('what was drawn in advance counts as a pool from 128 bytes on, and seems empty to others alone', async () => {
  await inWorlds(async () => {
    const kept = [127, 128].map((length) => randomFillSync(new Uint8Array(length)));
    const words = randomFillSync(new Uint32Array(64));
    const outside = (): number[] => [...kept, words].map(({ length }) => length);
    let inside: unknown;
    await runIn([
      tiny(() => {
        inside = [outside(), kept.map((each) => randomFillSync(each).length)];
      }),
    ]);
    expect(inside).toEqual([
      [127, 0, 64],
      [127, 128],
    ]);
    expect(outside()).toEqual([127, 128, 64]);
  });
});
