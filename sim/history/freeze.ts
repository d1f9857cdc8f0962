import { EddyError } from '../errors.ts';
import { DEPTH_MAX } from '../json.ts';

/** Freezes plain data all the way down, in place, and gives it back. Data is a tree: what is frozen already is passed over. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}

/**
 * A frozen copy of a row, reply or other structured value. Plain data is copied by hand, which is many times faster than
 * the platform's clone; anything else goes through `structuredClone`.
 * @throws EddyError EDDY_PAYLOAD for what is nested without end, as what holds itself is
 */
export function frozenCopy<T>(value: T): T {
  return copyOf(value, 0) as T;
}

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) throw tooDeep();
  if (Array.isArray(value)) return Object.freeze(value.map((part) => copyOf(part, depth + 1)));
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    const clone: unknown = structuredClone(value);
    // Of an instance of a class the platform keeps the fields alone, which may hold it again.
    if (Object.getPrototypeOf(clone) === Object.prototype) return copyOf(clone, depth);
    // Bytes cannot be frozen.
    return ArrayBuffer.isView(clone) ? clone : Object.freeze(clone);
  }
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const part = copyOf((value as Record<string, unknown>)[key], depth + 1);
    if (key === '__proto__') Object.defineProperty(copy, key, { value: part, enumerable: true });
    else copy[key] = part;
  }
  return Object.freeze(copy);
}

/** A copy of frozen data that its owner may change, as a client hands it out. */
export function ownCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ownCopy) as T;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return structuredClone(value);
  const copy = { ...value } as Record<string, unknown>;
  for (const key of Object.keys(copy)) {
    const part = copy[key];
    if (typeof part === 'object' && part !== null) copy[key] = ownCopy(part);
  }
  return copy as T;
}

/**
 * A copy of a workload item for the code that sends it: plain data and the platform's own, never instances of classes.
 * @throws EddyError EDDY_PAYLOAD
 */
export function handedOut(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX) throw tooDeep();
  if (Array.isArray(value)) return value.map((part) => handedOut(part, depth + 1));
  if (value instanceof Date || value instanceof Map || value instanceof Set) return structuredClone(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy = Object.create(prototype) as object;
  for (const [key, part] of Object.entries(value)) {
    Object.defineProperty(copy, key, {
      value: handedOut(part, depth + 1),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  return copy;
}

function tooDeep(): EddyError {
  const sentence = `A payload is nested more than ${DEPTH_MAX} levels deep, or holds itself: hand over plain data`;
  return new EddyError('EDDY_PAYLOAD', sentence);
}
