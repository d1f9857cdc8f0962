/** Which faults fit a site: the columns of the crash matrix, and what random rules and search draw from. */
import type { Burst, Disconnect, FaultData, Gap, MomentRef, OutageMode, Place, Poison, Slowness } from './fault.ts';
import { POISONS } from './fault.ts';
import type { Cut } from './cut.ts';
import { expulsions, failovers } from './fitting-log.ts';
import type { ArrivalSite, DeliverySite, OperationClass, OperationSite } from './site.ts';

/** The ids of fault kinds that sentences can say. */
export type StruckKind = Exclude<FaultData['kind'], 'late' | 'slowness' | 'open-transaction' | 'cut'>;

const SECOND = 1_000_000;
/** Longer than a broker keeps a silent connection (60 s). */
const PAUSE_US = 90 * SECOND;
const DELAY_US = 3 * SECOND;
/** Below the time-outs of the ports. */
const SLOW_US = 8 * SECOND;
/** How long after the first copy the second one comes: at once, close behind, long after. */
export const DUPLICATE_AFTER_US = [0, 20_000, 5 * SECOND] as const;

/** Long beside a call, short beside its time-out. */
const SLOWER_US = SECOND / 2;
/** Long beside a call; TCP gets over it. */
const CUT_US = 3 * SECOND;
/** Longer than leases usually last. */
const SKEW_US = 90 * SECOND;

/** So short that the old process is stopped while it is busy. */
const BRIEF_OVERLAP_US = 10_000;

export type SiteOfOperation = Pick<
  OperationSite,
  | 'moment'
  | 'operation'
  | 'class'
  | 'component'
  | 'broker'
  | 'readsClock'
  | 'isUpgradable'
  | 'halfOpens'
  | 'connection'
  | 'mayConflict'
  | 'waysOut'
  | 'elections'
  | 'mayStayUnknown'
>;

/** Every fault that can strike this operation, of the given kinds, mildest first within a kind. */
export function fittingOperation(site: SiteOfOperation, kinds: ReadonlySet<string>): FaultData[] {
  const found: FaultData[] = [];
  for (const kind of kinds) {
    const make = BY_KIND[kind as keyof typeof BY_KIND];
    if (make) found.push(...make(site));
  }
  return found;
}

const BY_KIND = {
  crash: ({ moment, operation }) =>
    moment.at === 'send'
      ? []
      : (['before', 'between', 'after'] as const).flatMap((gap) =>
          (gap === 'before' ? (['process'] as const) : (['process', 'host'] as const)).map(
            (loss): FaultData => ({
              kind: 'crash',
              place: { moment, gap, operation },
              loss,
            }),
          ),
        ),
  pause: ({ moment, operation }) =>
    moment.at === 'send'
      ? []
      : (['before', 'between'] as const).map((gap) => ({
          kind: 'pause',
          place: { moment, gap, operation },
          forUs: PAUSE_US,
        })),
  disconnect: (site) => [
    ...breaks(site, site.broker, site.halfOpens === true),
    ...(site.connection === site.broker ? [] : breaks(site, site.connection, true)),
  ],
  'ack-lost': (site) => only(site, ['ack'], (s) => [{ kind: 'ack-lost', site: s }]),
  'confirm-lost': (site) => only(site, ['publish'], (s) => [{ kind: 'confirm-lost', site: s }]),
  'store-error': (site) =>
    only(site, ['publish', 'commit', 'statement', 'call', 'offsets', 'transaction'], (s) => [
      { kind: 'store-error', site: s },
    ]),
  conflict: ({ moment, operation, mayConflict }) =>
    mayConflict ? [{ kind: 'conflict', site: { moment, operation } }] : [],
  'commit-unknown': (site) =>
    only(
      site,
      ['commit', 'call', 'offsets', 'transaction', ...(site.mayStayUnknown ? (['publish'] as const) : [])],
      (s) => [true, false].map((applied) => ({ kind: 'commit-unknown', site: s, applied })),
    ),
  delay: (site) =>
    only(site, ['publish', 'ack', 'commit', 'statement', 'call', 'offsets', 'transaction', 'declare'], (s) => [
      { kind: 'delay', site: s, byUs: DELAY_US },
    ]),
  deploy: ({ moment, operation, isUpgradable }) => {
    if (moment.at === 'send') return [];
    const place: Place = { moment, gap: 'between', operation };
    const stop: FaultData = { kind: 'deploy', place };
    // What two versions do to each other may hang on when the second one comes.
    return isUpgradable ? [stop, { kind: 'deploy', service: moment.service, place }] : [stop];
  },
  slow: (site) =>
    only(site, ['publish', 'commit', 'statement', 'call', 'offsets', 'transaction', 'declare'], (s) => [
      { kind: 'slow', site: s, byUs: SLOW_US },
    ]),
  'clock-skew': ({ moment, operation, readsClock }) =>
    readsClock && moment.at !== 'send' ? jumps({ moment, gap: 'before', operation }) : [],
  rebalance: expulsions,
  failover: failovers,
} satisfies Partial<Record<StruckKind, (site: SiteOfOperation) => FaultData[]>>;

function breaks(
  { moment, operation }: SiteOfOperation,
  component: string | undefined,
  halfOpens: boolean,
): readonly Disconnect[] {
  if (component === undefined) return [];
  const broken = (gap: Gap): Disconnect => ({ kind: 'disconnect', place: { moment, gap, operation }, component });
  const halfOpen = halfOpens ? [{ ...broken('before'), halfOpen: true as const }] : [];
  return [broken('before'), broken('between'), broken('after'), ...halfOpen];
}

function jumps(place: Place): FaultData[] {
  return [-SKEW_US, SKEW_US].map((byUs) => ({ kind: 'clock-skew', place, byUs }));
}

function only(
  { moment, operation, class: of }: SiteOfOperation,
  classes: readonly OperationClass[],
  make: (site: { moment: MomentRef; operation: OperationSite['operation'] }) => FaultData[],
): FaultData[] {
  return classes.includes(of) ? make({ moment, operation }) : [];
}

/** Copies of an arrival, and arrivals that come late. */
export function fittingArrival(
  { arrival, isStored, isLogged }: Pick<ArrivalSite, 'arrival' | 'isStored' | 'isLogged'>,
  kinds: ReadonlySet<string>,
): FaultData[] {
  const found: FaultData[] = [];
  if (kinds.has('duplicate') && !isStored) {
    found.push(...DUPLICATE_AFTER_US.map((afterUs): FaultData => ({ kind: 'duplicate', arrival, afterUs })));
  }
  if (kinds.has('delay') && !isLogged) found.push({ kind: 'late', arrival, byUs: DELAY_US });
  return found;
}

/** A crash, a stop, a deploy as soon as the delivery is there, a clock that jumps then, and the poisons of its message. */
export function fittingDelivery(
  { moment, isLimited, isStored, readsClock }: Pick<DeliverySite, 'moment' | 'isLimited' | 'isStored' | 'readsClock'>,
  kinds: ReadonlySet<string>,
): FaultData[] {
  const found: FaultData[] = [];
  if (kinds.has('crash')) {
    found.push({ kind: 'crash', place: { moment, gap: 'receipt' }, loss: 'process' });
    found.push({ kind: 'crash', place: { moment, gap: 'receipt' }, loss: 'host' });
  }
  if (kinds.has('deploy')) {
    found.push({ kind: 'deploy', place: { moment, gap: 'receipt' } });
    found.push({ kind: 'deploy', service: moment.service, place: { moment, gap: 'receipt' } });
  }
  if (kinds.has('clock-skew') && readsClock) found.push(...jumps({ moment, gap: 'receipt' }));
  if (kinds.has('poison') && !isStored) {
    // Poison of every delivery begins with the first one.
    if (moment.nth > 1) return [...found, { kind: 'poison', lineage: moment.lineage, moment, how: POISONS[0] }];
    for (const how of POISONS) {
      // Without a delivery limit a consumer that reads every body cannot end the loop of crashes.
      if (how !== 'kills the process' || isLimited) found.push(poison(moment.lineage, how));
    }
    found.push({ kind: 'poison', lineage: moment.lineage, moment, how: POISONS[0] });
  }
  return found;
}

function poison(lineage: string, how: Poison): FaultData {
  return { kind: 'poison', lineage, how };
}

/** An outage of a component; `atUs` is when it begins. */
export function outage(component: string, mode: OutageMode, atUs: number, forUs: number): FaultData {
  return { kind: 'outage', component, mode, fromUs: atUs, toUs: atUs + forUs };
}

/** An instance's wall clock is ahead or behind for a while. */
export function skews(host: { service: string; instance: number }, fromUs: number, toUs: number): FaultData[] {
  const { service, instance } = host;
  return [-SKEW_US, SKEW_US].map((byUs) => ({ kind: 'clock-skew', service, instance, byUs, fromUs, toUs }));
}

/** A rolling restart of a service that begins at a time. */
export function rollOuts(service: string, atUs: number): FaultData[] {
  return [
    { kind: 'deploy', service, atUs },
    { kind: 'deploy', service, atUs, overlapUs: BRIEF_OVERLAP_US },
  ];
}

/** The first instance of a service asks for everything more slowly. */
export function slowness(service: string, toUs: number): Slowness {
  return { kind: 'slowness', service, instance: 0, byUs: SLOWER_US, fromUs: 0, toUs };
}

/** The network between a service and a component is cut: both ways, and each way alone. */
export function cuts(service: string, component: string, fromUs: number): Cut[] {
  const both: Cut = { kind: 'cut', service, component, fromUs, toUs: fromUs + CUT_US };
  return [both, { ...both, way: 'there' }, { ...both, way: 'back' }];
}

/** So many items at once. */
export function burst(item: string, count: number): Burst {
  return { kind: 'burst', item, count };
}
