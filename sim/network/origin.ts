/**
 * Whose code bytes come from, where a client library gathers what several tasks of its user send and writes it later, for all
 * of them at once: an adapter stamps each buffer as it is made.
 */
import type { Moment } from '../kernel/context.ts';

const origins = new WeakMap<Uint8Array, Moment>();

export function stamp(bytes: Uint8Array, moment: Moment): void {
  origins.set(bytes, moment);
}

export function originOf(bytes: Uint8Array): Moment | undefined {
  return origins.get(bytes);
}
