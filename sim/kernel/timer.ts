/**
 * A timer of user code on the world's heap: what the virtual globals and the RxJS scheduler are made of. It fires in the
 * context that set it, stands still while its process does, and dies with it.
 */
import { begun, type Context, over } from './context.ts';
import type { Step } from './world.ts';

export class VirtualTimer {
  #step: Step | undefined;
  readonly #close = (): void => this.cancel();

  constructor(
    readonly context: Context,
    readonly delayUs: number,
    readonly repeats: boolean,
    readonly callback: () => void,
  ) {
    this.#set();
  }

  cancel(): void {
    if (this.#step) {
      this.context.world.cancel(this.#step);
      if (!this.repeats) over(this.context.moment);
    }
    this.#step = undefined;
    this.context.actor.closers.delete(this.#close);
  }

  /** Begins the wait anew. */
  restart(): void {
    this.cancel();
    this.#set();
  }

  /** Code of a process that has died runs on to its next await; what it sets never fires. */
  #set(): void {
    const { world, actor, moment } = this.context;
    if (!actor.alive) return;
    actor.closers.add(this.#close);
    this.#step = world.timer(this.delayUs, this.#fire, moment, actor);
    if (!this.repeats) begun(moment);
  }

  readonly #fire = (): void => {
    const { world, actor, moment } = this.context;
    const pausedUs = actor.pausedUntilUs - world.nowUs;
    const chain = world.chain;
    if (pausedUs > 0) {
      this.#step = world.after(pausedUs, this.#fire, moment);
      return;
    }
    if (this.repeats && chain) this.#step = world.rearm(this.delayUs, this.#fire, chain, moment, actor);
    else this.cancel();
    world.enterContext(this.context, this.callback);
  };
}
