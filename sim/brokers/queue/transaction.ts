/**
 * A channel's transaction: what it has published and settled, until it commits. Publishes come first then, as RabbitMQ has them.
 * Sources: AMQP 0-9-1, class tx; RabbitMQ documentation, "Broker Semantics" (Transactions); rabbit_channel.erl.
 */
export class Transaction<Settled> {
  #publishes: (() => void)[] = [];
  #settled: Settled[] = [];

  publish(run: () => void): void {
    this.#publishes.push(run);
  }

  settle(what: Settled): void {
    this.#settled.push(what);
  }

  /** Runs what was published. @returns what was settled; the next transaction has begun */
  commit(): readonly Settled[] {
    const publishes = this.#publishes;
    this.#publishes = [];
    for (const run of publishes) run();
    return this.end();
  }

  /** Forgets what was published. @returns what was settled; the next transaction has begun */
  end(): readonly Settled[] {
    const settled = this.#settled;
    this.#publishes = [];
    this.#settled = [];
    return settled;
  }
}
