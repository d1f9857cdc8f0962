/**
 * What a fault names and nobody is called: services, instances, components, topics, partitions, groups. Such a fault comes up
 * at its time and meets nobody, which is not the same as one that changed nothing. Messages and operations are none of this: whether
 * they are there shows in whether the fault was reached.
 */
import { EddyError } from '../../sim/errors.ts';
import type { FaultData, MomentRef } from '../../sim/faults/fault.ts';
import { printFault } from '../../sim/faults/print.ts';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { nearest } from '../../sim/nearest.ts';
import type { RunRecord, System } from '../../sim/simulate.ts';

/** All that can be named; `undefined`: anything may be. */
export interface Names {
  /** How many instances each has at a time. */
  readonly services: ReadonlyMap<string, number>;
  readonly components: readonly string[] | undefined;
  /** `log.orders`, and how many partitions it has. */
  readonly topics: ReadonlyMap<string, number> | undefined;
  readonly groups: readonly string[] | undefined;
}

export interface Stranger {
  readonly what: 'service' | 'component' | 'topic' | 'partition' | 'group';
  readonly name: string;
  readonly nearest: string | undefined;
}

/** What is known before a run: topics and groups come to be in it. */
export function namesOf({ services, workload }: System, plan: readonly FaultData[]): Names {
  const used = [...services.flatMap((each) => [each, ...laterVersions(each)]), workload];
  return {
    services: servicesOf(services, plan),
    components: [...new Set(used.flatMap(({ uses }) => Object.values(uses)).map(({ name }) => name))],
    topics: undefined,
    groups: undefined,
  };
}

/** What a run had in the end. */
export function namesInRun({ services }: System, plan: readonly FaultData[], { components }: RunRecord): Names {
  return {
    services: servicesOf(services, plan),
    components: components.map(({ name }) => name),
    topics: new Map(
      components.flatMap(({ name, holds }) =>
        [...(holds?.topics ?? [])].map(([topic, count]) => [`${name}.${topic}`, count] as const),
      ),
    ),
    groups: components.flatMap(({ holds }) => holds?.groups ?? []),
  };
}

/** What a run touched: what is declared and nobody uses any more is gone, too. */
export function namesTouched({ services }: System, plan: readonly FaultData[], sites: readonly SiteRecord[]): Names {
  return {
    services: servicesOf(services, plan),
    components: [...new Set(sites.flatMap((site) => ('component' in site ? [site.component] : [])))],
    topics: new Map(
      sites.flatMap((site) =>
        site.what === 'partition' ? [[`${site.component}.${site.topic}`, Number.POSITIVE_INFINITY] as const] : [],
      ),
    ),
    groups: [...new Set(sites.flatMap((site) => (site.what === 'group' ? [site.group] : [])))],
  };
}

function servicesOf(services: System['services'], plan: readonly FaultData[]): Map<string, number> {
  const known = services.map(({ name, instances = 1 }) => {
    const isDeployed = plan.some((fault) => fault.kind === 'deploy' && 'service' in fault && fault.service === name);
    return [name, isDeployed ? instances + 1 : instances] as const;
  });
  return new Map([['workload', 1], ...known]);
}

function laterVersions({ next }: System['services'][number]): System['services'] {
  return next ? [next, ...laterVersions(next)] : [];
}

/** The first that the fault names and that is not there. */
export function strangerIn(fault: FaultData, names: Names): Stranger | undefined {
  return serviceIn(fault, names) ?? componentIn(fault, names) ?? onLog(fault, names);
}

/** `the scenario has no service wrker; the nearest is worker` */
export function unknownName({ what, name, nearest }: Stranger): string {
  return `the scenario has no ${what} ${name}${nearest === undefined ? '' : `; the nearest is ${nearest}`}`;
}

/** @throws EddyError EDDY_USAGE for a fault that names a service or a component that no run of the system can have */
export function checkNames(of: string, plan: readonly FaultData[], system: System): void {
  const names = namesOf(system, plan);
  for (const fault of plan) {
    const stranger = strangerIn(fault, names);
    if (!stranger) continue;
    throw new EddyError('EDDY_USAGE', `${of}: "${printFault(fault)}" can never come up: ${unknownName(stranger)}`, {
      [stranger.what]: stranger.name,
    });
  }
}

function serviceIn(fault: FaultData, { services }: Names): Stranger | undefined {
  const moments = momentsOf(fault).flatMap((moment) => ('service' in moment ? [moment.service] : []));
  const named = [...moments, ...('service' in fault ? [fault.service] : [])];
  const gone = named.find((name) => !services.has(name));
  if (gone !== undefined) return { what: 'service', name: gone, nearest: nearest(gone, [...services.keys()]) };
  if (!('service' in fault && 'instance' in fault) || fault.instance === undefined) return undefined;
  const last = (services.get(fault.service) as number) - 1;
  if (fault.instance <= last) return undefined;
  return { what: 'service', name: `${fault.service}/${fault.instance}`, nearest: `${fault.service}/${last}` };
}

function momentsOf(fault: FaultData): readonly MomentRef[] {
  if ('place' in fault) return [fault.place.moment];
  if (fault.kind === 'hold') return [fault.site.moment, fault.until.moment];
  if ('site' in fault) return [fault.site.moment];
  return fault.kind === 'poison' && fault.moment ? [fault.moment] : [];
}

function componentIn(fault: FaultData, { components }: Names): Stranger | undefined {
  if (!components || !('component' in fault) || components.includes(fault.component)) return undefined;
  return { what: 'component', name: fault.component, nearest: nearest(fault.component, components) };
}

function onLog(fault: FaultData, { topics, groups }: Names): Stranger | undefined {
  if (groups && 'group' in fault && !groups.includes(fault.group))
    return { what: 'group', name: fault.group, nearest: nearest(fault.group, groups) };
  if (!topics || !('topic' in fault)) return undefined;
  const topic = `${fault.component}.${fault.topic}`;
  const count = topics.get(topic);
  if (count === undefined) return { what: 'topic', name: topic, nearest: nearest(topic, [...topics.keys()]) };
  if (!('partition' in fault) || fault.partition < count) return undefined;
  return { what: 'partition', name: `${topic}/${fault.partition}`, nearest: `${topic}/${count - 1}` };
}
