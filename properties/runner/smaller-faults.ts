/**
 * Faults that say less than a given one: an earlier delivery, a process death for a lost host, shorter and rounder times, the
 * plainest poison. Whatever is tried is smaller by some measure, so that no fault comes round again.
 */
import type { Arrival, FaultData, MomentRef, Place, Site } from '../../sim/faults/fault.ts';

export function smallerFaults(fault: FaultData): FaultData[] {
  return [...earlier(fault), ...plainer(fault), ...sooner(fault)];
}

function plainer(fault: FaultData): FaultData[] {
  switch (fault.kind) {
    case 'crash': {
      const simpler: FaultData[] = [];
      if (fault.loss === 'host') simpler.push({ ...fault, loss: 'process' });
      if (fault.restartUs !== undefined) simpler.push({ kind: 'crash', place: fault.place, loss: fault.loss });
      return simpler;
    }
    case 'disconnect':
      return fault.halfOpen ? [{ kind: 'disconnect', place: fault.place, component: fault.component }] : [];
    case 'slowness':
      return shorter(fault.byUs, 1_000).map((byUs) => ({ ...fault, byUs }));
    case 'burst':
      return fault.count > 2 ? [...new Set([2, Math.ceil(fault.count / 2)])].map((count) => ({ ...fault, count })) : [];
    case 'duplicate':
      return shorter(fault.afterUs).map((afterUs) => ({ ...fault, afterUs }));
    case 'late':
    case 'delay':
    case 'slow':
      return shorter(fault.byUs).map((byUs) => ({ ...fault, byUs }));
    case 'pause':
      return shorter(fault.forUs).map((forUs) => ({ ...fault, forUs }));
    case 'failover':
      return cleaner(fault);
    case 'rebalance':
      if (fault.by === 'partitions') {
        return fault.partitions > 2 ? [{ ...fault, partitions: fault.partitions - 1 }] : [];
      }
      return fault.by === 'poll' ? [{ ...fault, by: 'session' }] : [];
    case 'open-transaction':
    case 'cut':
      return shorter(fault.toUs - fault.fromUs, WINDOW_MIN_US).map((us) => ({ ...fault, toUs: fault.fromUs + us }));
    case 'deploy':
      return simplerDeploys(fault);
    case 'clock-skew':
      return shorter(Math.abs(fault.byUs), 1_000).map((us) => ({ ...fault, byUs: fault.byUs < 0 ? -us : us }));
    case 'outage':
      return [
        ...(fault.mode === 'restarting' ? [{ ...fault, mode: 'refusing' as const }] : []),
        ...shorter(fault.toUs - fault.fromUs, WINDOW_MIN_US).map((us) => ({ ...fault, toUs: fault.fromUs + us })),
      ];
    default:
      return [];
  }
}

function cleaner({ unclean, ...clean }: Extract<FaultData, { kind: 'failover' }>): FaultData[] {
  return unclean ? [clean] : [];
}

/** The usual times, then shorter ones. */
function simplerDeploys(fault: Extract<FaultData, { kind: 'deploy' }>): FaultData[] {
  if (!('service' in fault)) {
    const { graceUs, ...usual } = fault;
    return graceUs === undefined ? [] : [usual];
  }
  const { overlapUs, ...usual } = fault;
  return overlapUs === undefined ? [] : [usual];
}

const ROUND_US = [0, 1_000, 20_000, 500_000, 1_000_000, 5_000_000];

/** A window of milliseconds would hang on one latency: the failure is easier to understand, and to meet again, with more. */
const WINDOW_MIN_US = 500_000;

/** Round times below this one, the shortest first; then it with fewer digits. */
function shorter(us: number, leastUs = 0): number[] {
  return [...new Set([...ROUND_US, ...cutDown(us)])].filter((round) => round < us && round >= leastUs);
}

const GRAINS_US = [1_000_000, 100_000, 10_000, 1_000];

function cutDown(us: number): number[] {
  return GRAINS_US.map((grainUs) => Math.floor(us / grainUs) * grainUs).filter((cutUs) => cutUs < us);
}

/** What begins by the clock, at a rounder time; a window stays as long as it is. */
function sooner(fault: FaultData): FaultData[] {
  if ('atUs' in fault) return cutDown(fault.atUs).map((atUs) => ({ ...fault, atUs }));
  if (!('fromUs' in fault)) return [];
  const { fromUs, toUs } = fault;
  return cutDown(fromUs).map((us) => ({ ...fault, fromUs: us, toUs: toUs - fromUs + us }));
}

/** Where it strikes the second delivery or later: the first, or the one before. */
function earlier(fault: FaultData): FaultData[] {
  if ('place' in fault) return fewerTimes(fault.place).map((place) => ({ ...fault, place }));
  if ('site' in fault) return fewerTimes(fault.site).map((site) => ({ ...fault, site }));
  if ('arrival' in fault) return before(fault.arrival).map((arrival) => ({ ...fault, arrival }));
  return [];
}

function fewerTimes<T extends Place | Site>(at: T): T[] {
  const { moment } = at;
  return moment.at === 'work' ? [] : before(moment).map((earlierOne) => ({ ...at, moment: earlierOne }));
}

function before<T extends Arrival | Exclude<MomentRef, { at: 'work' }>>(one: T): T[] {
  return [...new Set([1, one.nth - 1])].filter((nth) => nth >= 1 && nth < one.nth).map((nth) => ({ ...one, nth }));
}
