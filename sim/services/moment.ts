/** Which moment a call on a port belongs to. */
import { type Context, currentContext, type Moment } from '../kernel/context.ts';
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

/** The context of the code that calls, if it is this process's; else that of the process's own work. */
export function contextOf(process: Process): Context {
  const context = currentContext();
  if (context?.actor === process) return context;
  return { world: process.simulation.world, actor: process, moment: process.work };
}
