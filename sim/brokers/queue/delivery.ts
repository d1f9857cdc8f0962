/** A delivery: what a consumer is handed, and how it is settled. */
import { EddyError } from '../../errors.ts';
import { operate } from '../../services/operation.ts';
import { type Handed, handOut } from '../handing.ts';
import type { Message } from '../message.ts';
import type { Channel, Delivered } from './channel.ts';
import type { Connection, Subscription } from './connection.ts';

export interface Delivery<B> {
  readonly message: Message<B>;
  /** Whether the broker handed this copy out before. Not set does not mean first: a publisher's retry comes unflagged. */
  readonly redelivered: boolean;
  ack(): Promise<void>;
  /** Gives it back, or with `requeue: false` to the dead letters. */
  nack(o?: { requeue?: boolean }): Promise<void>;
}

const SETTLED = { ack: 'acked', nack: 'nacked' } as const;

/** Hands a copy to the process: a moment begins. */
export function deliver(
  connection: Connection,
  subscription: Subscription,
  delivered: Delivered & { channel: Channel },
  began: (live: LiveDelivery) => void,
): void {
  const { runtime, process } = connection;
  const { copy, queue, redelivered } = delivered;
  const { envelope } = copy;
  const handed = handOut({
    process,
    broker: runtime.name,
    envelope,
    site: (ref) => runtime.deliverySite(ref, queue),
    note: (about, message) => runtime.note(process.label, 'delivered', envelope, [queue.name], about, message),
    about: { redelivered, copy: copy.sequence, service: process.service },
  });
  const live = new LiveDelivery(connection, subscription, delivered, handed);
  began(live);
  handed.strikeReceipt();
  if (!process.alive) return;
  runtime.simulation.world.enterContext(handed.context, () => subscription.subscriber.next(live.handle));
}

/** A delivery in a consumer's hands. */
export class LiveDelivery {
  readonly handle: Delivery<unknown>;

  constructor(
    readonly connection: Connection,
    readonly subscription: Subscription,
    readonly delivered: Delivered & { channel: Channel },
    readonly handed: Handed,
  ) {
    this.handle = {
      get message() {
        return handed.copy.take();
      },
      redelivered: delivered.redelivered,
      ack: () => this.#settle('ack', (tag) => delivered.channel.ack(tag), {}),
      nack: ({ requeue = true } = {}) =>
        this.#settle('nack', (tag) => delivered.channel.nack(tag, { requeue }), { requeue }),
    };
  }

  get isOpen(): boolean {
    return this.handed.moment.open && this.delivered.channel.isOpen;
  }

  saysWhatItWaitsFor(): string {
    const { printed, waitsFor } = this.handed.moment;
    return `${printed} at ${this.connection.process.label} is not settled; ${
      waitsFor === undefined ? 'it waits for something outside its ports' : `it waits for ${waitsFor}`
    }`;
  }

  #settle(phrase: 'ack' | 'nack', settle: (tag: number) => boolean, about: Record<string, unknown>): Promise<void> {
    const { connection, delivered } = this;
    const { moment } = this.handed;
    const { runtime, process } = connection;
    const stale = (): Error =>
      new EddyError(
        'EDDY_STALE_DELIVERY',
        `The connection that brought this delivery is gone, so it cannot be settled: the message comes again`,
      );
    const lose = (): Error => {
      // Over a half-open connection the broker does not hear of it: it keeps what it handed out.
      if (delivered.channel.isOpen && !connection.isHalfOpen) connection.dropChannel(this.subscription);
      return stale();
    };
    return operate<void>(process, moment, {
      runtime,
      phrase,
      class: 'ack',
      touches: `${runtime.name}.${delivered.queue.name}`,
      effect: (answer) => {
        if (!delivered.channel.isOpen) {
          answer.fail(stale());
          return;
        }
        let isInTime = false;
        try {
          isInTime = settle(delivered.tag);
        } catch (error) {
          connection.dropChannel(this.subscription);
          answer.fail(error);
          return;
        }
        this.#settled(isInTime ? SETTLED[phrase] : 'settledLate', about);
        answer.ok();
      },
      isLostOnWay: (way) => way === 'there' && connection.isHalfOpen,
      halfOpens: true,
      refused: lose,
      unknown: lose,
      lost: lose,
    });
  }

  #settled(kind: string, about: Record<string, unknown>): void {
    const { connection, delivered } = this;
    const { moment, message, copy } = this.handed;
    moment.open = false;
    connection.settled(this);
    connection.runtime.left();
    const { envelope } = delivered.copy;
    if (copy.hasChanged) {
      connection.runtime.note(connection.process.label, 'mutated', envelope, [delivered.queue.name]);
    }
    const { runtime, process } = connection;
    runtime.simulation.record(
      process.label,
      kind,
      {
        component: runtime.name,
        channels: [delivered.queue.name],
        value: message,
        about: { lineage: envelope.lineage, ...about },
      },
      moment.causes,
    );
    runtime.simulation.world.changed();
  }
}
