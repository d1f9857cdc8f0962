/** How a client comes back to a broker or store: first after 100 ms, then doubling to 5 s, as long as it is out. */
import type { Process } from './process.ts';

const FIRST_US = 100_000;
const MAX_US = 5_000_000;

/** The end that reconnects. */
export interface Reconnecting {
  readonly process: Process;
  readonly isOpen: boolean;
  /** Nobody is there to connect to. */
  readonly isOut: boolean;
  /** It is connected again. */
  back(): void;
}

export class Reconnect {
  #retryUs = FIRST_US;
  #isUnderWay = false;

  constructor(readonly client: Reconnecting) {}

  later(): void {
    const { process } = this.client;
    const { world } = process.simulation;
    if (this.#isUnderWay || !process.alive) return;
    this.#isUnderWay = true;
    const pausedUs = Math.max(0, process.pausedUntilUs - world.nowUs);
    world.spawn(this.#retryUs + pausedUs, () => {
      this.#isUnderWay = false;
      this.#try();
    });
  }

  #try(): void {
    const { process, isOpen, isOut } = this.client;
    const { world } = process.simulation;
    if (!process.alive || isOpen) return;
    if (isOut || process.pausedUntilUs > world.nowUs) {
      this.#retryUs = Math.min(this.#retryUs * 2, MAX_US);
      this.later();
      return;
    }
    this.#retryUs = FIRST_US;
    this.client.back();
  }
}
