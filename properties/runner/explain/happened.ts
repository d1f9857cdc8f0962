/**
 * What happened, in one sentence made from the failing run's history: the evidence, the faults that struck, what stood right
 * beside them, in their order; where the violation is a lack, what the passing twin has more.
 */
import { parseFault } from '../../../sim/faults/parse.ts';
import { ordinal } from '../../../sim/faults/words.ts';
import type { Entry } from '../../../sim/history/history.ts';
import { duration } from '../../duration.ts';
import { clauseOf, clauseOfOne, HANDED } from './entry-clause.ts';
import { faultClause } from './fault-clause.ts';
import { lacking } from './lacking.ts';
import { salientEntries, toldFaults } from './salient.ts';
import { actorOf, itemOf, placeOf, rootOf, serviceOf, subjectOf, textOf, toldBy } from './told.ts';

interface Clause {
  /** Absent when the text holds its subject. */
  readonly actor?: string;
  readonly text: string;
  /** What stands behind the time. */
  readonly rest?: string;
  readonly timeUs?: number;
  /** What it was done for. */
  readonly cause?: Entry | undefined;
}

/**
 * @param twin the entries of the passing twin, where there is one
 * @param awaitsEnd the property asks for an end: what it shows lacks one, and where no fault is to blame no twin tells that
 */
export function happenedIn(
  entries: readonly Entry[],
  evidence: readonly Entry[],
  twin?: readonly Entry[],
  awaitsEnd = false,
): string {
  // What shows twice is one too many; the violation is no lack. (Two versions that run side by side have both started.)
  const shown = evidence.flatMap(({ kind }) => (kind === 'started' ? [] : kind));
  const showsOnce = new Set(shown).size === shown.length;
  const lack = showsOnce && twin ? lacking(entries, twin) : '';
  const isLack = lack !== '' || (showsOnce && !twin && awaitsEnd);
  const clauses = salientEntries(entries, evidence, isLack).map((entry, at, all) =>
    entry.kind === 'fault' ? struck(entries, entry) : did(entries, entry, all.slice(0, at)),
  );
  const before = entries.filter(({ kind }) => kind === 'fault').length - toldFaults(entries).length;
  const left =
    before === 0 ? '' : `${before} ${before === 1 ? 'fault' : 'faults'} more struck before the first of these`;
  const lacks = lack === '' ? '' : `missing against the passing twin: ${lack}`;
  return [joined(clauses), left, lacks].filter(Boolean).join('; ');
}

const MANY = 4;

function did(entries: readonly Entry[], entry: Entry, before: readonly Entry[]): Clause {
  const text = clauseOf(entry);
  const isAgain = (other: Entry): boolean =>
    other.kind === entry.kind && clauseOf(other) === text && itemOf(entries, other) === itemOf(entries, entry);
  const again = placeOf(entry) !== '' && before.some(isAgain) ? ' again' : '';
  const cause = entries[entry.causes[0] ?? -1];
  return {
    actor: actorOf(entry),
    text: `${text}${again}`,
    rest: before.some((other) => isSame(other, entry)) ? '' : often(entries, entry),
    timeUs: entry.timeUs,
    cause: cause && HANDED.has(cause.kind) && !NAMED.has(entry.kind) ? cause : undefined,
  };
}

/** Which of many times it is, unless its clause says so. */
function often(entries: readonly Entry[], entry: Entry): string {
  const times = entries.filter((other) => isSame(other, entry));
  if (times.length < MANY || placeOf(entry) === '' || clauseOf(entry) !== clauseOfOne(entry)) return '';
  const at = times.indexOf(entry);
  const which = at === 0 ? 'first' : at === times.length - 1 ? 'last' : ordinal(at + 1);
  return `, the ${which} of ${times.length} times`;
}

/** The same again, whichever instance did it; messages of one type that are made anew for one item are the same, too. */
function isSame(one: Entry, other: Entry): boolean {
  if (one.kind !== other.kind || placeOf(one) !== placeOf(other) || serviceOf(one) !== serviceOf(other)) return false;
  if (clauseOfOne(one) === clauseOfOne(other)) return true;
  return MESSAGES.has(one.kind) && rootOf(one) === rootOf(other) && typeOf(one) === typeOf(other);
}

const MESSAGES: ReadonlySet<string> = new Set(['published', 'delivered']);

function typeOf(entry: Entry): string {
  return textOf(toldBy(entry).value['type']);
}

/** Their clauses name the message already. */
const NAMED: ReadonlySet<string> = new Set(['acked', 'nacked', 'settledLate', 'delivered', 'observed']);

function struck(entries: readonly Entry[], entry: Entry): Clause {
  const sentence = textOf(toldBy(entry).all['sentence']);
  const fault = parseFault(sentence);
  const { by, text, rest = '', hasTime } = faultClause(fault);
  const settled = fault.kind === 'crash' && !/\back\b/.test(rest) ? settling(entries, entry) : '';
  return {
    ...(by === 'process' ? { actor: actorOf(entry) } : {}),
    text,
    rest: `${rest}${settled}`,
    ...(hasTime === true ? {} : { timeUs: entry.timeUs }),
  };
}

/** Whether the message in hand had been settled when the process died. */
function settling(entries: readonly Entry[], { n, causes, process }: Entry): string {
  const [cause] = causes;
  const delivered = cause === undefined ? undefined : entries[cause];
  if (delivered?.kind !== 'delivered') return '';
  // In a log nothing is acked.
  const { component } = toldBy(delivered);
  if (!entries.some((entry) => entry.kind === 'acked' && toldBy(entry).component === component)) return '';
  const acked = entries
    .slice(cause, n)
    .some((entry) => entry.kind === 'acked' && entry.process === process && entry.causes[0] === cause);
  return acked ? ', its ack sent' : ', before its ack';
}

function joined(clauses: readonly Clause[]): string {
  let actor: string | undefined;
  let time = '';
  let subject = '';
  let handed: Entry | undefined;
  const parts = clauses.map((clause) => {
    const who = clause.actor !== undefined && clause.actor !== actor ? `${clause.actor} ` : '';
    ({ actor } = clause);
    const at = clause.timeUs === undefined ? '' : clause.timeUs === 0 ? 'the start' : duration(clause.timeUs);
    const when = at === '' || at === time ? '' : ` at ${at}`;
    time = at;
    const { cause } = clause;
    const whose = cause ? subjectOf(cause) : subject;
    const whom = whose !== subject ? ` for ${whose}` : cause && handed && cause !== handed ? anew(cause) : '';
    subject = whose;
    handed = cause ?? handed;
    return `${who}${clause.text}${whom}${when}${clause.rest ?? ''}`;
  });
  const last = parts.pop() ?? '';
  return parts.length === 0 ? last : `${parts.join(', ')}, and ${last}`;
}

/** The same message in another delivery. */
function anew(cause: Entry): string {
  return toldBy(cause).about['redelivered'] === true ? ' after the redelivery' : ' from another delivery of it';
}
