/**
 * What zlib and crypto do on other threads is done at once inside a world, by its Sync form, and called back on a microtask: the
 * bytes are the same, and no thread decides when. Streams (`createGzip`) stay refused. WebAssembly is compiled at once, too.
 */
import crypto from 'node:crypto';
import zlib from 'node:zlib';
import type { Patch } from './install.ts';
import { contextFor } from './uses.ts';

const COMPRESSING = [
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

const DERIVING = ['pbkdf2', 'scrypt', 'hkdf'];

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

function atOnce(where: string, on: object, names: readonly string[]): Patch[] {
  const functions = on as Readonly<Record<string, Call | undefined>>;
  return names.flatMap((name) => {
    const [real, sync] = [functions[name], functions[`${name}Sync`]];
    if (!real || !sync) return [];
    const value = (...args: unknown[]): unknown => {
      const done = args.at(-1);
      // Node's own error says what is missing.
      if (typeof done !== 'function' || !contextFor('pool', `${where}.${name}`)) return real(...args);
      return answer(sync, args.slice(0, -1), done as Done);
    };
    return [{ on, name, value }];
  });
}

/** `sign` and `verify` are their own Sync forms when they are given no callback. */
function signingPatches(): Patch[] {
  return (['sign', 'verify'] as const).map((name): Patch => {
    const real = crypto[name] as Call;
    const value = (...args: unknown[]): unknown => {
      const done = args.at(-1);
      if (typeof done !== 'function' || !contextFor('pool', `crypto.${name}`)) return real(...args);
      return answer(real, args.slice(0, -1), done as Done);
    };
    return { on: crypto, name, value };
  });
}

/** `compile` and `instantiate`; a module instead of bytes is instantiated at once by Node, too. */
function assemblyPatches(): Patch[] {
  const { compile, instantiate } = WebAssembly;
  const compiling = async (bytes: BufferSource): Promise<WebAssembly.Module> =>
    contextFor('pool', 'WebAssembly.compile') ? new WebAssembly.Module(bytes) : compile(bytes);
  const instantiating = async (given: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const isModule = given instanceof WebAssembly.Module;
    if (isModule || !contextFor('pool', 'WebAssembly.instantiate')) return instantiate(given as BufferSource, imports);
    const module = new WebAssembly.Module(given);
    return { module, instance: new WebAssembly.Instance(module, imports) };
  };
  return [
    { on: WebAssembly, name: 'compile', value: compiling },
    { on: WebAssembly, name: 'instantiate', value: instantiating },
  ];
}

export function atOncePatches(): Patch[] {
  return [
    ...atOnce('zlib', zlib, COMPRESSING),
    ...atOnce('crypto', crypto, DERIVING),
    ...signingPatches(),
    ...assemblyPatches(),
  ];
}
