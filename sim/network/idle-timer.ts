/** The time-out of a socket on which nothing happens, in virtual time. Activity only notes the time: it sets nothing anew. */
import type { Context } from '../kernel/context.ts';
import type { Step } from '../kernel/world.ts';
import type { Process } from '../services/process.ts';

export class IdleTimer {
  #delayUs = 0;
  #activeUs = 0;
  #context: Context | undefined;
  #step: Step | undefined;

  constructor(
    readonly process: Process,
    readonly idle: () => void,
  ) {}

  /** @param delayUs 0: none */
  set(delayUs: number, context: Context): void {
    this.stop();
    this.#delayUs = delayUs;
    this.#context = context;
    this.touch();
  }

  /** Something has happened. */
  touch(): void {
    if (this.#delayUs === 0) return;
    this.#activeUs = this.process.simulation.world.nowUs;
    if (!this.#step) this.#arm(this.#delayUs);
  }

  stop(): void {
    if (this.#step) this.process.simulation.world.cancel(this.#step);
    this.#step = undefined;
    this.#delayUs = 0;
  }

  #arm(delayUs: number): void {
    const { world } = this.process.simulation;
    if (this.process.alive && !world.isOver) this.#step = world.timer(delayUs, this.#fire, this.#context?.moment);
  }

  readonly #fire = (): void => {
    this.#step = undefined;
    const { process } = this;
    const { world } = process.simulation;
    const context = this.#context;
    if (!process.alive || !context) return;
    const pausedUs = process.pausedUntilUs - world.nowUs;
    const leftUs = this.#activeUs + this.#delayUs - world.nowUs;
    if (pausedUs > 0) this.#arm(pausedUs);
    else if (leftUs > 0) this.#arm(leftUs);
    else world.enterContext(context, this.idle);
  };
}
