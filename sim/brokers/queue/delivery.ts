/** A delivery: what a consumer is handed by the plain port, and how it is settled. */
import { operate } from '../../services/operation.ts';
import type { Message } from '../message.ts';
import type { Connection, Subscription } from './connection.ts';
import { type Carried, LiveDelivery, SETTLED, stale } from './live.ts';

/** A message in a consumer's hand; it is settled once. */
export interface Delivery<B> {
  readonly message: Message<B>;
  /** Whether the broker handed this copy out before. Not set does not mean first: a publisher's retry comes unflagged. */
  readonly redelivered: boolean;
  ack(): Promise<void>;
  /** Gives it back, or with `requeue: false` to the dead letters. */
  nack(o?: { requeue?: boolean }): Promise<void>;
}

/** Hands a copy to the process: a moment begins. */
export function deliver(
  connection: Connection,
  subscription: Subscription,
  delivered: Carried,
  began: (live: LiveDelivery) => void,
): void {
  const { runtime, process } = connection;
  const live = new LiveDelivery(runtime, process, delivered);
  began(live);
  const { handed } = live;
  handed.strikeReceipt();
  if (!process.alive) return;
  const handle = handleOf(connection, subscription, live);
  runtime.simulation.world.enterContext(handed.context, () => subscription.subscriber.next(handle));
}

function handleOf(connection: Connection, subscription: Subscription, live: LiveDelivery): Delivery<unknown> {
  const { channel, redelivered } = live.delivered;
  return {
    get message() {
      return live.handed.copy.take();
    },
    redelivered,
    ack: () => settle(connection, subscription, live, { phrase: 'ack', by: (tag) => channel.ack(tag), about: {} }),
    nack: ({ requeue = true } = {}) => {
      const by = (tag: number): boolean => channel.nack(tag, { requeue });
      return settle(connection, subscription, live, { phrase: 'nack', by, about: { requeue } });
    },
  };
}

interface Way {
  readonly phrase: 'ack' | 'nack';
  /** @returns whether it came in time. @throws EddyError EDDY_PRECONDITION_FAILED */
  readonly by: (tag: number) => boolean;
  readonly about: Readonly<Record<string, unknown>>;
}

function settle(
  connection: Connection,
  subscription: Subscription,
  live: LiveDelivery,
  { phrase, by, about }: Way,
): Promise<void> {
  const { channel, tag } = live.delivered;
  const operation = live.settling(phrase, connection, {
    effect: (answer) => {
      if (!channel.isOpen) {
        answer.fail(stale());
        return;
      }
      let isInTime = false;
      try {
        isInTime = by(tag);
      } catch (error) {
        connection.dropChannel(subscription);
        answer.fail(error);
        return;
      }
      connection.settled(live);
      live.noteSettled(isInTime ? SETTLED[phrase] : 'settledLate', about);
      answer.ok();
    },
    lose: () => {
      // Over a half-open connection the broker does not hear of it: it keeps what it handed out.
      if (channel.isOpen && !connection.isHalfOpen) connection.dropChannel(subscription);
      return stale();
    },
  });
  return operate(connection.process, live.handed.moment, operation);
}
