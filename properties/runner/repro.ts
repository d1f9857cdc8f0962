/**
 * A saved failure: sentences and workload in full, so that it can be read, edited, and replayed after the code around it
 * has changed. Each fault also says where its message came from and which milestone its operation is, so that a replay
 * can tell a moved operation from one whose component is gone. Reading a repro runs none of it.
 */
import { readFileSync } from 'node:fs';
import { EddyError } from '../../sim/errors.ts';
import type { FaultData, MomentRef, OperationRef } from '../../sim/faults/fault.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault, printMoment } from '../../sim/faults/print.ts';
import type { OperationSite, SiteRecord } from '../../sim/faults/site.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { messageOf } from '../../sim/thrown.ts';
import type { Property } from '../property.ts';
import type { ScenarioShape } from '../scenario.ts';
import type { Case } from './execute.ts';
import { plain } from './plain.ts';
import { readToken } from './token.ts';

export const REPRO_FORMAT = 1;

export type Milestone =
  | 'receipt'
  | 'first durable write'
  | 'last durable write'
  | 'publish confirmed'
  | 'ack'
  | 'call'
  | 'statement';

export interface ReproFault {
  readonly sentence: string;
  readonly kind: string;
  readonly needed: boolean;
  /** `mq.payments`: where the message of its moment came from. */
  readonly at?: string;
  readonly milestone?: Milestone;
}

export interface Repro {
  readonly format: typeof REPRO_FORMAT;
  readonly eddy: string;
  readonly scenario: string;
  readonly variant: string;
  /** Id and name of the property that failed. */
  readonly property: string;
  readonly name: string;
  readonly seed: number;
  readonly digest: string;
  readonly faults: readonly ReproFault[];
  readonly workload: readonly unknown[];
  /** `mq.payments`: where the workload is sent to. */
  readonly sends?: readonly string[];
}

export const EDDY_VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

export function reproOf(
  shape: ScenarioShape,
  variant: string,
  property: Property,
  minimal: Case,
  record: RunRecord,
): Repro {
  return {
    format: REPRO_FORMAT,
    eddy: EDDY_VERSION,
    scenario: shape.name,
    variant,
    property: property.id,
    name: property.name,
    seed: minimal.seed,
    digest: record.digest,
    faults: minimal.plan.map((fault) => savedFault(fault, record.sites)),
    workload: minimal.items.map(plain),
    sends: sendsOf(record.sites),
  };
}

function savedFault(fault: FaultData, sites: readonly SiteRecord[]): ReproFault {
  const at = originOf(fault, sites);
  const milestone = milestoneOf(fault, sites);
  return {
    sentence: printFault(fault),
    kind: fault.kind,
    needed: true,
    ...(at === undefined ? {} : { at }),
    ...(milestone ? { milestone } : {}),
  };
}

/** The channels that the workload is sent to, as `component.channel`. */
export function sendsOf(sites: readonly SiteRecord[]): string[] {
  const touched = sites.flatMap((site) =>
    site.what === 'operation' && site.moment.at === 'send' && site.class === 'publish'
      ? site.touches.split(' ').map(channelOf)
      : [],
  );
  return [...new Set(touched)].filter((channel) => channel !== '');
}

/** The moment that a fault strikes in. */
export function momentOfFault(fault: FaultData): MomentRef | undefined {
  if ('place' in fault) return fault.place.moment;
  if ('site' in fault) return fault.site.moment;
  return fault.kind === 'poison' ? fault.moment : undefined;
}

/** The operation that a fault names. */
export function operationOfFault(fault: FaultData): OperationRef | undefined {
  if ('place' in fault) return fault.place.operation;
  return 'site' in fault ? fault.site.operation : undefined;
}

/** The message whose deliveries it strikes. */
export function lineageOf(fault: FaultData): string | undefined {
  if (fault.kind === 'poison') return fault.lineage;
  const moment = momentOfFault(fault);
  return moment?.at === 'delivery' ? moment.lineage : undefined;
}

/** Where the message at hand came from, or goes to, as `component.channel`. */
export function originOf(fault: FaultData, sites: readonly SiteRecord[]): string | undefined {
  const moment = momentOfFault(fault);
  const lineage = lineageOf(fault);
  if (lineage !== undefined) {
    const delivery = sites.find((site) => site.what === 'delivery' && site.moment.lineage === lineage);
    return delivery?.what === 'delivery' ? `${delivery.component}.${delivery.channel}` : undefined;
  }
  if (!moment || moment.at !== 'send') return undefined;
  const sent = operationsOf(moment, sites).find((site) => site.class === 'publish');
  const [touched] = sent?.touches.split(' ') ?? [];
  return touched === undefined ? undefined : channelOf(touched);
}

/** Of a log the topic: which partition a key goes to hangs on how many there are. */
function channelOf(touched: string): string {
  return touched.replace(/\/\d+$/, '');
}

export function operationsOf(moment: MomentRef, sites: readonly SiteRecord[]): OperationSite[] {
  const printed = printMoment(moment);
  return sites.filter((site): site is OperationSite => site.what === 'operation' && site.printed === printed);
}

function milestoneOf(fault: FaultData, sites: readonly SiteRecord[]): Milestone | undefined {
  const moment = momentOfFault(fault);
  const operation = operationOfFault(fault);
  if (!moment || !operation) return undefined;
  const all = operationsOf(moment, sites);
  const here = all.find((site) => site.operation.phrase === operation.phrase && site.operation.nth === operation.nth);
  switch (here?.class) {
    case 'commit': {
      const commits = all.filter((site) => site.class === 'commit');
      return commits[0] === here ? 'first durable write' : 'last durable write';
    }
    case 'publish':
      return 'publish confirmed';
    case 'ack':
    case 'offsets':
      return 'ack';
    case 'call':
      return 'call';
    case 'statement':
      return 'statement';
    default:
      return undefined;
  }
}

/** The file's text. */
export function writeRepro(repro: Repro): string {
  return `${JSON.stringify(repro, null, 2)}\n`;
}

/** @throws EddyError EDDY_REPRO with one sentence when the text is neither a token nor a repro file */
export function readRepro(text: string): Repro {
  const trimmed = text.trim();
  const value = trimmed.startsWith('eddy1.') ? readToken(trimmed) : parse(trimmed);
  const wrong = wrongWith(value);
  if (wrong !== undefined) throw new EddyError('EDDY_REPRO', `This is no saved failure of Eddy: ${wrong}`);
  return value as Repro;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new EddyError(
      'EDDY_REPRO',
      'This is no saved failure of Eddy: it is neither JSON nor a token that starts with "eddy1."',
    );
  }
}

function wrongWith(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it holds no object';
  const repro = value as Partial<Repro>;
  if (repro.format !== REPRO_FORMAT)
    return `its format is ${clip(JSON.stringify(repro.format) ?? 'missing')}, this version reads format ${REPRO_FORMAT}`;
  for (const name of ['scenario', 'variant', 'property', 'name', 'digest'] as const) {
    if (typeof repro[name] !== 'string') return `"${name}" is not a text`;
  }
  if (!Number.isSafeInteger(repro.seed)) return '"seed" is not a whole number';
  if (!Array.isArray(repro.workload)) return '"workload" is not a list';
  if (isDeep(repro.workload)) return `"workload" is nested more than ${DEPTH_MAX} deep`;
  const { sends = [] } = repro;
  if (!Array.isArray(sends) || sends.some((each) => typeof each !== 'string')) return '"sends" is not a list of texts';
  if (!Array.isArray(repro.faults)) return '"faults" is not a list';
  for (const fault of repro.faults as Partial<ReproFault>[]) {
    if (typeof fault?.sentence !== 'string') return 'a fault has no sentence';
    for (const name of ['kind', 'at', 'milestone'] as const) {
      if (fault[name] !== undefined && typeof fault[name] !== 'string') return `"${name}" of a fault is not a text`;
    }
    if (fault.needed !== undefined && typeof fault.needed !== 'boolean')
      return '"needed" of a fault is not true or false';
    try {
      parseFault(fault.sentence);
    } catch (error) {
      return clip(messageOf(error));
    }
  }
  return undefined;
}

/** A sentence, and not all that somebody has written into the file. */
function clip(text: string): string {
  return text.length > CLIP_AT ? `${text.slice(0, CLIP_AT)}…` : text;
}

const CLIP_AT = 300;

/** Deeper data would exhaust the stack of whatever copies it. */
const DEPTH_MAX = 500;

function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEPTH_MAX) return true;
    level = level.flatMap((each): unknown[] => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}
