/**
 * Outside clients as processes, so that fault sentences can name them: each connection is one, of a service that is called
 * what the client calls itself (`client` if it does not say), with a number that no other living one of that name has.
 */
import { Process } from '../../sim/services/process.ts';
import type { Simulation } from '../../sim/simulation.ts';

const UNNAMED = 'client';
const NAME_MAX = 200;

export class Clients {
  readonly #taken = new Map<string, Set<number>>();

  constructor(readonly simulation: Simulation) {}

  /** One that has not said its name yet. */
  process(): Process {
    return new Process(this.simulation, UNNAMED, this.#take(UNNAMED), 1);
  }

  rename(process: Process, name: string): void {
    const service = name === '' ? UNNAMED : name.slice(0, NAME_MAX);
    if (service === process.service) return;
    this.left(process);
    process.rename(service, this.#take(service));
  }

  /** Its connection is gone; what it sent before may still take effect. */
  left({ service, instance }: Process): void {
    const taken = this.#taken.get(service);
    taken?.delete(instance);
    if (taken?.size === 0) this.#taken.delete(service);
  }

  /** The least number that nobody of that name has. */
  #take(service: string): number {
    const taken = this.#taken.get(service) ?? new Set();
    this.#taken.set(service, taken);
    let free = 0;
    while (taken.has(free)) free++;
    taken.add(free);
    return free;
  }
}
