/** A consumer on a channel: how much it may have in flight. Source: RabbitMQ documentation, "Consumer Prefetch". */
import type { Channel, Delivered } from './channel.ts';
import type { Copy, Queue, Taker } from './queue.ts';

/** A quorum queue's consumer without a prefetch is still limited. Source: RabbitMQ documentation, "Quorum Queues". */
const QUORUM_UNLIMITED = 2000;

export interface ConsumerOptions {
  readonly prefetch: number;
  readonly autoAck: boolean;
  readonly priority: number;
  readonly isExclusive: boolean;
  /** Its name on its channel; '': nobody calls it by one. */
  readonly tag: string;
}

export class Consumer implements Taker {
  outstanding = 0;
  /** Beyond its prefetch. */
  extraRoom = 0;
  readonly #limit: number;

  constructor(
    readonly channel: Channel,
    readonly queue: Queue,
    readonly options: ConsumerOptions,
    readonly deliver: (delivered: Delivered) => void,
    /** The broker cancels it. */
    readonly onCancel: () => void = () => {},
  ) {
    const unlimited = queue.options.type === 'quorum' ? QUORUM_UNLIMITED : Infinity;
    // What needs no ack never stands out.
    this.#limit = options.prefetch === 0 ? unlimited : options.prefetch;
  }

  get priority(): number {
    return this.options.priority;
  }

  get isExclusive(): boolean {
    return this.options.isExclusive;
  }

  get hasRoom(): boolean {
    return this.channel.isOpen && this.outstanding < this.#limit + this.extraRoom && this.channel.shared.hasRoom;
  }

  take(queue: Queue, copy: Copy): void {
    this.deliver(this.channel.handOut(queue, copy, this));
  }

  cancelled(): void {
    this.channel.forget(this);
    this.onCancel();
  }
}
