/**
 * Hashes of values, for the digest and for comparing what was read: 32-bit, the same on every engine. Numbers hash by
 * their bits, texts by their UTF-16 units, objects by their own entries in the order in which the code made them.
 */
import { combine, hashText } from '../kernel/random.ts';

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);
const known = new WeakMap<object, number>();

/** Hash of any value made of plain data; functions and symbols count as their kind. */
export function hashValue(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return hashText(value);
    case 'number':
      bits[0] = value;
      return combine(words[0] as number, words[1] as number);
    case 'boolean':
      return value ? 0x9e37 : 0x79b9;
    case 'bigint':
      return combine(11, hashText(value.toString()));
    case 'object':
      return value === null ? 0x51ed : hashObject(value);
    default:
      return hashText(typeof value);
  }
}

function hashObject(value: object): number {
  const frozen = Object.isFrozen(value);
  const before = frozen ? known.get(value) : undefined;
  if (before !== undefined) return before;
  const hash = value instanceof Date ? combine(13, hashValue(value.getTime())) : hashEntries(value);
  if (frozen) known.set(value, hash);
  return hash;
}

function hashEntries(value: object): number {
  let hash = Array.isArray(value) ? 17 : 19;
  for (const key of Object.keys(value)) {
    hash = combine(combine(hash, hashText(key)), hashValue((value as Record<string, unknown>)[key]));
  }
  return hash;
}
