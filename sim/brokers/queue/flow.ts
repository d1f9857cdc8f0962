/**
 * What one connection publishes comes into its queues in order: while a queue takes one message late, those behind it wait. Sources:
 * RabbitMQ documentation, "Broker Semantics" (Message Ordering Guarantees), "Flow Control" (a connection that outruns a queue is blocked).
 */
import { Gate } from './gate.ts';

export class Flow {
  #isHeldUp = false;
  readonly #gate = new Gate(() => this.#isHeldUp);

  /** @param holdUp What else has to wait meanwhile; answers what lets it go on. */
  constructor(readonly holdUp?: () => () => void) {}

  /** Goes on behind all that is on its way. */
  inTurn(go: () => void): void {
    this.#gate.holdBack(go);
  }

  /** The message whose turn it is, is on its way. @returns what is called when it is there */
  onItsWay(): () => void {
    this.#isHeldUp = true;
    const goOn = this.holdUp?.();
    return () => {
      this.#isHeldUp = false;
      this.#gate.look();
      goOn?.();
    };
  }
}
