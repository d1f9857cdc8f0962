/**
 * Races: holds that reverse two operations of different cause that touch the same row, queue or call, and that nothing
 * orders. Trying them finds what luck would have to wait for.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { OperationSite, SiteRecord } from '../../sim/faults/site.ts';

/** Beyond this many pairs for one row the rest says nothing new. */
const PAIRS_PER_TOUCH = 12;

export interface Race {
  readonly fault: FaultData;
  /** The two operations, whatever messages they are about. */
  readonly class: string;
}

/** Holds of the earlier operation until after the later one, for each pair that touches the same. */
export function racesOf(sites: readonly SiteRecord[]): Race[] {
  const touching = new Map<string, OperationSite[]>();
  for (const site of sites) {
    if (site.what !== 'operation' || site.class === 'ack' || !mayRace(site)) continue;
    for (const touch of site.touches.split(' ')) {
      if (touch === '') continue;
      const list = touching.get(touch);
      if (list) list.push(site);
      else touching.set(touch, [site]);
    }
  }
  return [...touching.values()].flatMap((list) =>
    pairs(list)
      .slice(0, PAIRS_PER_TOUCH)
      .map((pair) => ({ fault: holding(pair), class: pair.map(classOf).join(' until ') })),
  );
}

/** The statements of a poll say nothing new each time; what it sends may be on its way together. */
function mayRace({ moment, class: of }: OperationSite): boolean {
  return moment.at !== 'work' || of === 'publish' || of === 'call';
}

function pairs(list: readonly OperationSite[]): (readonly [OperationSite, OperationSite])[] {
  return list.flatMap((first, n) =>
    list.slice(n + 1).flatMap((second) => (isOrdered(first, second) ? [] : [[first, second] as const])),
  );
}

/** One handler does one thing after the other; what a service does on its own may be done by two of its processes. */
function isOrdered(first: OperationSite, second: OperationSite): boolean {
  return second.printed === first.printed && first.moment.at !== 'work';
}

function classOf({ moment, operation }: OperationSite): string {
  return `${moment.at} ${'service' in moment ? moment.service : ''} ${operation.phrase}`;
}

function holding([first, second]: readonly [OperationSite, OperationSite]): FaultData {
  return {
    kind: 'hold',
    site: { moment: first.moment, operation: first.operation },
    until: { moment: second.moment, operation: second.operation },
  };
}
