/**
 * The words that fault sentences are made of: names, lineages, ordinals, durations. Each prints to text that reads back
 * as itself; a name that is not plain is quoted as JSON, so that any workload key (emoji, blanks, markup) can stand in
 * a sentence.
 */
const PLAIN = /^[\p{L}\p{N}_.$@+~-]+$/u;

/** `p1`, or `"p 1"` when the name holds anything that a sentence uses for itself. */
export function printName(name: string): string {
  return PLAIN.test(name) && !RESERVED.has(name) ? name : JSON.stringify(name);
}

/** A name that stands beside another with a dot between them: one that has a dot itself is quoted. */
export function printPart(name: string): string {
  return name.includes('.') ? JSON.stringify(name) : printName(name);
}

/** Words that stand in the grammar where a name could: such a name is quoted. */
const RESERVED = new Set([
  'before',
  'after',
  'between',
  'and',
  'until',
  'is',
  'fails',
  'takes',
  'to',
  'in',
  'from',
  'of',
]);

/** `Type#key`: the message of that type which the workload item `key` leads to. */
export function rootLineage(type: string, key: string): string {
  return `${printName(type)}#${printName(key)}`;
}

/** `parent/Type#n`: the n-th message of that type which handling `parent` leads to (n from 1). */
export function childLineage(parent: string, type: string, n: number): string {
  return `${parent}/${printName(type)}#${n}`;
}

/** The workload item that a lineage goes back to, as its root prints it: `p1` of `PaymentRequested#p1/Charged#1`. */
export function rootOf(lineage: string): string {
  const root = /^(?:"(?:[^"\\]|\\.)*"|[^"#/])+#((?:"(?:[^"\\]|\\.)*"|[^"/])+)/u.exec(lineage)?.[1] ?? lineage;
  return root.startsWith('"') ? String(JSON.parse(root)) : root;
}

const SHORT_MAX = 60;

/** A lineage as people read it; the middle of a long one is left out: `Order#o1/…/Charged#1`. */
export function inShort(lineage: string): string {
  const parts = lineage.match(/(?:"(?:[^"\\]|\\.)*"|[^"/])+/gu) ?? [];
  return lineage.length > SHORT_MAX && parts.length > 2 ? `${parts[0]}/…/${parts.at(-1)}` : lineage;
}

/** The type of the message that a lineage names: `Charged` of `PaymentRequested#p1/Charged#1`. */
export function typeOf(lineage: string): string {
  const last = /(?:^|\/)("(?:[^"\\]|\\.)*"|[^"#/]+)#(?:"(?:[^"\\]|\\.)*"|[^"#/])+$/u.exec(lineage)?.[1] ?? lineage;
  return last.startsWith('"') ? String(JSON.parse(last)) : last;
}

/** `1st`, `2nd`, `3rd`, `4th`, ... */
export function ordinal(n: number): string {
  const tens = n % 100;
  if (tens >= 11 && tens <= 13) return `${n}th`;
  return `${n}${({ 1: 'st', 2: 'nd', 3: 'rd' } as Record<number, string>)[n % 10] ?? 'th'}`;
}

/** The largest unit that keeps the number whole: `2 s`, `1500 ms`, `20 us`. */
export function printDuration(us: number): string {
  if (us % 1_000_000 === 0) return `${us / 1_000_000} s`;
  if (us % 1_000 === 0) return `${us / 1_000} ms`;
  return `${us} us`;
}

const UNIT_US: Readonly<Record<string, number>> = { s: 1_000_000, ms: 1_000, us: 1 };

/** Microseconds of a number and its unit, or undefined when either is not what it should be. */
export function durationUs(number: string, unit: string): number | undefined {
  const factor = UNIT_US[unit];
  if (factor === undefined || !/^\d{1,16}$/.test(number)) return undefined;
  const us = Number(number) * factor;
  return Number.isSafeInteger(us) ? us : undefined;
}
