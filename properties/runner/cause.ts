/**
 * Why a run was likely not the same again: from what was seen of it, else from how the two histories differ. It is a guess,
 * and says so; where and what differs is a fact.
 */
import type { Evidence } from './evidence.ts';
import type { EntryResult } from './result.ts';

export type Cause = 'clock' | 'draw' | 'timer' | 'order' | 'state' | 'promise' | 'pool';

const SENTENCES: Readonly<Record<Cause, string>> = {
  clock: 'a wall clock was read, which the world does not answer for: use Date inside the handler, or hand the time in',
  draw: 'something was drawn without the seed: use Math.random or node:crypto inside the handler, not what was kept of them before',
  timer:
    'a real timer was set: use setTimeout inside the handler, not what was kept of it before, or an RxJS timer on virtualTime',
  order: 'the same came in another order: something was gone through that has no fixed one, so sort it first',
  state: 'state was kept between runs in a module: make it in the start function, which every process calls anew',
  promise:
    'a promise was waited for that the world does not settle, and code of an earlier run went on late: await what you begin',
  pool: 'something was asked of a thread or the system, whose answer comes at no fixed moment: do it before the run, or with the Sync form',
};

export interface Difference {
  readonly first: readonly EntryResult[];
  readonly second: readonly EntryResult[];
  /** The number of the first entry that differs. */
  readonly at: number;
  /** When the runs were made, in milliseconds since 1970. */
  readonly nowMs: number;
}

/** The likely cause, and the sentence that says it. */
export function causeOf(difference: Difference, evidence: Evidence): { cause: Cause; says: string } {
  const cause = seen(evidence) ?? shown(difference) ?? (evidence.leaked.count > 0 ? 'promise' : 'state');
  const place = evidence.uses.find(({ of, at }) => of === cause && isOfUser(at));
  const late = evidence.leaked;
  const more =
    place !== undefined
      ? ` (${place.api} at ${place.at})`
      : cause === 'promise'
        ? ` (${late.count} late calls: ${late.calls.join('; ')})`
        : '';
  return { cause, says: `${SENTENCES[cause]}${more}` };
}

/** What code inside the world was seen to do. */
function seen({ uses, opened }: Evidence): Cause | undefined {
  if (opened.includes('Timeout')) return 'timer';
  if (opened.length > 0) return 'pool';
  return uses.find(({ at }) => isOfUser(at))?.of;
}

/** Others in the process (a test runner) may ask for the time, too. */
function isOfUser(at: string | undefined): boolean {
  return at !== undefined && !/node_modules|node:/.test(at);
}

/** What the first entries that differ show. */
function shown({ first, second, at, nowMs }: Difference): Cause | undefined {
  const [one, other] = [first[at], second[at]];
  if (!one || !other) return undefined;
  if (isPermuted(tail(first, at), tail(second, at))) return 'order';
  if (one.kind !== other.kind || one.process !== other.process) return undefined;
  const leaves = differing(one.data, other.data);
  if (leaves.some(([a, b]) => isNear(a, nowMs) && isNear(b, nowMs))) return 'clock';
  if (leaves.some(([a, b]) => isDrawn(a) && isDrawn(b))) return 'draw';
  return leaves.some(([a, b]) => Array.isArray(a) && Array.isArray(b) && isPermuted(a.map(text), b.map(text)))
    ? 'order'
    : undefined;
}

const TAIL = 40;

function tail(entries: readonly EntryResult[], at: number): string[] {
  return entries.slice(at, at + TAIL).map(({ process, kind, data }) => text([process, kind, data]));
}

function isPermuted(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 1 && text(a) !== text(b) && text(a.toSorted(byText)) === text(b.toSorted(byText));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

/** The pairs of values that differ, texts word by word; lists of equal length but other order count as one. */
function differing(a: unknown, b: unknown): (readonly [unknown, unknown])[] {
  if (text(a) === text(b)) return [];
  if (typeof a === 'string' && typeof b === 'string' && a.includes(' ')) return differing(a.split(' '), b.split(' '));
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return [[a, b]];
  if (Array.isArray(a) && Array.isArray(b) && isPermuted(a.map(text), b.map(text))) return [[a, b]];
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return Object.keys(one).flatMap((key) => differing(one[key], other[key]));
}

const DAY_MS = 86_400_000;

/** A time of the real present; virtual time begins on a day of its own. */
function isNear(value: unknown, nowMs: number): boolean {
  const ms =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
        ? Date.parse(value)
        : typeof value === 'string' && /^\d{13}$/.test(value)
          ? Number(value)
          : Number.NaN;
  return Math.abs(ms - nowMs) < DAY_MS;
}

/** A fraction with many digits, a UUID, or a long hexadecimal number. */
function isDrawn(value: unknown): boolean {
  if (typeof value === 'number') return value > 0 && value < 1 && String(value).length > 8;
  return typeof value === 'string' && /^(0\.\d{6,}|[\da-f]{8}-[\da-f]{4}-[\da-f-]{22}|[\da-f]{16,})$/.test(value);
}
