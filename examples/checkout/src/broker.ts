/** RabbitMQ: what is declared there, how a message is consumed, and how one is published. */
import type {
  Channel,
  ChannelModel,
  ConfirmChannel,
  ConsumeMessage,
  RecoveringChannelModel,
  RecoveryOptions,
} from 'amqplib';
import type { CloudEvent } from 'cloudevents';
import { type Event, type EventType, Malformed, readEvent } from './events.ts';

const EXCHANGE = 'shop';
/** Each queue is bound to one type of event. */
const QUEUES = {
  carts: 'shop.cart.submitted',
  payments: 'shop.order.placed',
  emails: 'shop.payment.taken',
} as const satisfies Record<string, EventType>;
const RETRY_MS = 500;

export type Queue = keyof typeof QUEUES;
/** amqplib's own, to where the broker is. */
export type Connect = (o: { recovery: RecoveryOptions }) => Promise<RecoveringChannelModel>;
/** Resolves when all is done that the event asks for; rejects with what may pass, so that it is worth another try. */
export type Handler<K extends EventType = EventType> = (event: Event<K>) => Promise<void>;
/** Reads a message, has it handled, and settles it. @throws Malformed from `read` */
export type Settling = <E extends Event>(
  channel: Channel,
  message: ConsumeMessage,
  read: () => E,
  handle: (event: E) => Promise<void>,
) => Promise<void>;

async function declare(channel: Channel): Promise<void> {
  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  for (const [queue, type] of Object.entries(QUEUES)) {
    await channel.assertQueue(`${queue}.dead`, { durable: true });
    await channel.assertQueue(queue, { durable: true, deadLetterExchange: '', deadLetterRoutingKey: `${queue}.dead` });
    await channel.bindQueue(queue, EXCHANGE, type);
  }
}

/** Connects, and again whenever the connection is lost: `setup` is carried out each time. */
export async function connected(connect: Connect, setup: (model: ChannelModel) => Promise<void>): Promise<void> {
  const connection = await connect({ recovery: { setup } });
  // Whoever waits for an answer hears of a lost connection by a rejection.
  connection.on('error', () => {});
}

export async function consume<Q extends Queue>(
  model: ChannelModel,
  queue: Q,
  handle: Handler<(typeof QUEUES)[Q]>,
  settle: Settling = ackLast,
): Promise<void> {
  const channel = await model.createChannel();
  await declare(channel);
  await channel.prefetch(4);
  await channel.consume(queue, (message) => {
    if (!message) return;
    const read = (): Event<(typeof QUEUES)[Q]> => readEvent(QUEUES[queue], message.content);
    // Without its channel a message cannot be settled any more: it comes again.
    settle(channel, message, read, handle).catch(() => {});
  });
}

/** The ack is the last thing that happens. What is malformed is dead-lettered, what fails for now is tried again. */
export const ackLast: Settling = async (channel, message, read, handle) => {
  try {
    await handle(read());
    channel.ack(message);
  } catch (error) {
    if (error instanceof Malformed) return channel.nack(message, false, false);
    await sleep(RETRY_MS);
    channel.nack(message);
  }
};

export async function publisher(model: ChannelModel): Promise<ConfirmChannel> {
  const channel = await model.createConfirmChannel();
  await declare(channel);
  return channel;
}

/** Resolves when the broker has taken responsibility for the event. */
export function publish(channel: ConfirmChannel, event: CloudEvent<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    send(channel, event, (error?: Error | null) => (error ? reject(error) : resolve()));
  });
}

export function send(channel: ConfirmChannel, event: CloudEvent<unknown>, done?: (error?: Error | null) => void): void {
  const { id: messageId, type } = event;
  const o = { persistent: true, messageId, type, contentType: 'application/cloudevents+json' };
  channel.publish(EXCHANGE, type, Buffer.from(JSON.stringify(event)), o, done);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
