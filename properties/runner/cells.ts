/**
 * Cells of the crash matrix: one site by one fault that fits it. A site that only a faulty run reveals (a redelivery, a
 * retry) keeps the plan that revealed it: its cells are run beside that plan.
 */
import type { FaultData, MomentRef } from '../../sim/faults/fault.ts';
import { printFault, printMoment, printOperation } from '../../sim/faults/print.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { typeOf } from '../../sim/faults/words.ts';
import { candidatesOf, windowsOf } from './candidates.ts';
import { kindOf } from './fault-sentence.ts';

export interface Cell {
  /** The site without its message and round: `billing, 1st delivery of PaymentRequested: commit on db`. */
  readonly row: string;
  readonly kind: string;
  readonly fault: FaultData;
  readonly sentence: string;
  readonly beside: readonly FaultData[];
}

/** The sites that came up so far, each once, in the order in which runs revealed them. */
export class Sites {
  readonly #seen = new Set<string>();
  readonly #polls = new Set<string>();

  get size(): number {
    return this.#seen.size;
  }

  /**
   * Those of a run that were not seen before. A later round of a poll that was seen is no new site, nor is what comes
   * for the fourth time: a message that is requeued for ever would bring ever new ones.
   */
  fresh(sites: readonly SiteRecord[]): SiteRecord[] {
    const found = sites.filter(
      (site) => timesOf(site) <= TIMES_MAX && !this.#seen.has(siteKey(site)) && !this.#polls.has(pollKey(site)),
    );
    for (const site of found) this.#seen.add(siteKey(site));
    for (const site of found) if (pollKey(site) !== '') this.#polls.add(pollKey(site));
    return found;
  }
}

const TIMES_MAX = 3;

/** How often its moment, or its message, has come. */
function timesOf(site: SiteRecord): number {
  if (site.what === 'arrival') return site.arrival.nth;
  if (!('moment' in site) || site.what === 'clock') return 1;
  return site.moment.at === 'work' ? 1 : site.moment.nth;
}

/** The cells of those sites of a run that are fresh; the run had the plan `beside`. */
export function cellsOf(
  { sites, fresh }: { readonly sites: readonly SiteRecord[]; readonly fresh: readonly SiteRecord[] },
  kinds: ReadonlySet<string>,
  beside: readonly FaultData[],
): Cell[] {
  const wanted = new Set(fresh);
  return candidatesOf(sites, kinds).flatMap(({ fault, site }) =>
    site && wanted.has(site) && !isRefused(site, beside) ? [cell(rowOf(site), fault, beside)] : [],
  );
}

/** What is tried again amid an outage meets nobody: it has no effect and no answer that a fault could strike. */
function isRefused(site: SiteRecord, beside: readonly FaultData[]): boolean {
  return (
    site.what === 'operation' &&
    beside.some(
      (fault) =>
        fault.kind === 'outage' &&
        fault.component === site.component &&
        fault.fromUs <= site.timeUs &&
        site.timeUs < fault.toUs,
    )
  );
}

/** What lasts from one time to another strikes no site: components and clocks get a row each. */
export function windowCells(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Cell[] {
  return windowsOf(sites, kinds).map(({ fault, strikes }) => cell(`${strikes}, as a whole`, fault, []));
}

function cell(row: string, fault: FaultData, beside: readonly FaultData[]): Cell {
  return { row, kind: kindOf(fault), fault, sentence: printFault(fault), beside };
}

function siteKey(site: SiteRecord): string {
  switch (site.what) {
    case 'operation':
      return `${site.printed}: ${printOperation(site.operation)}`;
    case 'arrival':
      return `${site.arrival.nth} ${site.arrival.channel} ${site.arrival.lineage}`;
    case 'delivery':
      return printMoment(site.moment);
    case 'clock':
      return `clock of ${site.service}/${site.instance}: ${site.printed}`;
    case 'partition':
      return `${site.component}.${site.topic}/${site.partition} ${site.befalls.join(', ')}`;
    case 'group':
      return `group ${site.group} on ${site.component}`;
    case 'wire':
      return `wires of ${site.service} to ${site.component}`;
  }
}

function pollKey(site: SiteRecord): string {
  return site.what === 'operation' && site.moment.at === 'work' ? `${site.printed}: ${site.operation.phrase}` : '';
}

function rowOf(site: SiteRecord): string {
  switch (site.what) {
    case 'operation':
      return `${momentWords(site.moment)}: ${site.operation.phrase}`;
    case 'arrival':
      return `${typeOf(site.arrival.lineage)} comes to ${site.arrival.channel}`;
    case 'delivery':
      return momentWords(site.moment);
    case 'clock':
      return `clock of ${site.service}`;
    case 'partition':
      return `${site.component}.${site.topic}`;
    case 'group':
      return `group ${site.group}`;
    case 'wire':
      return `wires of ${site.service}`;
  }
}

function momentWords(moment: MomentRef): string {
  switch (moment.at) {
    case 'delivery':
      return `${moment.service}, ${moment.nth === 1 ? 'delivery' : 'redelivery'} of ${typeOf(moment.lineage)}`;
    case 'send':
      return moment.nth === 1 ? 'send' : 'send again';
    case 'start':
      return `${moment.service}, ${moment.nth === 1 ? 'start' : 'restart'}`;
    case 'work':
      return `${moment.service}, on its own`;
  }
}
