/**
 * Keyed randomness. The seed becomes the run's key once; every draw is an integer hash of (key, address). No stream
 * is shared, so a draw that some other code adds or leaves out shifts nothing.
 */
import seedrandom from 'seedrandom';

/** A 32-bit hash of a text (FNV-1a, then mixed); addresses are hashed once and combined as integers. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h);
}

/** Combines two 32-bit hashes; order matters. */
export function combine(a: number, b: number): number {
  return mix(Math.imul(a, 0x9e3779b1) ^ b);
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

export class KeyedRandom {
  readonly #key: number;

  /** @param seed any integer; equal seeds give equal draws in every process and on every engine. */
  constructor(seed: number) {
    this.#key = seedrandom.alea(`eddy:${seed}`).int32() >>> 0;
  }

  /** A 32-bit integer for this address (itself a hash). */
  uint32(address: number): number {
    return combine(this.#key, address);
  }

  /** A number in [0, 1). */
  unit(address: number): number {
    return this.uint32(address) / 0x1_0000_0000;
  }

  /** A whole number in [min, max], both included. */
  between(address: number, min: number, max: number): number {
    return min + Math.floor(this.unit(address) * (max - min + 1));
  }
}
