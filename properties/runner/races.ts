/**
 * Races: holds that reverse two operations of different cause that touch the same row, queue or call, and that nothing
 * orders. Trying them finds what luck would have to wait for.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import type { OperationSite, SiteRecord } from '../../sim/faults/site.ts';

/** Beyond this many pairs for one row the rest says nothing new. */
const PAIRS_PER_TOUCH = 12;

/** Holds of the earlier operation until after the later one, for each pair that touches the same. */
export function racesOf(sites: readonly SiteRecord[]): FaultData[] {
  const touching = new Map<string, OperationSite[]>();
  for (const site of sites) {
    if (site.what !== 'operation' || site.class === 'ack' || site.moment.at === 'work') continue;
    for (const touch of site.touches.split(' ')) {
      if (touch === '') continue;
      const list = touching.get(touch);
      if (list) list.push(site);
      else touching.set(touch, [site]);
    }
  }
  return [...touching.values()].flatMap((list) => pairs(list).slice(0, PAIRS_PER_TOUCH).map(holding));
}

function pairs(list: readonly OperationSite[]): (readonly [OperationSite, OperationSite])[] {
  return list.flatMap((first, n) =>
    list.slice(n + 1).flatMap((second) => (second.printed === first.printed ? [] : [[first, second] as const])),
  );
}

function holding([first, second]: readonly [OperationSite, OperationSite]): FaultData {
  return {
    kind: 'hold',
    site: { moment: first.moment, operation: first.operation },
    until: { moment: second.moment, operation: second.operation },
  };
}
