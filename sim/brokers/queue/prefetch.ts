/**
 * The prefetch that all consumers of a channel share (`basic.qos` with `global`). What counts is what was outstanding when it was set,
 * and what consumers have been handed and settled since; what they get without acks counts not, but waits with the others.
 * Sources: RabbitMQ documentation, "Consumer Prefetch"; rabbit_limiter.erl.
 */
export class SharedPrefetch {
  /** 0: none. */
  #limit = 0;
  #volume = 0;

  get isSet(): boolean {
    return this.#limit > 0;
  }

  get hasRoom(): boolean {
    return this.#limit === 0 || this.#volume < this.#limit;
  }

  /** @param outstanding how much the channel has in flight */
  set(limit: number, outstanding: number): void {
    if (this.#limit === 0 && limit > 0) this.#volume = outstanding;
    this.#limit = limit;
  }

  handedOut(): void {
    if (this.isSet) this.#volume++;
  }

  settled(): void {
    if (this.#volume > 0) this.#volume--;
  }
}
