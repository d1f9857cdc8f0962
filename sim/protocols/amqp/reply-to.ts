/**
 * Direct reply-to: a consumer of the made-up queue `amq.rabbitmq.reply-to` is sent what is published to the key that its own
 * messages carry. Behind it is a queue of the connection's own. Source: RabbitMQ documentation, "Direct Reply-to".
 */
import { refusal } from '../../brokers/queue/refusal.ts';
import type { AmqpChannel } from './channel.ts';
import type { Properties } from './codec/properties.ts';

export const REPLY_TO = 'amq.rabbitmq.reply-to';

/** The name of the queue is in the key, behind the made-up one. */
const keyOf = (queue: string): string => `${REPLY_TO}.${queue}`;

export function isReplyKey(key: string): boolean {
  return key.startsWith(`${REPLY_TO}.`);
}

export function queueBehind(key: string): string {
  return key.slice(REPLY_TO.length + 1);
}

/** The queue that the channel's replies come to. @throws EddyError EDDY_PRECONDITION_FAILED */
export function replyQueue(channel: AmqpChannel, noAck: boolean): string {
  const { session } = channel;
  if (!noAck) throw refusal('PRECONDITION_FAILED', 'reply consumer cannot acknowledge');
  if (channel.replyQueue !== undefined) throw refusal('PRECONDITION_FAILED', 'reply consumer already set');
  const { topology } = session.runtime.broker;
  const { name } = topology.declareQueue({ name: '', exclusive: true, autoDelete: true }, session);
  channel.replyQueue = name;
  return name;
}

/** What a message says instead of the made-up queue, if it says that. @throws EddyError EDDY_PRECONDITION_FAILED */
export function replyKey({ replyQueue: queue }: AmqpChannel, { replyTo }: Properties): string | undefined {
  if (replyTo !== REPLY_TO) return undefined;
  if (queue === undefined) throw refusal('PRECONDITION_FAILED', 'fast reply consumer does not exist');
  return keyOf(queue);
}
