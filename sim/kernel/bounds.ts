/** How far a run may go on: each bound is said in words, with how much it allows. */

export interface Bounds {
  /** Steps in a row without anything from outside: an item sent, a fault, the end of one. */
  readonly steps: number;
  readonly virtualUs: number;
  readonly entries: number;
}

export const DEFAULT_BOUNDS: Bounds = { steps: 10_000, virtualUs: 6 * 3_600_000_000, entries: 100_000 };

/** However disturbed, a run has an end. */
const DISTURBED_TIMES = 50;

export class Limits {
  #bounds: Bounds;
  #untilUs: number;

  constructor(bounds: Partial<Bounds>) {
    this.#bounds = { ...DEFAULT_BOUNDS, ...bounds };
    this.#untilUs = this.#bounds.virtualUs;
  }

  /** Which of those the run is past that may be for the plan's sake: it ends before the run is given up. */
  pastFor(timeUs: number, steps: number, undisturbed: number): string | undefined {
    const { steps: inARow, virtualUs } = this.#bounds;
    if (timeUs > this.#untilUs) return `${virtualUs / 1_000_000} s of virtual time`;
    if (steps > inARow * DISTURBED_TIMES) return `${inARow * DISTURBED_TIMES} steps`;
    return undisturbed > inARow ? `${inARow} steps in a row without anything from outside` : undefined;
  }

  /** The plan has ended: time begins anew, once. @returns whether it may go on */
  planEnded(timeUs: number): boolean {
    if (timeUs <= this.#untilUs) return true;
    if (this.#untilUs > this.#bounds.virtualUs) return false;
    this.#untilUs = timeUs + this.#bounds.virtualUs;
    return true;
  }

  /** What comes up only as the run goes on takes so much time, and is not held against the system. */
  lengthen(byUs: number): void {
    this.#bounds = { ...this.#bounds, virtualUs: this.#bounds.virtualUs + byUs };
    this.#untilUs += byUs;
  }

  pastEntries(entries: number): string | undefined {
    return entries > this.#bounds.entries ? `${this.#bounds.entries} entries of history` : undefined;
  }
}
