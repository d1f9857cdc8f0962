/**
 * Cuts of the network between a service and a component. TCP loses nothing: what is sent meanwhile waits, and whoever connects
 * tries again, until the cut is over, or for as long as TCP tries. Only of what is reached over sockets.
 */
import type { PlannedFault } from '../faults/book.ts';
import type { Cut } from '../faults/cut.ts';
import { HEARTBEAT_US, type Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';

interface Open {
  readonly fault: PlannedFault;
  readonly cut: Cut;
}

export class Cuts {
  readonly #open = new Set<Open>();

  constructor(readonly simulation: Simulation) {}

  /** Whether nothing comes through that way (`undefined`: one of both); if so, the cut has met somebody. */
  meets(process: Process, component: string, way?: 'there' | 'back'): boolean {
    if (this.#open.size === 0) return false;
    let met = false;
    for (const { fault, cut } of this.#open) {
      if (cut.component !== component || cut.service !== process.service) continue;
      if ((cut.instance ?? process.instance) !== process.instance) continue;
      if (way !== undefined && (cut.way ?? way) !== way) continue;
      met = true;
      this.simulation.strike(fault, process.label, []);
    }
    return met;
  }

  schedule(fault: PlannedFault, cut: Cut): void {
    const { world } = this.simulation;
    const lastsUs = cut.toUs - cut.fromUs;
    world.spawn(cut.fromUs, () => {
      fault.reached = true;
      const entry = { fault, cut };
      this.#open.add(entry);
      if (lastsUs > HEARTBEAT_US) {
        world.spawn(HEARTBEAT_US, () => this.simulation.network.wires(cut.component)?.giveUp());
      }
      world.disturbFor(lastsUs, () => {
        this.#open.delete(entry);
        world.changed();
        this.simulation.network.wires(cut.component)?.look();
      });
    });
  }
}
