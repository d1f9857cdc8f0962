/**
 * Options by their names. The compiler knows them all; whoever runs a file without asking it is told here, since an option
 * that nobody reads makes another system than the one that was meant.
 */
import { EddyError } from './errors.ts';
import { distance, nearest } from './nearest.ts';

/** Every name that the type has, so that none is forgotten where it grows. */
export type Names<T> = Readonly<Record<keyof T, true>>;

/** What is wrong with the names of what was given; nothing if all are known. @param of what they are options of */
export function unknownOption(of: string, given: object, names: object): string | undefined {
  const slip = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (slip === undefined) return undefined;
  return `${of} knows no \`${slip}\`; the nearest that it knows is \`${nearest(slip, Object.keys(names))}\``;
}

/** As `unknownOption`, where other names may be there for the user's own ends: only those that come near a known one are wrong. */
export function slippedOption(of: string, given: object, names: object): string | undefined {
  const known = Object.keys(names);
  const slips = Object.keys(given).filter((name) => !known.includes(name) && isSlip(name, known));
  return unknownOption(of, Object.fromEntries(slips.map((name) => [name, true])), names);
}

function isSlip(name: string, known: readonly string[]): boolean {
  // A letter in three may be wrong, one in any case.
  return known.some((each) => distance(name.toLowerCase(), each.toLowerCase()) <= Math.max(1, each.length / 3));
}

/** @throws EddyError EDDY_CONFIG for a name that comes near a known one, where the type of what is given is the user's own */
export function checkSlips<T>(of: string, given: T, names: Names<T>): void {
  if (typeof given !== 'object' || given === null) return;
  const says = slippedOption(of, given, names);
  if (says !== undefined) throw new EddyError('EDDY_CONFIG', says);
}

/** @throws EddyError EDDY_CONFIG for the first option that is not known */
export function checkOptions<T>(of: string, given: T | undefined, names: Names<T>): void {
  if (typeof given !== 'object' || given === null) return;
  const says = unknownOption(of, given, names);
  if (says !== undefined) throw new EddyError('EDDY_CONFIG', says);
}
