/**
 * Steps that keep no run alive: long time-outs which matter only if something else makes time go so far. There are few
 * of them at once, so a list will do.
 */
import type { Step } from './world.ts';

export class Watches {
  readonly #steps: Step[] = [];
  #firstUs = Infinity;

  /** When the first one is due, or `Infinity`. */
  get firstUs(): number {
    return this.#firstUs;
  }

  add(step: Step): void {
    this.#steps.push(step);
    this.#firstUs = Math.min(this.#firstUs, step.dueUs);
  }

  /** Takes out the first one that is due before this time, of equals the one that was added first. */
  take(untilUs: number): Step | undefined {
    if (this.#firstUs >= untilUs) return undefined;
    const at = this.#steps.findIndex(({ dueUs }) => dueUs === this.#firstUs);
    const [step] = this.#steps.splice(at, 1);
    this.#firstUs = this.#steps.reduce((first, { dueUs }) => Math.min(first, dueUs), Infinity);
    return step;
  }
}
