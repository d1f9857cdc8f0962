/** Which moment a call on a port belongs to. */
import { currentContext, type Moment } from '../kernel/context.ts';
import type { Process } from './process.ts';

/**
 * The moment of the code that calls, if it is this process's; else the process's own work. A loop that a service's start
 * leaves running is its work too, from its first timer on.
 */
export function momentOf(process: Process): Moment {
  const context = currentContext();
  if (!context || context.actor !== process) return process.work;
  const { moment } = context;
  return moment.ref.at === 'start' && process.simulation.world.chain ? process.work : moment;
}
