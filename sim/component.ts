/**
 * Components are inert, typed descriptions, made once; every run makes its own running form, and a process gets only
 * the port of it.
 */
import type { Process } from './services/process.ts';
import type { Simulation } from './simulation.ts';

/** Where the maker of a component's running form is kept, out of sight of users. */
export const MAKE = Symbol('eddy.make');

export interface Component<Port> {
  readonly name: string;
  readonly '~port'?: Port;
  [MAKE](simulation: Simulation): Runtime<Port>;
}

export type Uses = Readonly<Record<string, Component<unknown>>>;
export type Ports<U extends Uses> = { readonly [K in keyof U]: U[K] extends Component<infer P> ? P : never };

/** `refusing`: whoever calls is turned away at once; `silent`: calls are taken and never answered. */
export type Availability = 'up' | 'refusing' | 'silent';

/** A component in a run. */
export interface Runtime<Port> {
  readonly name: string;
  availability: Availability;
  port(process: Process): Port;
  /** The broker's connections to a process break; only brokers have such. */
  disconnect?(process: Process): void;
  /** An outage begins (`up`: ends). */
  availabilityChanged?(): void;
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
