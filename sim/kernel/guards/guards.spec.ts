import child from 'node:child_process';
import crypto, { randomBytes, randomFillSync, randomInt, randomUUID } from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs, { readFile } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import timers, { setTimeout as timersSetTimeout } from 'node:timers';
import timersPromises, { scheduler, setTimeout as wait, setInterval as ticks } from 'node:timers/promises';
import { promisify } from 'node:util';
import threads, { MessageChannel as WorkerChannel, Worker } from 'node:worker_threads';
import zlib from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { inWorlds } from '../../simulate.ts';
import { entriesOf, run, runIn, tiny } from '../../spec-world.ts';
import { currentContext } from '../context.ts';
import { EPOCH_MS } from '../world.ts';

afterEach(() => void vi.useRealTimers());

const OWNERS = {
  'Intl.DateTimeFormat.prototype': Intl.DateTimeFormat.prototype,
  globalThis,
  Date,
  Math,
  performance,
  process,
  crypto,
  web: globalThis.crypto,
  subtle: globalThis.crypto.subtle,
  timers,
  timersPromises,
  scheduler: timersPromises.scheduler,
  AbortSignal,
  WebAssembly,
  http,
  http2,
  agents: http.Agent.prototype,
  secureAgents: https.Agent.prototype,
  dgram,
  threads,
  fs,
  files: fs.promises,
  net,
  socket: net.Socket.prototype,
  server: net.Server.prototype,
  tls,
  dns,
  lookups: dns.promises,
  https,
  zlib,
  child,
} as const;

/** Every property of everything that the guards touch. */
const descriptors = () =>
  Object.entries(OWNERS).map(([name, on]) => [name, Object.getOwnPropertyDescriptors(on)] as const);

/** What code inside a run answers, for a seed. */
async function inside<T>(work: () => T | Promise<T>, seed = 1): Promise<T> {
  const answers: T[] = [];
  await run([tiny(async () => void answers.push(await work()))], { seed });
  expect(answers).toHaveLength(1);
  return answers[0] as T;
}

const SECONDS = new Intl.DateTimeFormat('en', { timeStyle: 'medium', timeZone: 'UTC' });

test('clocks tell virtual time', async () => {
  const told = await inside(async () => {
    const before = process.hrtime();
    await wait(1500.7);
    return {
      now: Date.now(),
      date: new Date().getTime(),
      text: Date() === new Date(EPOCH_MS + 1500).toString(),
      given: new Date(5).getTime(),
      isDate: new Date() instanceof Date,
      ms: performance.now(),
      origin: performance.timeOrigin,
      hr: process.hrtime(before),
      bigint: process.hrtime.bigint(),
      uptime: process.uptime(),
      formatted: [undefined, 5].map((date) => SECONDS.format(date)),
      parts: SECONDS.formatToParts().map(({ value }) => value),
    };
  });
  const at = EPOCH_MS + 1500;
  expect(told).toEqual({
    now: at,
    date: at,
    text: true,
    given: 5,
    isDate: true,
    ms: 1500,
    origin: EPOCH_MS,
    hr: [1, 500_000_000],
    bigint: 1_500_000_000n,
    uptime: 1.5,
    formatted: [SECONDS.format(at), SECONDS.format(5)],
    parts: SECONDS.formatToParts(at).map(({ value }) => value),
  });
});

test('every timer waits in virtual time, in order', async () => {
  const rang: string[] = [];
  const ring = (what: string) => (): void => void rang.push(`${what} ${Date.now() - EPOCH_MS}`);
  await inside(async () => {
    setTimeout(ring('global'), 10);
    timersSetTimeout(ring('node:timers'), 20);
    timers.setTimeout(ring('timers.'), 30);
    void wait(40, 'value').then((value) => ring(`promise ${value}`)());
    void scheduler.wait(50).then(ring('wait'));
    void promisify(setTimeout)(60).then(ring('promisified'));
    AbortSignal.timeout(70).addEventListener('abort', ring('abort'));
    clearTimeout(setTimeout(ring('cleared'), 1));
    const interval = setInterval(() => (ring('interval')(), clearInterval(interval)), 80);
    const refreshed = setTimeout(ring('refreshed'), 85);
    setTimeout(() => refreshed.refresh(), 5);
    for await (const tick of ticks(100, 'tick')) {
      ring(tick)();
      break;
    }
    const aborted = wait(1000, undefined, { signal: AbortSignal.timeout(5) });
    await aborted.catch((error: Error) => ring(error.name)());
  });
  expect(rang).toEqual([
    'global 10',
    'node:timers 20',
    'timers. 30',
    'promise value 40',
    'wait 50',
    'promisified 60',
    'abort 70',
    'interval 80',
    'refreshed 90',
    'tick 100',
    'AbortError 105',
  ]);
});

const draw = (): unknown[] => [
  Math.random(),
  randomUUID(),
  crypto.randomUUID(),
  globalThis.crypto.randomUUID(),
  randomBytes(5).toString('hex'),
  randomInt(1_000_000),
  randomInt(5, 1_000_000),
  [...crypto.getRandomValues(new Uint32Array(3))],
  [...globalThis.crypto.getRandomValues(new Uint8Array(3))],
  [...randomFillSync(new Uint16Array(4), 1)],
];

test('randomness is the same for equal seeds, else different, and real outside', async () => {
  const first = await inside(draw, 7);
  expect(await inside(draw, 7)).toEqual(first);
  const other = await inside(draw, 8);
  const real = draw();
  for (const [n, value] of first.entries()) {
    expect(other[n]).not.toEqual(value);
    expect(real[n]).not.toEqual(value);
  }
  expect(new Set(first.slice(1, 4)).size).toBe(3);
  for (const uuid of first.slice(1, 4))
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect((first[9] as number[])[0]).toBe(0);
});

/** As uuid draws: a pool for sixteen of them, which the module keeps. */
const pool = new Uint8Array(256);
let used = pool.length;
function pooled(): string {
  if (used > pool.length - 16) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return Buffer.from(pool.slice(used - 16, used)).toString('hex');
}

test('what a module draws in advance is drawn anew for each moment: no run hangs on the one before', async () => {
  await inWorlds(async () => {
    const draws: string[][] = [];
    for (const seed of [7, 7, 8]) {
      // What the module draws between runs is real.
      pooled();
      const mine: string[] = [];
      await runIn([tiny(async () => void mine.push(pooled(), pooled(), await wait(1, pooled())))], { seed });
      draws.push(mine);
      expect(pool).toHaveLength(256);
    }
    expect(draws[0]).toEqual(draws[1]);
    expect(new Set(draws.flat()).size).toBe(6);
  });
});

test('with callbacks, too', async () => {
  const [bytes, int] = await inside(() =>
    Promise.all([promisify(randomBytes)(4), new Promise((done) => randomInt(9, (_, n) => done(n)))]),
  );
  expect(
    await inside(() =>
      Promise.all([promisify(randomBytes)(4), new Promise((done) => randomInt(9, (_, n) => done(n)))]),
    ),
  ).toEqual([bytes, int]);
});

test('outside its context all is real while a run goes on', async () => {
  const beforeMs = Date.now();
  const heard: { atMs: number; isInside: boolean }[] = [];
  setTimeout(() => {
    heard.push({ atMs: Date.now(), isInside: currentContext() !== undefined });
  }, 1);
  let turns = 0;
  const waiting = tiny(async ({ db }) => {
    for (; heard.length === 0; turns++) {
      await wait(1);
      // What changes nothing would be put to sleep.
      await db.transaction((tx) => tx.insert('notes', { id: String(turns), text: '' }));
    }
  });
  await run([waiting], { bounds: { steps: 10_000_000, virtualUs: 1e15, entries: 10_000_000 } });
  expect(heard[0]?.isInside).toBe(false);
  expect(heard[0]?.atMs).toBeGreaterThanOrEqual(beforeMs);
  expect(beforeMs).toBeGreaterThan(EPOCH_MS);
  expect(turns).toBeGreaterThan(0);
});

test('everything is as before after a run, and after one that failed', async () => {
  const before = descriptors();
  await run([tiny(() => {})], { items: ['a'] });
  expect(descriptors()).toEqual(before);
  await expect(inWorlds(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(descriptors()).toEqual(before);
  await inWorlds(async () => {
    await inWorldTwice();
  });
  expect(descriptors()).toEqual(before);
});

async function inWorldTwice(): Promise<void> {
  await runIn([tiny(() => {})]);
  await runIn([tiny(() => {})]);
}

const refused: Record<string, () => unknown> = {
  'fs.readFile': () => readFile(import.meta.filename, () => {}),
  'fs.promises.readFile': () => fs.promises.readFile(import.meta.filename),
  'crypto.subtle.digest': () => globalThis.crypto.subtle.digest('SHA-256', new Uint8Array(1)),
  'zlib.createGzip': () => zlib.createGzip(),
  'child_process.spawn': () => child.spawn(process.execPath, ['--version']),
  'http2.createServer': () => http2.createServer(),
  'fs.createReadStream': () => fs.createReadStream(import.meta.filename).destroy(),
  'crypto.generatePrime': () => crypto.generatePrime(8, () => {}),
  'dgram.createSocket': () => dgram.createSocket('udp4').close(),
  'worker_threads.Worker': () => new Worker('', { eval: true }),
  'worker_threads.MessageChannel': () => new WorkerChannel(),
  'globalThis.MessageChannel': () => new MessageChannel(),
};

test.each(Object.entries(refused))('%s is refused inside, and works outside', async (api, call) => {
  const error = await inside(() => {
    try {
      call();
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  });
  expect(error).toMatchObject({ code: 'EDDY_UNCONTROLLED', data: { api } });
  await inWorlds(async () => {
    await call();
  });
});

const ended = (socket: net.Socket): Promise<string> =>
  new Promise((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code}: ${error.message}`));
    socket.on('connect', () => resolve('connected'));
  });

test('a connection goes to hosts of the run, however it is made, and nowhere else', async () => {
  class Own extends net.Socket {}
  const answers = await inside(async () => ({
    connect: await ended(net.connect(1)),
    create: await ended(net.createConnection({ host: 'example.org', port: 80 })),
    made: await ended(new net.Socket().connect(80, 'example.org')),
    secure: await ended(tls.connect({ host: 'example.org', port: 443 })),
    isOne: new net.Socket() instanceof net.Socket,
    own: codeOf(() => new Own().connect(1)),
    late: codeOf(() => new (class Late extends net.Socket {})().connect(1)),
    found: await dns.promises.lookup('example.org').catch((error: NodeJS.ErrnoException) => error.message),
  }));
  const nobody = (host: string): string => `: nobody listens at ${host} (this run has no hosts)`;
  const refusal = 'ECONNREFUSED: connect ECONNREFUSED';
  expect(answers).toEqual({
    connect: `${refusal} 127.0.0.1:1${nobody('localhost')}`,
    create: `${refusal} 10.164.29.36:80${nobody('example.org')}`,
    made: `${refusal} 10.164.29.36:80${nobody('example.org')}`,
    secure: `${refusal} 10.164.29.36:443${nobody('example.org')}`,
    isOne: true,
    own: 'EDDY_UNCONTROLLED',
    late: 'EDDY_UNCONTROLLED',
    found: 'getaddrinfo ENOTFOUND example.org',
  });
  expect(new net.Socket() instanceof net.Socket).toBe(true);
});

function codeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test('fake timers are refused with a sentence', async () => {
  vi.useFakeTimers();
  await expect(run([tiny(() => {})])).rejects.toMatchObject({ code: 'EDDY_FAKE_TIMERS' });
  vi.useRealTimers();
  expect((await run([tiny(() => {})])).outcome).toBe('quiet');
});

const captured = setImmediate;

test('an immediate that code took hold of before the run runs before the next step', async () => {
  const order: string[] = [];
  await inside(async () => {
    setTimeout(() => {
      order.push('first');
      captured(() =>
        captured(
          () => void Promise.resolve().then(() => process.nextTick(() => captured(() => order.push('immediate')))),
        ),
      );
    }, 1);
    setTimeout(() => order.push('second'), 1);
  });
  expect(order).toEqual(['first', 'immediate', 'second']);
});

test('two runs wait for each other', async () => {
  const order: string[] = [];
  const noting = (name: string) =>
    tiny(async () => {
      for (let n = 0; n < 3; n++) {
        order.push(name);
        await wait(10);
      }
    });
  await Promise.all([run([noting('a')]), run([noting('b')])]);
  expect(order).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
});

test('a call that is refused crashes who makes it', async () => {
  const record = await run([
    tiny((_, { instance }) => void (Date.now() > EPOCH_MS + 5 ? instance : child.spawn('true'))),
  ]);
  expect(entriesOf(record, 'crashed')[0]?.data).toMatchObject({ why: 'EddyError EDDY_UNCONTROLLED' });
});
