/** The lanes of a time line: one for each process, whatever its incarnation, and one for each component. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { componentOf } from '../../../fields.ts';

export interface Lane {
  readonly name: string;
  readonly what: 'process' | 'component';
}

export interface Lanes {
  readonly all: readonly Lane[];
  /** The lane where the entry happened. */
  at(entry: EntryResult): number;
  /** The lane of the component that it is about, when that is another one. */
  about(entry: EntryResult): number | undefined;
}

/** Kinds of entries of components that stand between processes. */
const CARRIED: ReadonlySet<string> = new Set(['published', 'delivered']);

/** Sources left, brokers between them and who they deliver to, stores and external systems right: arrows stay short. */
export function lanesOf(entries: readonly EntryResult[]): Lanes {
  const components = new Set<string>();
  const brokers = new Set<string>();
  for (const entry of entries) {
    const component = componentOf(entry);
    if (component === undefined) continue;
    components.add(component);
    if (CARRIED.has(entry.kind)) brokers.add(component);
  }
  const labels = new Set(entries.map(({ process }) => process));
  const processes = [...new Set([...labels].map(processOf))].filter((name) => !components.has(name));
  const sources = processes.filter((name) => name === 'workload');
  const lanes: Lane[] = [
    ...sources.map(processLane),
    ...[...brokers].map(componentLane),
    ...processes
      .filter((name) => name !== 'workload')
      .toSorted(byName)
      .map(processLane),
    ...[...components].filter((name) => !brokers.has(name)).map(componentLane),
  ];
  const index = new Map(lanes.map(({ name }, n) => [name, n]));
  const nameOf = (label: string): string => (components.has(label) ? label : processOf(label));
  const places = new Map([...labels].map((label) => [label, index.get(nameOf(label)) ?? 0]));
  const at = ({ process }: EntryResult): number => places.get(process) ?? index.get(nameOf(process)) ?? 0;
  const about = (entry: EntryResult): number | undefined => {
    const component = componentOf(entry);
    const lane = component === undefined ? undefined : index.get(component);
    return lane === at(entry) ? undefined : lane;
  };
  return { all: lanes, at, about };
}

/** `billing/0.2` is `billing/0` after a restart; the workload sends through a process of its own name. */
export function processOf(label: string): string {
  const [, name, instance] = /^(.*)\/(\d+)(?:\.\d+)?$/su.exec(label) ?? [];
  if (name === undefined) return label;
  return name === 'workload' ? name : `${name}/${instance}`;
}

const processLane = (name: string): Lane => ({ name, what: 'process' });
const componentLane = (name: string): Lane => ({ name, what: 'component' });
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function laneNames({ all }: Lanes): readonly string[] {
  return all.map(({ name }) => name);
}
