/** Exchanges, queues and bindings: methods to what the broker's core is asked, and its answers. */
import type { AmqpChannel } from './channel.ts';
import { refusal } from '../../brokers/queue/refusal.ts';
import type { Method } from './codec/method.ts';
import type { Reply } from './handshake.ts';
import { REPLY_TO } from './reply-to.ts';

/** @returns its reply; undefined for a method of another class. @throws EddyError as the broker refuses it */
export function declaring(channel: AmqpChannel, method: Method): Reply | undefined {
  const reply = ofExchanges(channel, method) ?? ofQueues(channel, method);
  if (reply && !isPassive(method)) channel.session.world.changed();
  return reply;
}

function isPassive({ args }: Method): boolean {
  return 'passive' in args && args.passive;
}

function ofExchanges({ session }: AmqpChannel, method: Method): Reply | undefined {
  const { topology } = session.runtime.broker;
  switch (method.name) {
    case 'exchange.declare': {
      const { exchange, ...how } = method.args;
      topology.declareExchange({ ...how, name: exchange });
      return ['exchange.declare-ok', {}];
    }
    case 'exchange.delete':
      topology.deleteExchange(method.args.exchange, method.args);
      return ['exchange.delete-ok', {}];
    case 'exchange.bind':
      topology.bindExchange(method.args);
      return ['exchange.bind-ok', {}];
    case 'exchange.unbind':
      topology.unbindExchange(method.args);
      return ['exchange.unbind-ok', {}];
    default:
      return undefined;
  }
}

function ofQueues(channel: AmqpChannel, method: Method): Reply | undefined {
  const { session } = channel;
  const { topology } = session.runtime.broker;
  switch (method.name) {
    case 'queue.declare': {
      const { queue, ...how } = method.args;
      if (queue === REPLY_TO) return ['queue.declare-ok', { queue }];
      const { name, messages, consumers } = topology.declareQueue({ ...how, name: queue }, session);
      channel.lastQueue = name;
      if (how.passive) session.world.read(messages * 31 + consumers);
      return ['queue.declare-ok', { queue: name, messageCount: messages, consumerCount: consumers }];
    }
    case 'queue.bind':
      topology.bindQueue(bindingOf(channel, method.args), session);
      return ['queue.bind-ok', {}];
    case 'queue.unbind':
      topology.unbindQueue(bindingOf(channel, method.args), session);
      return ['queue.unbind-ok', {}];
    case 'queue.purge': {
      const messageCount = topology.purgeQueue(queueOf(channel, method.args.queue), session);
      return ['queue.purge-ok', { messageCount }];
    }
    case 'queue.delete': {
      const messageCount = topology.deleteQueue(queueOf(channel, method.args.queue), method.args, session);
      return ['queue.delete-ok', { messageCount }];
    }
    default:
      return undefined;
  }
}

/** An empty name means the queue that the channel declared last. */
export function queueOf({ lastQueue }: AmqpChannel, given: string): string {
  if (given !== '') return given;
  if (lastQueue === undefined) throw refusal('NOT_FOUND', 'no previously declared queue');
  return lastQueue;
}

/** Without a queue and a key the last queue's name is the key, too. */
function bindingOf<B extends { readonly queue: string; readonly routingKey: string }>(
  channel: AmqpChannel,
  given: B,
): B {
  const queue = queueOf(channel, given.queue);
  const routingKey = given.queue === '' && given.routingKey === '' ? queue : given.routingKey;
  return { ...given, queue, routingKey };
}
