/** What works on other threads is refused, whatever of it there is: the names come from Node, not from the guards. */
import child from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http2 from 'node:http2';
import threads from 'node:worker_threads';
import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { run, tiny } from '../../spec-world.ts';

type Functions = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

const functionsOf = (on: object): string[] => {
  const at = on as Functions;
  return Object.keys(Object.getOwnPropertyDescriptors(on)).filter(
    (name) => typeof at[name] === 'function' && /^[a-z]/.test(name) && name !== 'constructor',
  );
};

/** Those of the functions that are not refused inside a run, of which the others each name themselves. */
async function letThrough(where: string, on: object, names: readonly string[]): Promise<string[]> {
  const through: string[] = [];
  await run([
    tiny(() => {
      for (const name of names) {
        try {
          const answer = (on as Functions)[name]?.();
          if (answer instanceof Promise) answer.catch(() => {});
          through.push(name);
        } catch (error) {
          const { code, data } = error as { code?: string; data?: { api: string } };
          if (code !== 'EDDY_UNCONTROLLED' || data?.api !== `${where}.${name}`) through.push(name);
        }
      }
    }),
  ]);
  return through.toSorted((a, b) => (a < b ? -1 : 1));
}

/** Of no use without a file descriptor or handle, which no run can have opened. */
const OF_DESCRIPTORS = ['fchmod', 'fchown', 'fdatasync', 'futimes', 'readv', 'writev'];

test('files', async () => {
  const names = functionsOf(fs).filter((name) => `${name}Sync` in fs);
  const answered = ['fsync', 'write'];
  const others = ['createReadStream', 'createWriteStream', 'openAsBlob', 'watch', 'watchFile'];
  const through = await letThrough('fs', fs, [...names, ...others]);
  expect(through.filter((name) => ![...OF_DESCRIPTORS, ...answered].includes(name))).toEqual([]);
  expect(await letThrough('fs.promises', fs.promises, functionsOf(fs.promises))).toEqual([]);
  expect(await letThrough('fs.Dir', fs.Dir.prototype, ['read'])).toEqual([]);
});

test('streams that compress', async () => {
  const names = functionsOf(zlib).filter((name) => name.startsWith('create'));
  expect(await letThrough('zlib', zlib, names)).toEqual([]);
});

test('keys and primes', async () => {
  const names = ['generateKey', 'generateKeyPair', 'generatePrime', 'checkPrime'];
  expect(await letThrough('crypto', crypto, names)).toEqual([]);
  const { subtle } = globalThis.crypto;
  const all = functionsOf(Object.getPrototypeOf(subtle) as object);
  expect(all.length).toBeGreaterThan(10);
  const through = await letThrough('crypto.subtle', subtle, all);
  // Of later Nodes.
  expect(through.filter((name) => !/capsulate|getPublicKey|supports/.test(name))).toEqual([]);
});

test('what a process could start or send', async () => {
  const all = functionsOf(child).filter((name) => !name.startsWith('_'));
  expect(await letThrough('child_process', child, all)).toEqual([]);
  expect(await letThrough('Atomics', Atomics, ['waitAsync'])).toEqual([]);
  expect(await letThrough('process', process, ['kill', 'abort'])).toEqual([]);
  expect(await letThrough('dgram', dgram, ['createSocket'])).toEqual([]);
  expect(await letThrough('http2', http2, ['connect', 'createServer', 'createSecureServer'])).toEqual([]);
});

test('questions to name servers', async () => {
  const asks = ['resolve', 'resolve4', 'resolve6', 'resolveSrv', 'resolveTxt', 'reverse', 'lookupService'];
  expect(await letThrough('dns', dns, asks)).toEqual([]);
  expect(await letThrough('dns.promises', dns.promises, asks)).toEqual([]);
});

test.each([
  ['worker_threads', 'BroadcastChannel', threads],
  ['worker_threads', 'MessageChannel', threads],
  ['worker_threads', 'Worker', threads],
  ['globalThis', 'BroadcastChannel', globalThis],
  ['globalThis', 'MessageChannel', globalThis],
] as const)('%s.%s', async (where, name, on) => {
  const told: unknown[] = [];
  await run([
    tiny(() => {
      try {
        const Made = (on as unknown as Record<string, new (name: string) => object>)[name] as new (
          name: string,
        ) => object;
        told.push(new Made('eddy'));
      } catch (error) {
        told.push((error as { data: unknown }).data);
      }
    }),
  ]);
  expect(told).toEqual([expect.objectContaining({ api: `${where}.${name}` })]);
});
