/**
 * Candidates: every single fault that fits a run's sites, with the class that it represents: the operation (or arrival,
 * or delivery) by the fault's flavour, whatever message it strikes.
 */
import type { FaultData, OutageMode } from '../../sim/faults/fault.ts';
import {
  burst,
  cuts,
  fittingArrival,
  fittingDelivery,
  fittingOperation,
  outage,
  rollOuts,
  skews,
  slowness,
} from '../../sim/faults/fitting.ts';
import type { OperationClass, OperationSite, SiteRecord } from '../../sim/faults/site.ts';
import { printMoment } from '../../sim/faults/print.ts';
import { rootOf } from '../../sim/faults/words.ts';
import { logWindows } from './log-windows.ts';
import { strikesAt } from './strikes.ts';

export interface Candidate {
  readonly fault: FaultData;
  /** Absent for what lasts from one time to another. */
  readonly site?: SiteRecord;
  readonly class: string;
  /** The class without what follows the operation, where that is told: a fault may have kept it from coming. */
  readonly base?: string;
  /** The workload item, or the service, that it strikes. */
  readonly strikes: string;
  /** Lower is tried earlier: the gap behind an effect that others can see says most. */
  readonly rank: number;
}

/** The candidates of a run's sites, of the given kinds. */
export function candidatesOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  const beside = besideOf(sites);
  return sites.flatMap((site) => candidatesAt(site, beside, kinds));
}

/** What other sites of a run say of each. */
export interface Beside {
  readonly followers: ReadonlyMap<SiteRecord, string>;
  /** Moments in which a clock is read, printed. */
  readonly readers: ReadonlySet<string>;
}

export function besideOf(sites: readonly SiteRecord[]): Beside {
  const readers = new Set(sites.flatMap((site) => (site.what === 'clock' ? [site.printed] : [])));
  return { followers: followersOf(sites), readers };
}

export function candidatesAt(
  site: SiteRecord,
  { followers, readers }: Beside,
  kinds: ReadonlySet<string>,
): Candidate[] {
  switch (site.what) {
    case 'clock':
    case 'partition':
    case 'group':
    case 'wire':
      return [];
    case 'operation': {
      const at = classOfOperation(site);
      const next = followers.get(site);
      return fittingOperation({ ...site, readsClock: readers.has(site.printed) }, kinds).map((fault) => ({
        fault,
        site,
        class: `${at}${next ? `, then ${next},` : ''} ${flavour(fault)}`,
        base: `${at} ${flavour(fault)}`,
        strikes: strikesAt(site.moment, site.operation),
        rank: isUnguarded(fault, site, next) ? UNGUARDED : rankOf(fault, site.class),
      }));
    }
    case 'arrival': {
      const { nth, channel, lineage } = site.arrival;
      const at = `arrival ${Math.min(nth, 2)} ${channel}`;
      return fittingArrival(site, kinds).map((fault) => ({
        fault,
        site,
        class: `${at} ${flavour(fault)}`,
        strikes: rootOf(lineage),
        rank: rankOf(fault),
      }));
    }
    case 'delivery': {
      const at = `delivery ${Math.min(site.moment.nth, 2)} ${site.channel}`;
      const readsClock = readers.has(printMoment(site.moment));
      return fittingDelivery({ ...site, readsClock }, kinds).map((fault) => ({
        fault,
        site,
        class: `${at} ${flavour(fault)}`,
        strikes: rootOf(site.moment.lineage),
        rank: rankOf(fault),
      }));
    }
  }
}

/**
 * What the classes and ranks at a site follow from: sites alike have the same ones. Empty for those that have none. All that
 * `fitting.ts` looks at must be in it; a test holds it against every scenario, and field by field.
 */
export function likenessOf(site: SiteRecord, { followers, readers }: Beside): string {
  switch (site.what) {
    case 'operation': {
      const { broker, connection, printed } = site;
      const at = `${classOfOperation(site)}, ${followers.get(site)}`;
      const on = `${site.class} ${broker} ${connection} ${site.waysOut?.join()} ${site.elections?.join()}`;
      const may = [site.isUpgradable, site.halfOpens, site.mayConflict, site.mayStayUnknown, readers.has(printed)];
      return `${at} ${on} ${may.join()}`;
    }
    case 'arrival': {
      const { arrival, isStored, isLogged } = site;
      return `arrival ${Math.min(arrival.nth, 2)} ${arrival.channel} ${isStored} ${isLogged}`;
    }
    case 'delivery': {
      const { moment, channel, isLimited, isStored } = site;
      const reads = readers.size > 0 && readers.has(printMoment(moment));
      return `receipt ${Math.min(moment.nth, 2)} ${channel} ${isLimited} ${isStored} ${reads}`;
    }
    default:
      return '';
  }
}

/**
 * What follows each operation of a delivery: an ack with which all is done and one behind which something is published are
 * not the same to a fault between them.
 */
function followersOf(sites: readonly SiteRecord[]): Map<SiteRecord, string> {
  const last = new Map<string, SiteRecord>();
  const found = new Map<SiteRecord, string>();
  for (const site of sites) {
    if (site.what !== 'operation' || site.moment.at !== 'delivery') continue;
    const before = last.get(site.printed);
    if (before) found.set(before, site.operation.phrase);
    last.set(site.printed, site);
  }
  return found;
}

/** The rank of a process that dies behind its ack (or a nack, which may be for good) with work left to do: nobody may hand it the message again. */
export const UNGUARDED = -1;

const SETTLES = /^n?ack$/;

function isUnguarded(fault: FaultData, { class: of }: { class: OperationClass }, next: string | undefined): boolean {
  return (
    fault.kind === 'crash' &&
    fault.loss === 'process' &&
    fault.place.gap === 'between' &&
    of === 'ack' &&
    next !== undefined &&
    !SETTLES.test(next)
  );
}

/** What begins at a time: outages, deploys, clocks that are off. They are few, so alone they are tried first. */
export function windowsOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  const befalls = logWindows(sites, kinds, startsOf(sites)).map((each) => ({ ...each, rank: rankOf(each.fault) }));
  return [
    ...outagesOf(sites, kinds),
    ...deploysOf(sites, kinds),
    ...skewsOf(sites, kinds),
    ...loadsOf(sites, kinds),
    ...cutsOf(sites, kinds),
    ...befalls,
  ];
}

/** A run that takes longer waits most of its time, for a redrive or a timeout. */
const LONG_US = 60_000_000;

/** Early and late in the run, by share of it; where its sites are in a long one, or one in which a group first waits for its members. */
function startsOf(sites: readonly SiteRecord[]): readonly (readonly [share: number, us: number])[] {
  const times = sites.map((site) => site.timeUs).toSorted((a, b) => a - b);
  const endUs = times.at(-1) ?? 0;
  const isUneven = endUs > LONG_US || sites.some(({ what }) => what === 'group');
  return [0.1, 0.5].map((share) => {
    const us = isUneven ? (times[Math.floor(times.length * share)] ?? 0) : endUs * share;
    return [share, Math.floor(us / 1000) * 1000];
  });
}

/** Outages of each component that the sites name: first those that callers notice at once. */
function outagesOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  if (!kinds.has('outage')) return [];
  const components = new Set(sites.flatMap((site) => (site.what === 'operation' ? [site.component] : [])));
  const more = (component: string): readonly OutageMode[] =>
    sites.flatMap((site) => (site.what === 'operation' && site.component === component ? (site.outages ?? []) : []));
  const extra = new Map([...components].map((component) => [component, new Set(more(component))]));
  const modes = new Set<OutageMode>(['refusing', 'silent', ...[...extra.values()].flatMap((each) => [...each])]);
  const fits = (component: string, mode: OutageMode): boolean =>
    mode === 'refusing' || mode === 'silent' || extra.get(component)?.has(mode) === true;
  return [...modes].flatMap((mode) =>
    startsOf(sites).flatMap(([share, us]) =>
      [...components]
        .filter((component) => fits(component, mode))
        .map((component) => {
          const fault = outage(component, mode, us, 3_000_000);
          return { fault, class: `outage ${component} ${mode} ${share}`, strikes: 'outage', rank: rankOf(fault) };
        }),
    ),
  );
}

/** Rolling restarts of each service that the sites name. */
function deploysOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  if (!kinds.has('deploy')) return [];
  const services = new Set(
    sites.flatMap((site) => ('moment' in site && 'service' in site.moment ? [site.moment.service] : [])),
  );
  return [...services].flatMap((service) =>
    startsOf(sites).flatMap(([share, us]) =>
      rollOuts(service, us).map((fault, n) => ({
        fault,
        class: `deploy ${service} ${n} ${share}`,
        strikes: `deploy of ${service}`,
        rank: rankOf(fault),
      })),
    ),
  );
}

/** Items that are sent all at once, and services that are slow for the whole run: so that messages pile up. */
function loadsOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  const sends = sites.flatMap((site) =>
    site.what === 'operation' && site.moment.at === 'send' ? [site.moment.item] : [],
  );
  const [item, ...others] = new Set(sends);
  const bursts = kinds.has('burst') && item !== undefined && others.length > 0 ? [burst(item, others.length + 1)] : [];
  const services = new Set(sites.flatMap((site) => (site.what === 'delivery' ? [site.moment.service] : [])));
  const endUs = Math.max(0, ...sites.map((site) => site.timeUs));
  const toUs = Math.ceil((endUs + SLOW_ON_US) / 1_000_000) * 1_000_000;
  const slow = kinds.has('slow') ? [...services].map((service) => slowness(service, toUs)) : [];
  return [...bursts, ...slow].map((fault) => {
    const strikes = fault.kind === 'slowness' ? fault.service : 'the workload';
    return { fault, class: `${fault.kind} ${strikes}`, strikes, rank: rankOf(fault) };
  });
}

/** Who is slow takes longer for all of it. */
const SLOW_ON_US = 10_000_000;

/** Services cut off from what they reach over sockets. */
function cutsOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  if (!kinds.has('disconnect')) return [];
  return sites.flatMap((site) => {
    if (site.what !== 'wire') return [];
    const { service, component } = site;
    return startsOf(sites).flatMap(([share, us]) =>
      cuts(service, component, us).map((fault) => ({
        fault,
        class: `cut ${service} ${component} ${fault.way ?? 'both'} ${share}`,
        strikes: `network of ${service}`,
        rank: rankOf(fault),
      })),
    );
  });
}

/** An instance's clock ahead or behind in the first half of the run, the second, or all of it: for those who read it. */
function skewsOf(sites: readonly SiteRecord[], kinds: ReadonlySet<string>): Candidate[] {
  if (!kinds.has('clock-skew')) return [];
  const readers = new Map(
    sites.flatMap((site) => (site.what === 'clock' ? [[`${site.service} ${site.instance}`, site] as const] : [])),
  );
  const endUs = Math.max(0, ...sites.map((site) => site.timeUs));
  const half = Math.max(1, Math.floor(endUs / 2000)) * 1000;
  const parts = { first: [0, half], second: [half, endUs + SKEWED_ON_US], all: [0, endUs + SKEWED_ON_US] } as const;
  return [...readers.values()].flatMap((host) =>
    Object.entries(parts).flatMap(([part, [fromUs, toUs]]) =>
      skews(host, fromUs, toUs).map((fault, n) => ({
        fault,
        class: `clock ${host.service} ${Math.min(host.instance, 1)} ${part} ${n}`,
        strikes: `clock of ${host.service}/${host.instance}`,
        rank: rankOf(fault),
      })),
    ),
  );
}

/** Retries of what other faults struck come after the end of the run without them. */
const SKEWED_ON_US = 60_000_000;

/**
 * What tells most is tried first: the gap behind an effect that others can see, errors of single statements, copies,
 * what can never be handled. Then other gaps, poisons that pass; then what is like one of these (lost hosts, pauses).
 */
function rankOf(fault: FaultData, of?: OperationClass): number {
  switch (fault.kind) {
    case 'crash':
      if (fault.loss === 'host' || of === undefined) return 2;
      return (fault.place.gap === 'between' ? 0 : 1) + (of === 'statement' ? 1 : 0);
    case 'disconnect':
      return of === 'statement' ? 2 : 1;
    case 'pause':
      return 2;
    case 'poison':
      return fault.moment ? 1 : 0;
    case 'delay':
      return of === 'commit' || of === 'publish' ? 0 : 1;
    case 'late':
    case 'slow':
    case 'outage':
    case 'deploy':
    case 'slowness':
    case 'burst':
    case 'cut':
      return 1;
    case 'rebalance':
    case 'failover':
      return 'place' in fault && (fault.place.gap === 'between' || of === 'offsets') ? 0 : 1;
    case 'retention':
    case 'open-transaction':
      return 1;
    case 'clock-skew':
      return 'place' in fault && fault.place.gap !== 'receipt' ? 1 : 0;
    default:
      return 0;
  }
}

/** What stands for all operations like it, whatever message they are about. */
export function classOfOperation(site: OperationSite): string {
  return `${momentClass(site.moment)} ${nthClass(site)} ${site.operation.phrase}`;
}

function momentClass(moment: { at: string; nth?: number; service?: string }): string {
  return `${moment.at} ${Math.min(moment.nth ?? 1, 2)} ${moment.service ?? ''}`;
}

/** A poll comes again and again: its first round and its second stand for all. */
function nthClass({ moment, operation }: OperationSite): number {
  return moment.at === 'work' ? Math.min(operation.nth, 2) : operation.nth;
}

/** What a fault does, without where. */
function flavour(fault: FaultData): string {
  switch (fault.kind) {
    case 'crash':
      return `crash ${fault.loss} ${fault.place.gap}`;
    case 'pause':
      return `pause ${fault.place.gap}`;
    case 'disconnect':
      return `${fault.halfOpen ? 'half-open' : 'disconnect'} ${fault.place.gap}`;
    case 'commit-unknown':
      return `commit-unknown ${fault.applied}`;
    case 'duplicate':
      return `duplicate ${fault.afterUs}`;
    case 'poison':
      return `poison ${fault.how} ${fault.moment ? 'once' : 'always'}`;
    case 'deploy':
      return 'place' in fault ? `${'service' in fault ? 'deploy' : 'stop'} ${fault.place.gap}` : 'deploy';
    case 'rebalance':
      return 'place' in fault ? `${fault.by} ${fault.place.gap}` : fault.by;
    case 'failover':
      return `${fault.unclean ? 'unclean failover' : 'failover'}${'place' in fault ? ` ${fault.place.gap}` : ''}`;
    case 'clock-skew':
      return `clock ${fault.byUs < 0 ? 'back' : 'forward'}`;
    default:
      return fault.kind;
  }
}
