/** Services: user code made by a factory that is called again at each start. */
import type { Component, Ports, Uses } from '../component.ts';

export interface Life {
  /** Counts from 0. */
  readonly instance: number;
  /** Aborts at a graceful stop (SIGTERM), never at a crash. */
  readonly stopping: AbortSignal;
}

export interface Service {
  readonly name: string;
  with(o: { instances?: number }): Service;
}

/** A service as the simulator starts it. */
export interface ServiceShape extends Service {
  readonly uses: Readonly<Record<string, Component<unknown>>>;
  readonly start: (ports: never, life: Life) => void | Promise<void>;
  /** `undefined`: not said, so one. */
  readonly instances: number | undefined;
}

/** What is outside `start` survives a crash, so it must hold no state. */
export function service<U extends Uses>(
  name: string,
  uses: U,
  start: (ports: Ports<U>, life: Life) => void | Promise<void>,
): Service {
  return shape(name, uses, start as ServiceShape['start'], undefined);
}

function shape(name: string, uses: Uses, start: ServiceShape['start'], instances: number | undefined): ServiceShape {
  return { name, uses, start, instances, with: (o) => shape(name, uses, start, o.instances ?? instances) };
}
