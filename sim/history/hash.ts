/**
 * Hashes of values, for the digest and for comparing what was read: 32-bit, the same on every engine. Numbers hash by
 * their bits, texts by their UTF-16 units, objects by their own entries in the order in which the code made them.
 */
import { combine, hashText } from '../kernel/random.ts';

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

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
  if (value instanceof Date) return combine(13, hashValue(value.getTime()));
  if (Array.isArray(value)) {
    let hash = 17;
    for (let n = 0; n < value.length; n++) hash = combine(combine(hash, hashText(String(n))), hashValue(value[n]));
    return hash;
  }
  let hash = 19;
  for (const key of Object.keys(value)) {
    hash = withEntry(hash, key, hashValue((value as Record<string, unknown>)[key]));
  }
  return hash;
}

function withEntry(hash: number, key: string, value: number): number {
  return combine(combine(hash, hashText(key)), value);
}

/** The hashes of one run: frozen values that come again and again (a message is published, delivered, acked) are kept. */
export class Hashes {
  readonly #known = new Map<object, number>();

  /** Values are hashed anew from here on. */
  forget(): void {
    this.#known.clear();
  }

  /** As `hashValue`. */
  of(value: unknown): number {
    if (typeof value !== 'object' || value === null) return hashValue(value);
    const before = this.#known.get(value);
    if (before !== undefined) return before;
    const hash = hashObject(value);
    if (Object.isFrozen(value)) this.#known.set(value, hash);
    return hash;
  }

  /** The data of an entry; what stands under `value` is kept for the next time. */
  ofData(data: unknown): number {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return hashValue(data);
    let hash = 19;
    for (const key of Object.keys(data)) {
      const part = (data as Record<string, unknown>)[key];
      hash = withEntry(hash, key, key === 'value' ? this.of(part) : hashValue(part));
    }
    return hash;
  }
}
