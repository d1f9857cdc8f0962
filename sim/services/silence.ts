/** What a silent broker or store would have done: it waits until the silence is over. */
import type { Simulation } from '../simulation.ts';

export class Silence {
  #waiting: (() => void)[] = [];

  constructor(
    readonly runtime: { readonly name: string; readonly simulation: Simulation; readonly availability: string },
  ) {}

  /** Runs now, or when it is over. */
  over(go: () => void): void {
    const { name, simulation, availability } = this.runtime;
    if (availability !== 'silent') {
      go();
      return;
    }
    simulation.outageMet(name);
    this.#waiting.push(go);
  }

  /** To be called when the availability has changed. */
  look(): void {
    if (this.runtime.availability === 'silent') return;
    for (const go of this.#waiting.splice(0)) go();
  }
}
