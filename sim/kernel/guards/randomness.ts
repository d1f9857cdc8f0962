/** Math.random and node:crypto's randomness, drawn from the run's key by (moment, n-th draw in it). */
import crypto from 'node:crypto';
import type { Context } from '../context.ts';
import { combine } from '../random.ts';
import type { Patch } from './install.ts';
import { filled } from './pools.ts';
import { contextFor } from './uses.ts';

const DRAWS = 'draws';

function drawUint32({ moment, world }: Context): number {
  const nth = (moment.counts.get(DRAWS) ?? 0) + 1;
  moment.counts.set(DRAWS, nth);
  return world.random.uint32(combine(moment.hash, nth));
}

function fill(context: Context, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += 4) {
    const word = drawUint32(context);
    for (let n = 0; n < 4 && at + n < bytes.length; n++) bytes[at + n] = (word >>> (8 * n)) & 0xff;
  }
}

function uuid(context: Context): string {
  const bytes = new Uint8Array(16);
  fill(context, bytes);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

type Done<T> = (error: Error | null, value: T) => void;

/** The synchronous form; with a callback it is called back on a microtask. */
function answer<T>(value: T, done: Done<T> | undefined): T | undefined {
  if (!done) return value;
  queueMicrotask(() => done(null, value));
  return undefined;
}

function fillPatches(): Patch[] {
  const real = crypto.randomFillSync as (...args: unknown[]) => unknown;
  const realFill = crypto.randomFill as (...args: unknown[]) => unknown;
  const fillSync = (buffer: ArrayBuffer | ArrayBufferView, offset = 0, size?: number): unknown => {
    const context = contextFor('draw', 'crypto.randomFillSync');
    if (ArrayBuffer.isView(buffer)) filled(buffer, context?.moment);
    if (!context) return real(buffer, offset, size);
    const [whole, from] = ArrayBuffer.isView(buffer) ? [buffer.buffer, buffer.byteOffset] : [buffer, 0];
    // Node counts offset and size in elements of a typed array, else in bytes.
    const width = (buffer as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    const left = buffer.byteLength - offset * width;
    fill(context, new Uint8Array(whole, from + offset * width, size === undefined ? left : size * width));
    return buffer;
  };
  const fillLater = (buffer: ArrayBuffer | ArrayBufferView, ...rest: unknown[]): unknown => {
    const done = rest.at(-1);
    if (typeof done !== 'function' || !contextFor('draw', 'crypto.randomFill')) return realFill(buffer, ...rest);
    return answer(fillSync(buffer, ...(rest.slice(0, -1) as number[])), done as Done<unknown>);
  };
  return [
    { on: crypto, name: 'randomFillSync', value: fillSync },
    { on: crypto, name: 'randomFill', value: fillLater },
  ];
}

export function randomPatches(): Patch[] {
  const web = globalThis.crypto;
  const real = {
    random: Math.random,
    uuid: crypto.randomUUID,
    bytes: crypto.randomBytes,
    int: crypto.randomInt,
    webUuid: web.randomUUID.bind(web),
    webValues: web.getRandomValues.bind(web),
  };
  const values = <T extends ArrayBufferView>(array: T): T => {
    const context = contextFor('draw', 'crypto.getRandomValues');
    filled(array, context?.moment);
    if (!context) return real.webValues(array as never) as never;
    fill(context, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return array;
  };
  const random = (): number => {
    const context = contextFor('draw', 'Math.random');
    return context ? drawUint32(context) / 0x1_0000_0000 : real.random();
  };
  const randomUUID = (o?: crypto.RandomUUIDOptions): string => {
    const context = contextFor('draw', 'crypto.randomUUID');
    return context ? uuid(context) : real.uuid(o);
  };
  const randomBytes = (size: number, done?: Done<Buffer>): Buffer | undefined => {
    const context = contextFor('draw', 'crypto.randomBytes');
    if (!context) return (real.bytes as (size: number, done?: unknown) => Buffer)(size, done);
    const bytes = Buffer.alloc(size);
    fill(context, bytes);
    return answer(bytes, done);
  };
  const randomInt = (...args: unknown[]): number | undefined => {
    const context = contextFor('draw', 'crypto.randomInt');
    if (!context) return (real.int as (...args: unknown[]) => number)(...args);
    const done = typeof args.at(-1) === 'function' ? (args.pop() as Done<number>) : undefined;
    const [min, max] = args.length > 1 ? [Number(args[0]), Number(args[1])] : [0, Number(args[0])];
    return answer(min + Math.floor((drawUint32(context) / 0x1_0000_0000) * (max - min)), done);
  };
  return [
    { on: Math, name: 'random', value: random },
    { on: crypto, name: 'randomUUID', value: randomUUID },
    { on: crypto, name: 'randomBytes', value: randomBytes },
    ...fillPatches(),
    { on: crypto, name: 'randomInt', value: randomInt },
    { on: crypto, name: 'getRandomValues', value: values },
    { on: web, name: 'randomUUID', value: randomUUID },
    { on: web, name: 'getRandomValues', value: values },
  ];
}
