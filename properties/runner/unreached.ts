/** Why a fault that somebody wrote down never came up: what the run had in its place. */
import type { FaultData } from '../../sim/faults/fault.ts';
import { printArrival, printFault, printMoment } from '../../sim/faults/print.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { nearest } from '../../sim/nearest.ts';
import { type Names, strangerIn, unknownName } from './names.ts';
import { momentOfFault, operationsOf } from './repro.ts';

const SHOWN_MAX = 6;

interface Had {
  readonly names: Names;
  /** Keys of the workload. */
  readonly items: readonly string[];
  readonly sites: readonly SiteRecord[];
}

/** `SENTENCE (what is done in that moment: commit on db, ack)`, or what comes nearest to what it names. */
export function unreached(fault: FaultData, had: Had): string {
  const why = whyUnreached(fault, had);
  return why === undefined ? printFault(fault) : `${printFault(fault)} (${why})`;
}

function whyUnreached(fault: FaultData, { names, items, sites }: Had): string | undefined {
  const stranger = strangerIn(fault, names);
  if (stranger) return unknownName(stranger);
  if (fault.kind === 'burst') return missing('item', fault.item, items);
  if (fault.kind === 'duplicate' || fault.kind === 'late') {
    const arrivals = sites.flatMap((site) => (site.what === 'arrival' ? [printArrival(site.arrival)] : []));
    return missing('arrival', printArrival(fault.arrival), arrivals);
  }
  const moment = momentOfFault(fault);
  if (!moment) {
    const lineages = sites.flatMap((site) => (site.what === 'delivery' ? [site.moment.lineage] : []));
    return fault.kind === 'poison' ? missing('message', fault.lineage, lineages) : undefined;
  }
  const moments = sites.flatMap((site) => ('moment' in site ? [printMoment(site.moment)] : []));
  const gone = missing('moment', printMoment(moment), moments);
  if (gone !== undefined) return gone;
  const phrases = [...new Set(operationsOf(moment, sites).map(({ operation }) => operation.phrase))];
  return phrases.length === 0
    ? 'nothing is done in that moment'
    : `what is done in that moment: ${phrases.slice(0, SHOWN_MAX).join(', ')}`;
}

function missing(what: string, wanted: string, all: readonly string[]): string | undefined {
  const known = [...new Set(all)];
  if (known.includes(wanted)) return undefined;
  const near = nearest(wanted, known);
  return `no such ${what} in this run${near === undefined ? '' : `; the nearest is "${near}"`}`;
}
