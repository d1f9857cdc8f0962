/**
 * Steps that keep no run alive: long time-outs which matter only if something else makes time go so far. There are few
 * of them at once, so a list will do.
 */
import type { Step } from './world.ts';

export class Watches {
  readonly #steps: Step[] = [];
  #firstUs = Infinity;
  /** Those that can tell by themselves who sleeps. */
  readonly #glances = new Set<Step>();

  /** When the first one is due, or `Infinity`. */
  get firstUs(): number {
    return this.#firstUs;
  }

  /** When the first one is due for which sleepers are caught up with, or `Infinity`. */
  get bindingUs(): number {
    if (this.#glances.size === 0) return this.#firstUs;
    return this.#steps.reduce(
      (first, step) => (this.#glances.has(step) ? first : Math.min(first, step.dueUs)),
      Infinity,
    );
  }

  /** @param isGlance it can tell by itself who sleeps: nobody is caught up with for it */
  add(step: Step, isGlance = false): void {
    this.#steps.push(step);
    if (isGlance) this.#glances.add(step);
    this.#firstUs = Math.min(this.#firstUs, step.dueUs);
  }

  /** Takes out the first one that is due before this time, of equals the one that was added first. */
  take(untilUs: number): Step | undefined {
    if (this.#firstUs >= untilUs) return undefined;
    const at = this.#steps.findIndex(({ dueUs }) => dueUs === this.#firstUs);
    const [step] = this.#steps.splice(at, 1);
    if (step) this.#glances.delete(step);
    this.#firstUs = this.#steps.reduce((first, { dueUs }) => Math.min(first, dueUs), Infinity);
    return step;
  }
}
