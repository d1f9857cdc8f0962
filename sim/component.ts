/**
 * Components are inert, typed descriptions, made once; every run makes its own running form, and a process gets only
 * the port of it.
 */
import { EddyError } from './errors.ts';
import type { LogTarget } from './services/log-target.ts';
import type { Process } from './services/process.ts';
import type { Simulation } from './simulation.ts';

/** Where the maker of a component's running form is kept, out of sight of users. */
const MAKE = Symbol('eddy.make');
const KINDS = Symbol('eddy.kinds');
const PREPARE = Symbol('eddy.prepare');

/** A broker, store or external system as it is declared: inert, and made anew for every run. `P` is the port that services are handed. */
export interface Component<Port> {
  readonly name: string;
  readonly '~port'?: Port;
}

/** A component as its maker keeps it. */
interface Makeable<Port> extends Component<Port> {
  [MAKE](simulation: Simulation): Runtime<Port>;
  readonly [KINDS]: readonly string[];
  readonly [PREPARE]: Prepare | undefined;
}

/** What has to be there before a run can begin, such as an engine that takes seconds to start; `all`: the run's components. */
export type Prepare = (component: object, all: readonly object[]) => Promise<void>;

/** The component with the maker of its running form, and the kinds of fault that only such a one can show. */
export function makeable<C extends Component<P>, P>(
  component: C,
  make: (simulation: Simulation) => Runtime<P>,
  kinds: readonly string[] = [],
  prepare?: Prepare,
): C {
  return Object.freeze(Object.assign(component, { [MAKE]: make, [KINDS]: kinds, [PREPARE]: prepare }));
}

export function isComponent(value: unknown): value is Component<unknown> {
  return typeof value === 'object' && value !== null && MAKE in value;
}

/** Before each run, outside its world. */
export async function prepared(components: Iterable<Component<unknown>>): Promise<void> {
  const all = [...new Set(components)];
  for (const component of all)
    if (PREPARE in component) await (component as Makeable<unknown>)[PREPARE]?.(component, all);
}

/** The kinds of fault that only components of its sort can show. */
export function ownKinds(component: Component<unknown>): readonly string[] {
  return KINDS in component ? (component as Makeable<unknown>)[KINDS] : [];
}

/** @throws EddyError EDDY_COMPONENT for what none of the makers (queueBroker, logBroker, tables, eventStore, external) has made */
export function makeRuntime<P>(component: Component<P>, simulation: Simulation): Runtime<P> {
  if (MAKE in component) return (component as Makeable<P>)[MAKE](simulation);
  throw new EddyError(
    'EDDY_COMPONENT',
    `"${component.name}" is no component: make it with queueBroker, logBroker, tables, eventStore or external`,
  );
}

/** The components that a service or a workload uses, by the names under which it is handed their ports. */
export type Uses = Readonly<Record<string, Component<unknown>>>;
/** What `start` and `send` are handed: for each component used, its port. */
export type Ports<U extends Uses> = { readonly [K in keyof U]: U[K] extends Component<infer P> ? P : never };

/**
 * `refusing`: whoever calls is turned away at once; `silent`: calls are taken and never answered; `blocking publishers`:
 * what is published waits.
 */
export type Availability = 'up' | 'refusing' | 'silent' | 'blocking publishers';

/** A component in a run. */
export interface Runtime<Port> {
  readonly name: string;
  availability: Availability;
  port(process: Process): Port;
  /** Whether it blocks publishers under an alarm. */
  readonly blocks?: boolean;
  /** The broker's connections to a process break; only brokers have such. */
  disconnect?(process: Process): void;
  isConnected?(process: Process): boolean;
  /** Whether the process has a subscription here that would give it more. */
  serves?(process: Process): boolean;
  /** Nothing passes any more on the connection of a process, and nobody hears of it for a while. */
  halfOpen?(process: Process): void;
  /** It goes down, to come back later: what it does not keep on disk is lost. */
  restarting?(): void;
  /** An outage begins (`up`: ends). */
  availabilityChanged?(): void;
  /** What can befall it as a log broker; only log brokers have such. */
  readonly asLog?: LogTarget;
  /** What is still open, in words, when the run is quiet: `transaction of billing/0 on db`. */
  unfinished?(): readonly string[];
  /** The first conservation law that does not hold: Eddy's own error. */
  brokenLaw?(): string | undefined;
}

/** The ports of a process: one for each component that it uses. */
export function openPorts<U extends Uses>(simulation: Simulation, uses: U, process: Process): Ports<U> {
  const ports = Object.entries(uses).map(([name, component]) => [name, simulation.runtime(component).port(process)]);
  return Object.freeze(Object.fromEntries(ports)) as Ports<U>;
}
