/** Why a fault that somebody wrote down never came up: what the run had in its place. */
import type { FaultData } from '../../sim/faults/fault.ts';
import { printFault, printMoment } from '../../sim/faults/print.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { nearest } from '../../sim/nearest.ts';
import { momentOfFault, operationsOf } from './repro.ts';

const SHOWN_MAX = 6;

/** `SENTENCE (that moment has: commit on db, ack)`, or the moment that comes nearest. */
export function unreached(fault: FaultData, sites: readonly SiteRecord[]): string {
  const sentence = printFault(fault);
  const moment = momentOfFault(fault);
  if (!moment) return sentence;
  const wanted = printMoment(moment);
  const known = [...new Set(sites.flatMap((site) => ('moment' in site ? [printMoment(site.moment)] : [])))];
  if (!known.includes(wanted)) {
    const near = nearest(wanted, known);
    return `${sentence} (no such moment in this run${near === undefined ? '' : `; the nearest is "${near}"`})`;
  }
  const phrases = [...new Set(operationsOf(moment, sites).map(({ operation }) => operation.phrase))];
  return phrases.length === 0
    ? `${sentence} (nothing is done in that moment)`
    : `${sentence} (what is done in that moment: ${phrases.slice(0, SHOWN_MAX).join(', ')})`;
}
