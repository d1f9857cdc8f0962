/** What works on other threads or outside the process settles at a moment that no run can fix: it is refused, by name and place. */
import child from 'node:child_process';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import http2 from 'node:http2';
import threads from 'node:worker_threads';
import zlib from 'node:zlib';
import type { Patch } from './install.ts';
import { contextFor, uncontrolled } from './uses.ts';

const FILES = [
  'access',
  'appendFile',
  'chmod',
  'chown',
  'copyFile',
  'cp',
  'glob',
  'lchmod',
  'lchown',
  'link',
  'lstat',
  'lutimes',
  'mkdir',
  'mkdtemp',
  'mkdtempDisposable',
  'open',
  'opendir',
  'readdir',
  'readFile',
  'readlink',
  'realpath',
  'rename',
  'rm',
  'rmdir',
  'stat',
  'statfs',
  'symlink',
  'truncate',
  'unlink',
  'utimes',
  'watch',
  'writeFile',
];

const FILES_BY_CALLBACK = [
  ...FILES,
  'close',
  'createReadStream',
  'createWriteStream',
  'exists',
  'fstat',
  'ftruncate',
  'openAsBlob',
  'read',
  'watchFile',
];

const LOOKUPS = ['resolve', 'resolve4', 'resolve6', 'resolveSrv', 'resolveTxt', 'reverse', 'lookupService'];

const COMPRESSING_STREAMS = [
  'createDeflate',
  'createDeflateRaw',
  'createGzip',
  'createGunzip',
  'createInflate',
  'createInflateRaw',
  'createUnzip',
  'createBrotliCompress',
  'createBrotliDecompress',
  // Since Node 22.15.
  'createZstdCompress',
  'createZstdDecompress',
];

const SUBTLE = [
  'digest',
  'sign',
  'verify',
  'encrypt',
  'decrypt',
  'deriveBits',
  'deriveKey',
  'exportKey',
  'generateKey',
  'importKey',
  'unwrapKey',
  'wrapKey',
];

const PROCESSES = ['spawn', 'exec', 'execFile', 'fork', 'spawnSync', 'execSync', 'execFileSync'];

const SYNC_FILES = 'read it before the run, or with the Sync form';

type Refused = readonly [where: string, on: object, names: readonly string[], instead: string];

const FUNCTIONS: readonly Refused[] = [
  ['fs', fs, FILES_BY_CALLBACK, SYNC_FILES],
  ['fs.promises', fs.promises, FILES, SYNC_FILES],
  ['zlib', zlib, COMPRESSING_STREAMS, 'use the functions on whole buffers'],
  ['crypto', crypto, ['generateKey', 'generateKeyPair', 'generatePrime', 'checkPrime'], 'use the Sync form'],
  ['crypto.subtle', globalThis.crypto.subtle, SUBTLE, 'use the synchronous functions of node:crypto'],
  ['dgram', dgram, ['createSocket'], 'hosts of a run are reached by net.connect'],
  ['dns', dns, LOOKUPS, 'hosts of a run are found by dns.lookup'],
  ['dns.promises', dns.promises, LOOKUPS, 'hosts of a run are found by dns.lookup'],
  ['http2', http2, ['connect', 'createServer', 'createSecureServer'], 'hosts of a run speak HTTP/1.1'],
  ['fs.Dir', fs.Dir.prototype, ['read'], SYNC_FILES],
  ['child_process', child, PROCESSES, 'no process can be started inside a run: do it before, and keep what it says'],
  ['Atomics', Atomics, ['waitAsync'], 'wait for a promise of your own'],
  ['process', process, ['kill', 'abort'], 'a process of a run ends by process.exit, or by a fault of the plan'],
];

const CHANNELS = 'messages between ports come on turns of the real event loop; use an EventEmitter';

const CLASSES: readonly Refused[] = [
  ['worker_threads', threads, ['Worker'], 'hand in a function that does its work in the same thread'],
  ['worker_threads', threads, ['MessageChannel', 'BroadcastChannel'], CHANNELS],
  ['globalThis', globalThis, ['MessageChannel', 'BroadcastChannel'], CHANNELS],
];

type Callable = (...args: unknown[]) => unknown;

export function refusals(): Patch[] {
  const functions = FUNCTIONS.flatMap(([where, on, names, instead]) =>
    names.flatMap((name) => {
      const real = (on as Record<string, Callable | undefined>)[name];
      if (!real) return [];
      const value = function refusing(this: unknown, ...args: unknown[]): unknown {
        if (!contextFor('pool', `${where}.${name}`)) return Reflect.apply(real, this, args);
        throw uncontrolled(`${where}.${name}`, instead);
      };
      return [{ on, name, value: Object.assign(value, real) }];
    }),
  );
  const classes = CLASSES.flatMap(([where, on, names, instead]) =>
    names.map((name) => {
      const real = (on as Record<string, abstract new () => object>)[name] as abstract new () => object;
      const value = new Proxy(real, {
        construct(target, args, newTarget) {
          if (contextFor('pool', `${where}.${name}`)) throw uncontrolled(`${where}.${name}`, instead);
          return Reflect.construct(target, args, newTarget) as object;
        },
      });
      return { on, name, value };
    }),
  );
  return [...functions, ...classes];
}
