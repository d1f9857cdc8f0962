/**
 * Races: holds that reverse two operations of different cause that touch the same row, queue or call, and that nothing
 * orders. Trying them finds what luck would have to wait for.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { OperationSite, SiteRecord } from '../../sim/faults/site.ts';

/** Beyond this many pairs for one row the rest says nothing new. */
const PAIRS_PER_TOUCH = 200;
/** So many operations on one row are looked at, and of each so many behind it: what goes round and round has thousands. */
const TOUCHES_MAX = 300;
const APART_MAX = 40;

export interface Race {
  readonly fault: FaultData;
  /** The two operations, whatever messages they are about. */
  readonly class: string;
  /** What both touch. */
  readonly touch: string;
  /** Lower is tried earlier: what comes too late for another says most where it shows at once. */
  readonly rank: number;
  /** Messages on the way from one operation to the other, by the last that led to both, or by the outside where none did. */
  readonly apart: number;
}

/** Holds of the earlier operation until after the later one, for each pair that touches the same. */
export function racesOf(sites: readonly SiteRecord[]): Race[] {
  const touching = new Map<string, Toucher[]>();
  const publishers = new Set<string>();
  for (const site of sites) {
    if (site.what !== 'operation') continue;
    const { class: of, printed, touches } = site;
    const toucher: Toucher = { site, named: nameOf(site), steps: stepsTo(site), hasTold: publishers.has(printed) };
    if (of === 'publish' || of === 'call') publishers.add(printed);
    if (of === 'ack' || !mayRace(site)) continue;
    for (const touch of touches.split(' ')) {
      if (touch === '') continue;
      const list = touching.get(touch);
      if (!list) touching.set(touch, [toucher]);
      else if (list.length < TOUCHES_MAX) list.push(toucher);
    }
  }
  return [...touching].flatMap(([touch, list]) => pairsOf(touch, list));
}

/** An operation that may race. */
interface Toucher {
  readonly site: OperationSite;
  readonly named: string;
  /** The messages on the way to it. */
  readonly steps: readonly string[];
  /** Whether others may act on what its moment has sent before. */
  readonly hasTold: boolean;
}

/** The statements of a poll say nothing new each time; what it sends may be on its way together. */
function mayRace({ moment, class: of }: OperationSite): boolean {
  return moment.at !== 'work' || of === 'publish' || of === 'call';
}

/** Those nearest to each other first: they are the easiest to reverse. */
function pairsOf(touch: string, list: readonly Toucher[]): Race[] {
  const found: Race[] = [];
  for (let apart = 1; apart < Math.min(list.length, APART_MAX); apart++) {
    for (let n = 0; n + apart < list.length; n++) {
      const [first, second] = [list[n] as Toucher, list[n + apart] as Toucher];
      if (isOrdered(first, second)) continue;
      const of = `${first.named} until ${second.named}`;
      found.push({
        fault: holding(first.site, second.site),
        class: of,
        touch,
        rank: rankOf(first.site, second.site),
        apart: stepsBetween(first.steps, second.steps),
      });
      if (found.length === PAIRS_PER_TOUCH) return found;
    }
  }
  return found;
}

/**
 * Two reads are in no order that matters; one handler does one thing after the other, and what follows from what it sends
 * comes after that; but what a service does on its own may be done by two of its processes.
 */
function isOrdered({ site: first, hasTold }: Toucher, { site: second }: Toucher): boolean {
  if (isRead(first) && isRead(second)) return true;
  if (second.printed === first.printed) return first.moment.at !== 'work';
  if (hasTold || !('lineage' in first.moment) || !('lineage' in second.moment)) return false;
  return comesFrom(second.moment.lineage, first.moment.lineage);
}

function comesFrom(lineage: string, other: string): boolean {
  return lineage[other.length] === '/' && lineage.startsWith(other);
}

function stepsBetween(one: readonly string[], other: readonly string[]): number {
  let shared = 0;
  while (shared < one.length && one[shared] === other[shared]) shared++;
  return one.length + other.length - 2 * shared;
}

function stepsTo({ moment }: OperationSite): readonly string[] {
  return 'lineage' in moment ? moment.lineage.split('/') : [];
}

function nameOf({ moment, operation }: OperationSite): string {
  const types = 'lineage' in moment ? typesOf(moment.lineage) : '';
  return `${moment.at} ${types} ${'service' in moment ? moment.service : ''} ${operation.phrase}`;
}

/** Conversations have few steps. */
const STEPS_MAX = 16;

/** The types on the way to a message: which step of a conversation it is of may be what matters. */
function typesOf(lineage: string): string {
  const types: string[] = [];
  for (let end = lineage.length; end > 0 && types.length < STEPS_MAX; ) {
    const begin = lineage.lastIndexOf('/', end - 1);
    const step = lineage.slice(begin + 1, end);
    types.unshift(step.slice(0, step.indexOf('#')));
    end = begin;
  }
  return types.join('/');
}

/** What is read just before it changes says most; what a transaction writes shows when it commits; two messages come to one place seldom. */
function rankOf({ class: of }: OperationSite, second: OperationSite): number {
  if (of === 'publish') return 2;
  return (of === 'statement' ? 1 : 0) + (isRead(second) ? 0 : 1);
}

/** A statement that changes nothing. */
function isRead({ class: of, operation }: OperationSite): boolean {
  return of === 'statement' && /^(get|scan|select|read) /.test(operation.phrase);
}

function holding(first: OperationSite, second: OperationSite): FaultData {
  return {
    kind: 'hold',
    site: { moment: first.moment, operation: first.operation },
    until: { moment: second.moment, operation: second.operation },
  };
}
