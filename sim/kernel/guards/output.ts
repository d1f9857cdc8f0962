/**
 * Loggers write to the descriptors of standard output and error, past the streams. Inside a world that goes to the streams at once,
 * as `console.log` does, so that it never falls into the midst of what the command line prints.
 */
import fs from 'node:fs';
import { currentContext } from '../context.ts';
import type { Patch } from './install.ts';
import { uncontrolled } from './uses.ts';

type Call = (...args: unknown[]) => unknown;
type Done = (error: Error | null, ...rest: unknown[]) => void;

function streamOf(fd: unknown): NodeJS.WriteStream | undefined {
  if (fd === 1) return process.stdout;
  return fd === 2 ? process.stderr : undefined;
}

/** `(text, position?, encoding?)` or `(bytes, offset?, length?)`; `offset` may be an object of both. */
function bytesOf([given, second, third]: readonly unknown[]): Uint8Array {
  if (typeof given === 'string') return Buffer.from(given, typeof third === 'string' ? (third as 'utf8') : 'utf8');
  const { buffer, byteOffset, byteLength } = given as Uint8Array;
  const named = typeof second === 'object' && second !== null ? (second as { offset?: number; length?: number }) : {};
  const offset = typeof second === 'number' ? second : (named.offset ?? 0);
  const length = typeof third === 'number' ? third : (named.length ?? byteLength - offset);
  // The writer may use its buffer again.
  return Uint8Array.prototype.slice.call(new Uint8Array(buffer, byteOffset, byteLength), offset, offset + length);
}

export function outputPatches(): Patch[] {
  const real = { writeSync: fs.writeSync as Call, write: fs.write as Call, fsync: fs.fsync as Call };
  const writeSync = (fd: unknown, ...rest: unknown[]): unknown => {
    const stream = currentContext() && streamOf(fd);
    if (!stream) return real.writeSync(fd, ...rest);
    const bytes = bytesOf(rest);
    stream.write(bytes);
    return bytes.length;
  };
  const write = (fd: unknown, ...rest: unknown[]): unknown => {
    if (!currentContext()) return real.write(fd, ...rest);
    const stream = streamOf(fd);
    if (!stream) throw uncontrolled('fs.write', 'use the Sync form');
    const bytes = bytesOf(rest);
    stream.write(bytes);
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(() => (done as Done)(null, bytes.length, rest[0]));
    return undefined;
  };
  const fsync = (fd: unknown, done: Done): unknown => {
    if (!currentContext()) return real.fsync(fd, done);
    if (!streamOf(fd)) throw uncontrolled('fs.fsync', 'use the Sync form');
    queueMicrotask(() => done(null));
    return undefined;
  };
  return [
    { on: fs, name: 'writeSync', value: writeSync },
    { on: fs, name: 'write', value: write },
    { on: fs, name: 'fsync', value: fsync },
  ];
}
