/** Processes that are slow for a while: everything that they ask for takes longer, so that messages pile up before them. */
import type { PlannedFault } from '../faults/book.ts';
import type { Slowness as SlowWindow } from '../faults/fault.ts';
import type { Simulation } from '../simulation.ts';
import type { Process } from './process.ts';

export class Slowness {
  readonly #open: { readonly fault: PlannedFault; readonly window: SlowWindow }[] = [];

  constructor(readonly simulation: Simulation) {}

  /** By how much longer the process waits for an operation that it begins now. */
  byUs(process: Process, causes: readonly number[]): number {
    let sumUs = 0;
    for (const { fault, window } of this.#open) {
      if (window.service !== process.service || (window.instance ?? process.instance) !== process.instance) continue;
      sumUs += window.byUs;
      if (window.byUs > 0) this.simulation.strike(fault, process.label, causes);
    }
    return sumUs;
  }

  schedule(fault: PlannedFault, window: SlowWindow): void {
    const { world } = this.simulation;
    world.spawn(window.fromUs, () => {
      fault.reached = true;
      const entry = { fault, window };
      this.#open.push(entry);
      world.disturbFor(window.toUs - window.fromUs, () => void this.#open.splice(this.#open.indexOf(entry), 1));
    });
  }
}
