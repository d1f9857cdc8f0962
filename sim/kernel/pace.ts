/**
 * Drives a world by real time: a step is taken when as much real time has passed since the start as its virtual time says.
 * What comes from outside (bytes on a real socket) enters as a step at the real now.
 *
 * Such a world never ends by being quiet, so no chain of it sleeps. It holds no user code: nothing is drained, but
 * promises settle between two steps.
 */
import { realTimeMs, realTimeout, realTurn } from './host.ts';
import type { World } from './world.ts';

/** So many steps are taken before sockets have their turn. */
const STEPS_A_TURN = 64;

/** The longest that is slept at once: Node's timers take no more than 2^31 milliseconds. */
const SLEEP_MAX_MS = 3_600_000;

export class Pace {
  readonly #startMs = realTimeMs();
  #callOff: (() => void) | undefined;
  #isTaking = false;
  #isOver = false;

  constructor(
    readonly world: World,
    /** Hears what a step threw; the world goes on. */
    readonly failed: (error: unknown) => void,
  ) {
    this.#sleep();
  }

  /** Microseconds since the start. */
  get #nowUs(): number {
    return Math.floor((realTimeMs() - this.#startMs) * 1000);
  }

  /** A step at the real now, behind all that entered before. */
  enter(run: () => void): void {
    if (this.#isOver) return;
    this.world.spawn(Math.max(0, this.#nowUs - this.world.nowUs), run);
    void this.#take();
  }

  /** Nothing is taken any more. */
  end(): void {
    this.#isOver = true;
    this.world.isOver = true;
    this.#callOff?.();
  }

  async #take(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    this.#callOff?.();
    for (let taken = 1; !this.#isOver && this.#takeOne(); taken++) {
      await (taken % STEPS_A_TURN === 0 ? realTurn() : undefined);
    }
    this.#isTaking = false;
    this.#sleep();
  }

  #takeOne(): boolean {
    try {
      return this.world.takeDue(this.#nowUs);
    } catch (error) {
      this.failed(error);
      return true;
    }
  }

  #sleep(): void {
    const { nextUs } = this.world;
    if (this.#isOver || nextUs === Infinity) return;
    const sleepMs = Math.min(SLEEP_MAX_MS, Math.max(0, Math.ceil((nextUs - this.#nowUs) / 1000)));
    this.#callOff = realTimeout(() => void this.#take(), sleepMs);
  }
}
