/**
 * What zlib does on other threads is done at once inside a world, by its Sync form, and called back on a microtask: the bytes
 * are the same, and no thread decides when. Streams (`createGzip`) stay refused.
 */
import zlib from 'node:zlib';
import type { Patch } from './install.ts';
import { contextFor } from './uses.ts';

const NAMES = [
  'deflate',
  'deflateRaw',
  'gzip',
  'gunzip',
  'inflate',
  'inflateRaw',
  'unzip',
  'brotliCompress',
  'brotliDecompress',
  // Since Node 22.15.
  'zstdCompress',
  'zstdDecompress',
];

type Call = (...args: unknown[]) => unknown;
type Done = (error: Error | null, result?: unknown) => void;

/** Wrong arguments are thrown, as Node does, and what is wrong with the bytes goes to the callback. */
function isOfArguments(error: unknown): boolean {
  return /^ERR_(INVALID|OUT_OF_RANGE)/.test(String((error as NodeJS.ErrnoException).code));
}

function answer(sync: Call, args: readonly unknown[], done: Done): void {
  let call: () => void;
  try {
    const result = sync(...args);
    call = () => done(null, result);
  } catch (error) {
    if (isOfArguments(error)) throw error;
    call = () => done(error as Error);
  }
  queueMicrotask(call);
}

export function compressionPatches(): Patch[] {
  const functions = zlib as unknown as Readonly<Record<string, Call | undefined>>;
  return NAMES.flatMap((name) => {
    const [real, sync] = [functions[name], functions[`${name}Sync`]];
    if (!real || !sync) return [];
    const value = (...args: unknown[]): unknown => {
      const done = args.at(-1);
      // Node's own error says what is missing.
      if (typeof done !== 'function' || !contextFor('pool', `zlib.${name}`)) return real(...args);
      return answer(sync, args.slice(0, -1), done as Done);
    };
    return [{ on: zlib, name, value }];
  });
}
