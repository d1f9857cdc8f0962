/** The minimal events of a failure as a small time line: the faults, the evidence, what led to it, and what a struck handler did. */
import type { EntryResult, FailureResult } from '../../properties/runner/result.ts';
import { brief, visible } from './terminal-text.ts';
import { clip } from '../text.ts';

const LINE_MAX = 110;

export type Mark = 'fault' | 'evidence' | 'cause';

export interface TimelineLine {
  readonly mark: Mark;
  readonly text: string;
}

/** At most so many lines: evidence and faults first, then what caused the evidence, and what handlers did that a fault struck. */
export function timeline(failure: FailureResult, max: number): { lines: readonly TimelineLine[]; left: number } {
  const marks = marksOf(failure);
  const ranked = [...marks].toSorted(([a, markA], [b, markB]) => RANK[markA] - RANK[markB] || a - b);
  const kept = new Set(ranked.slice(0, max).map(([n]) => n));
  const lines = failure.history.flatMap((entry) => {
    const mark = marks.get(entry.n);
    return mark && kept.has(entry.n) ? [{ mark, text: entryText(entry) }] : [];
  });
  return { lines, left: marks.size - lines.length };
}

const RANK: Readonly<Record<Mark, number>> = { evidence: 0, fault: 1, cause: 2 };

function marksOf({ history, evidence }: FailureResult): ReadonlyMap<number, Mark> {
  const shown = new Set(evidence);
  const marks = new Map<number, Mark>();
  for (const entry of history) {
    if (shown.has(entry.n)) for (const cause of entry.causes) marks.set(cause, 'cause');
  }
  for (const n of struckHandlers(history)) marks.set(n, 'cause');
  for (const entry of history) {
    if (shown.has(entry.n)) marks.set(entry.n, 'evidence');
    else if (isFault(entry) || isLoss(entry)) marks.set(entry.n, 'fault');
  }
  const present = new Set(history.map(({ n }) => n));
  return new Map([...marks].filter(([n]) => present.has(n)));
}

/** Deliveries whose handlers a fault struck, and what these did: how far it had come is what matters. */
function struckHandlers(history: readonly EntryResult[]): readonly number[] {
  const deliveries = new Set(history.filter(({ kind }) => kind === 'delivered').map(({ n }) => n));
  const struck = new Set(
    history.flatMap(({ kind, causes }) => (kind === 'fault' ? causes : [])).filter((n) => deliveries.has(n)),
  );
  const did = history.filter(({ kind, causes }) => kind !== 'fault' && struck.has(causes[0] ?? -1));
  return [...struck, ...did.map(({ n }) => n)];
}

const STRUCK: ReadonlySet<string> = new Set(['fault', 'crashed', 'outage', 'stopping', 'stopped']);

export function isFault({ kind }: EntryResult): boolean {
  return STRUCK.has(kind);
}

/** A broker dropped a message that no configuration declares lost: nobody was told. */
function isLoss({ kind, data }: EntryResult): boolean {
  return kind === 'dropped' && (data as Told | null)?.about?.declared === false;
}

/** `   12.443 ms  billing/0  delivered PaymentRequested#p1 (mq.payments)` */
export function entryText({ timeUs, process, kind, data }: EntryResult, max = LINE_MAX): string {
  const time = `${(timeUs / 1000).toFixed(3)} ms`.padStart(14);
  return clip(`${time}  ${visible(process).padEnd(12)}  ${visible(kind)} ${about(data)}`, max);
}

interface Told {
  readonly component?: unknown;
  readonly channels?: unknown;
  readonly value?: unknown;
  readonly sentence?: unknown;
  readonly about?: {
    readonly lineage?: unknown;
    readonly nth?: unknown;
    readonly redelivered?: unknown;
    readonly reason?: unknown;
    readonly declared?: unknown;
  };
}

function about(data: unknown): string {
  if (typeof data !== 'object' || data === null) return brief(data, LINE_MAX);
  const { component, channels, value, sentence, about: more } = data as Told;
  if (typeof sentence === 'string') return visible(sentence);
  if (typeof component !== 'string' || value === undefined) return brief(data, LINE_MAX);
  const where = [component, ...(Array.isArray(channels) ? [channels.join(',')] : [])].join('.');
  const what = typeof more?.lineage === 'string' ? visible(more.lineage) : brief(value, LINE_MAX);
  const nth = typeof more?.nth === 'number' ? `, no. ${more.nth}` : '';
  const again = more?.redelivered === true ? ', redelivered' : '';
  const why = typeof more?.reason === 'string' ? `, ${visible(more.reason)}` : '';
  return `${visible(where)}: ${what}${nth}${again}${why}`;
}
