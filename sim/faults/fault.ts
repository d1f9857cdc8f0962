/**
 * Faults as data. A fault names where it strikes by a semantic address, never by a position: a *moment* (which delivery,
 * send or start), an *operation* within it, and a gap around that operation. `print.ts` turns a fault into its sentence,
 * `parse.ts` turns the sentence back; the sentence is the stored form. The grammar stands in docs/faults.md.
 */

import type { Cut } from './cut.ts';
import type { Failover, FailoverAt, Membership, OpenTransaction, Moves, Grows, Retention } from './log-fault.ts';

/** A stretch of work that operations belong to. `work` is all that a service does on its own: timers, polls. */
export type MomentRef =
  | { readonly at: 'delivery'; readonly nth: number; readonly lineage: string; readonly service: string }
  | { readonly at: 'send'; readonly nth: number; readonly item: string }
  | { readonly at: 'start'; readonly nth: number; readonly service: string }
  | { readonly at: 'work'; readonly service: string };

/** The n-th operation of that phrase within its moment: `2nd insert into db.inbox`. */
export interface OperationRef {
  readonly nth: number;
  readonly phrase: string;
}

/** Before the effect, between effect and answer, after the answer. `receipt`: when the moment begins. */
export type Gap = 'receipt' | 'before' | 'between' | 'after';

/** A gap around an operation. With `next`, `after` strikes when that later operation of the moment is tried. */
export interface Place {
  readonly moment: MomentRef;
  readonly gap: Gap;
  readonly operation?: OperationRef;
  readonly next?: OperationRef;
}

export interface Site {
  readonly moment: MomentRef;
  readonly operation: OperationRef;
}

/** The n-th time that a copy of the message comes to the queue. */
export interface Arrival {
  readonly nth: number;
  readonly lineage: string;
  readonly channel: string;
}

export const POISONS = [
  'not parseable',
  'wrong type',
  'missing field',
  'unknown schema version',
  'refused by a business rule',
  'oversized',
  'kills the process',
  'fails for 5 s',
  'prototype pollution',
  'markup',
] as const;
export type Poison = (typeof POISONS)[number];

export type FaultData =
  | { readonly kind: 'crash'; readonly place: Place; readonly loss: 'process' | 'host'; readonly restartUs?: number }
  | Disconnect
  | { readonly kind: 'pause'; readonly place: Place; readonly forUs: number }
  | { readonly kind: 'ack-lost'; readonly site: Site }
  | { readonly kind: 'confirm-lost'; readonly site: Site }
  | { readonly kind: 'store-error'; readonly site: Site }
  | { readonly kind: 'conflict'; readonly site: Site }
  | { readonly kind: 'commit-unknown'; readonly site: Site; readonly applied: boolean }
  | { readonly kind: 'delay'; readonly site: Site; readonly byUs: number }
  | { readonly kind: 'slow'; readonly site: Site; readonly byUs: number }
  | { readonly kind: 'hold'; readonly site: Site; readonly until: Site }
  | { readonly kind: 'duplicate'; readonly arrival: Arrival; readonly afterUs: number }
  | { readonly kind: 'late'; readonly arrival: Arrival; readonly byUs: number }
  | { readonly kind: 'poison'; readonly lineage: string; readonly moment?: MomentRef; readonly how: Poison }
  | {
      readonly kind: 'outage';
      readonly component: string;
      readonly mode: OutageMode;
      readonly fromUs: number;
      readonly toUs: number;
    }
  | Slowness
  | Cut
  | Burst
  | ClockWindow
  | ClockJump
  | GracefulStop
  | RollOut
  | RollOutAt
  | Membership
  | Moves
  | Grows
  | Failover
  | FailoverAt
  | Retention
  | OpenTransaction;

/** SIGTERM: the process is asked to stop, and killed when the grace is over; then it is started again. */
export interface GracefulStop {
  readonly kind: 'deploy';
  readonly place: Place;
  readonly graceUs?: number;
}

/** A rolling restart of a service begins at a point: old and new processes overlap, each instance for so long. */
export interface RollOut {
  readonly kind: 'deploy';
  readonly service: string;
  readonly place: Place;
  readonly overlapUs?: number;
}

/** As `RollOut`, at a time. */
export interface RollOutAt {
  readonly kind: 'deploy';
  readonly service: string;
  readonly atUs: number;
  readonly overlapUs?: number;
}

/** `restarting`: as `refusing`, and what is not kept on disk is lost; `blocking publishers`: as under a memory or disk alarm. */
export const OUTAGE_MODES = ['refusing', 'silent', 'restarting', 'blocking publishers'] as const;
export type OutageMode = (typeof OUTAGE_MODES)[number];

/** The connection breaks; `halfOpen`: nothing passes any more, and neither side hears of it until its heartbeat fails. */
export interface Disconnect {
  readonly kind: 'disconnect';
  readonly place: Place;
  readonly component: string;
  readonly halfOpen?: true;
}

/** Everything that a service's processes, or one instance's, ask for takes so much longer for a while. */
export interface Slowness {
  readonly kind: 'slowness';
  readonly service: string;
  readonly instance?: number;
  readonly byUs: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** So many items of the workload, from this one on, are sent at once. */
export interface Burst {
  readonly kind: 'burst';
  readonly item: string;
  readonly count: number;
}

/** The wall clock of a service's hosts, or of one instance's, is off by so much for a while. Negative: behind. */
export interface ClockWindow {
  readonly kind: 'clock-skew';
  readonly service: string;
  readonly instance?: number;
  readonly byUs: number;
  readonly fromUs: number;
  readonly toUs: number;
}

/** The wall clock of the process's host jumps, and stays so. Negative: back. */
export interface ClockJump {
  readonly kind: 'clock-skew';
  readonly place: Place;
  readonly byUs: number;
}

/** How long a process may take to stop, and how long old and new overlap, unless the sentence says otherwise. */
export const GRACE_US = 10_000_000;
export const OVERLAP_US = 5_000_000;

/** How long a fault may keep a run waiting, in microseconds. */
export function lastsUs(fault: FaultData): number {
  switch (fault.kind) {
    case 'pause':
      return fault.forUs;
    case 'delay':
    case 'slow':
    case 'late':
      return fault.byUs;
    case 'duplicate':
      return fault.afterUs;
    case 'outage':
    case 'slowness':
    case 'cut':
    case 'open-transaction':
      return Math.max(fault.fromUs, fault.toUs);
    case 'rebalance':
    case 'failover':
    case 'retention':
      return 'atUs' in fault ? fault.atUs : 0;
    case 'crash':
      return fault.restartUs ?? 0;
    case 'deploy':
      if (!('service' in fault)) return fault.graceUs ?? GRACE_US;
      return ('atUs' in fault ? fault.atUs : 0) + (fault.overlapUs ?? OVERLAP_US) + GRACE_US;
    case 'clock-skew':
      return Math.abs(fault.byUs) + ('place' in fault ? 0 : Math.max(fault.fromUs, fault.toUs));
    default:
      return 0;
  }
}
