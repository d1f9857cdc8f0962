/** A sequence's queues and exchange on a real broker, under names of its own. */
import type { Channel } from 'amqplib';
import type { BrokerShape } from '../../sim/brokers/queue/broker.ts';
import type { QueueOptions } from '../../sim/brokers/queue/settings.ts';

/** Names on the server: many sequences share it. The part behind the last `-` is the model's name. */
export class Names {
  constructor(readonly prefix: string) {}

  real(name: string): string {
    return `${this.prefix}-${name}`;
  }

  model(name: string): string {
    return name.slice(name.lastIndexOf('-') + 1);
  }
}

function argumentsOf(o: QueueOptions<string>, names: Names): Record<string, unknown> {
  const all = {
    'x-queue-type': o.type ?? 'classic',
    'x-message-ttl': o.messageTtlMs,
    'x-max-length': o.maxLength,
    'x-overflow': o.overflow,
    'x-delivery-limit': o.deliveryLimit,
    'x-single-active-consumer': o.singleActiveConsumer,
    'x-max-priority': o.maxPriority,
    'x-dead-letter-exchange': o.deadLetterTo === undefined ? undefined : '',
    'x-dead-letter-routing-key': o.deadLetterTo === undefined ? undefined : names.real(o.deadLetterTo),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export async function declare(channel: Channel, shape: BrokerShape, names: Names): Promise<void> {
  for (const [name, options] of Object.entries(shape.queues)) {
    await channel.assertQueue(names.real(name), { durable: true, arguments: argumentsOf(options, names) });
  }
  for (const [name, { type, bind }] of Object.entries(shape.exchanges ?? {})) {
    await channel.assertExchange(names.real(name), type, { durable: false });
    for (const { queue, key = '', headers } of bind) {
      await channel.bindQueue(names.real(queue), names.real(name), key, headers);
    }
  }
}

export async function remove(channel: Channel, shape: BrokerShape, names: Names): Promise<void> {
  for (const name of Object.keys(shape.queues)) await channel.deleteQueue(names.real(name));
  for (const name of Object.keys(shape.exchanges ?? {})) await channel.deleteExchange(names.real(name));
}
