/**
 * Whether a queue or exchange that is declared again is the one that is there. Source: rabbit_misc.erl
 * (`assert_field_equivalence`, `assert_args_equivalence`), whose words the refusals are.
 */
import type { EddyError } from '../../../errors.ts';
import { refusal } from '../refusal.ts';
import { type Field, isInteger, type Table } from './table.ts';

/** @throws EddyError EDDY_PRECONDITION_FAILED */
export function assertSame(property: string, what: string, received: unknown, current: unknown): void {
  if (received !== current) throw inequivalent(property, what, `'${String(received)}'`, `'${String(current)}'`);
}

/**
 * Compares those of the arguments that are named.
 * @throws EddyError EDDY_PRECONDITION_FAILED
 */
export function assertSameArguments(names: readonly string[], what: string, received: Table, current: Table): void {
  for (const name of names) {
    const [theirs, ours] = [received[name], current[name]];
    if (isSame(theirs, ours)) continue;
    if (name === 'x-queue-type' && isClassic(theirs) && isClassic(ours)) continue;
    if (theirs && ours) throw inequivalent(name, what, `'${text(theirs)}'`, `'${text(ours)}'`);
    throw inequivalent(name, what, inWords(theirs), inWords(ours));
  }
}

function isSame(a: Field | undefined, b: Field | undefined): boolean {
  if (!a || !b) return a === b;
  const isSameType = a.type === b.type || (isInteger(a) && isInteger(b));
  return isSameType && text(a) === text(b);
}

/** A queue about which nothing is said is a classic one. */
const isClassic = (field: Field | undefined): boolean => field === undefined || field.value === 'classic';

const text = ({ value }: Field): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

const inWords = (field: Field | undefined): string =>
  field ? `the value '${text(field)}' of type '${field.type}'` : 'none';

function inequivalent(property: string, what: string, received: string, current: string): EddyError {
  return refusal(
    'PRECONDITION_FAILED',
    `inequivalent arg '${property}' for ${what}: received ${received} but current is ${current}`,
  );
}
