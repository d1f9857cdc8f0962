/**
 * Compression of batches, in the Sync form: it takes no time and no thread. Not modelled: snappy, lz4 and zstd, refused as a
 * broker without them would.
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Compression } from './types.ts';
import { Unreadable } from './unreadable.ts';

const CODEC_MASK = 0x07;
const NAMES = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
/** What a few bytes may swell to. */
const INFLATED_MAX_BYTES = 104_857_600;

/** @throws Unreadable */
export function compressionOf(attributes: number): Compression {
  const codec = attributes & CODEC_MASK;
  const name = NAMES[codec];
  if (name === 'none' || name === 'gzip') return name;
  if (name === undefined) throw new Unreadable('CORRUPT_MESSAGE', `there is no compression codec ${codec}`);
  throw new Unreadable('UNSUPPORTED_COMPRESSION_TYPE', `${name} is not understood here: use none or gzip`);
}

export function codecOf(compression: Compression): number {
  return NAMES.indexOf(compression);
}

/** @throws Unreadable */
export function inflate(compression: Compression, bytes: Buffer): Buffer {
  if (compression === 'none') return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: INFLATED_MAX_BYTES });
  } catch {
    throw new Unreadable('CORRUPT_MESSAGE', 'what is said to be gzip cannot be inflated');
  }
}

export function deflate(compression: Compression, bytes: Buffer): Buffer {
  return compression === 'none' ? bytes : gzipSync(bytes);
}
