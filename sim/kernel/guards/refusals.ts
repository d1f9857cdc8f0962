/** What works on other threads or outside the process settles at a moment that no run can fix: it is refused. */
import child from 'node:child_process';
import crypto from 'node:crypto';
import dns from 'node:dns';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import zlib from 'node:zlib';
import { EddyError } from '../../errors.ts';
import type { Patch } from './install.ts';
import { contextFor } from './uses.ts';

const FILES = [
  'readFile',
  'writeFile',
  'appendFile',
  'open',
  'stat',
  'readdir',
  'mkdir',
  'rm',
  'unlink',
  'rename',
  'access',
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
];

const REFUSED: readonly (readonly [where: string, on: object, names: readonly string[], instead: string])[] = [
  ['fs', fs, FILES, 'read it before the run, or with the Sync form'],
  ['fs.promises', fs.promises, FILES, 'read it before the run, or with the Sync form'],
  ['zlib', zlib, COMPRESSING_STREAMS, 'use the functions on whole buffers'],
  ['crypto', crypto, ['pbkdf2', 'scrypt', 'hkdf', 'generateKeyPair', 'randomFill'], 'use the Sync form'],
  [
    'crypto.subtle',
    globalThis.crypto.subtle,
    ['digest', 'sign', 'verify', 'encrypt', 'decrypt', 'deriveBits', 'deriveKey', 'generateKey', 'importKey'],
    'use the synchronous functions of node:crypto',
  ],
  ['globalThis', globalThis, ['fetch'], 'reach outside through external(...)'],
  ['net', net, ['createServer'], 'a component listens under its name'],
  ['dns', dns, LOOKUPS, 'hosts of a run are found by dns.lookup'],
  ['dns.promises', dns.promises, LOOKUPS, 'hosts of a run are found by dns.lookup'],
  ['http', http, ['request', 'get', 'createServer'], 'reach outside through external(...)'],
  ['https', https, ['request', 'get', 'createServer'], 'reach outside through external(...)'],
  ['child_process', child, ['spawn', 'exec', 'execFile', 'fork'], 'no process can be started inside a run'],
];

export function refusals(): Patch[] {
  return REFUSED.flatMap(([where, on, names, instead]) =>
    names.map((name) => {
      const real = (on as Record<string, (...args: unknown[]) => unknown>)[name];
      return {
        on,
        name,
        value: function refusing(this: unknown, ...args: unknown[]): unknown {
          if (!contextFor('pool', `${where}.${name}`)) return Reflect.apply(real as () => unknown, this, args);
          throw new EddyError(
            'EDDY_UNCONTROLLED',
            `${where}.${name} settles outside virtual time, so the run could not be repeated: ${instead}`,
            { api: `${where}.${name}` },
          );
        },
      };
    }),
  );
}
