/** Services: user code made by a factory that is called again at each start. */
import type { Component, Ports, Uses } from '../component.ts';
import { EddyError } from '../errors.ts';

/** What a process knows of its own life. */
export interface Life {
  /** Counts from 0; no two processes of a service that live at once have the same number. */
  readonly instance: number;
  /**
   * Aborts when the process is asked to stop (SIGTERM), never at a crash. It may stop consuming and finish what it is at:
   * it ends when nothing of it is pending (no timer, no call, no subscription), or is killed after the grace (10 s).
   */
  readonly stopping: AbortSignal;
}

/** User code that runs as processes; made by `service`. */
export interface Service {
  readonly name: string;
  with(o: { instances?: number }): Service;
  /**
   * The version of the code that a deploy brings. While it rolls, processes of both versions run side by side; in the end
   * all run the next one. Called again, it says what comes after that.
   * @throws EddyError EDDY_SCENARIO when the next version has another name
   */
  upgradedTo(next: Service): Service;
}

/** A service as the simulator starts it. */
export interface ServiceShape extends Service {
  readonly uses: Readonly<Record<string, Component<unknown>>>;
  readonly start: (ports: never, life: Life) => void | Promise<void>;
  /** `undefined`: not said, so one. */
  readonly instances: number | undefined;
  /** What a deploy brings; `undefined`: the same code. */
  readonly next: ServiceShape | undefined;
}

/** What is outside `start` survives a crash, so it must hold no state. */
export function service<U extends Uses>(
  name: string,
  uses: U,
  start: (ports: Ports<U>, life: Life) => void | Promise<void>,
): Service {
  return shape({ name, uses, start: start as ServiceShape['start'], instances: undefined, next: undefined });
}

function shape(of: Omit<ServiceShape, 'with' | 'upgradedTo'>): ServiceShape {
  return {
    ...of,
    with: (o) => shape({ ...of, instances: o.instances ?? of.instances }),
    upgradedTo: (next) => {
      if (next.name !== of.name)
        throw new EddyError('EDDY_SCENARIO', `Service ${of.name} cannot be upgraded to ${next.name}: the names differ`);
      return shape({ ...of, next: (of.next?.upgradedTo(next) ?? next) as ServiceShape });
    },
  };
}
