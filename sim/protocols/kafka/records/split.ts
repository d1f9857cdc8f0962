/** All formats begin with an offset and a size, so that a set of them can be cut before it is read. */
import { Unreadable } from './unreadable.ts';

const SIZE_AT = 8;
const SIZE_END = 12;
/** A message without key and value; a batch is longer. */
const LEAST_BYTES = 14;
const MAGIC_AT = 16;

/** @throws Unreadable */
export function splitEntries(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at;
    if (left < SIZE_END) throw new Unreadable('CORRUPT_MESSAGE', `${left} bytes are left where a batch should begin`);
    const size = bytes.readInt32BE(at + SIZE_AT);
    if (size < LEAST_BYTES || size > left - SIZE_END)
      throw new Unreadable('CORRUPT_MESSAGE', `a batch is said to be ${size} bytes long; ${left - SIZE_END} are there`);
    entries.push(bytes.subarray(at, at + SIZE_END + size));
    at += SIZE_END + size;
  }
  return entries;
}

/** Where the format of an entry is told: the same place in all of them. */
export function magicOf(entry: Buffer): number {
  return entry.readInt8(MAGIC_AT);
}
