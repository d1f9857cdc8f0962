/** basic.consume, basic.cancel, basic.get: how copies come into a client's hands. */
import { routingKeyOf } from '../../brokers/message.ts';
import type { Delivered } from '../../brokers/queue/channel.ts';
import { LiveDelivery } from '../../brokers/queue/live.ts';
import { noteCancelled, watchOverdue } from '../../brokers/queue/overdue.ts';
import { consumerPriority } from '../../brokers/queue/topology/arguments.ts';
import { refusal, replyOf } from '../../brokers/queue/refusal.ts';
import type { Moment } from '../../kernel/context.ts';
import { hashText } from '../../kernel/random.ts';
import type { AmqpChannel } from './channel.ts';
import type { Arguments } from './codec/method.ts';
import { queueOf } from './declaring.ts';
import { contentOf } from './message.ts';
import { contentFrames } from './out.ts';
import { REPLY_TO, replyQueue } from './reply-to.ts';

/** What is said of a delivery before its content. */
type Announced =
  | readonly ['basic.deliver', Partial<Arguments<'basic.deliver'>>]
  | readonly ['basic.get-ok', Partial<Arguments<'basic.get-ok'>>];

export function consume(channel: AmqpChannel, args: Arguments<'basic.consume'>, moment: Moment): void {
  const { session, core } = channel;
  const { topology } = session.runtime.broker;
  const { noAck, exclusive } = args;
  const isReply = args.queue === REPLY_TO;
  const name = isReply ? replyQueue(channel, noAck) : queueOf(channel, args.queue);
  core.checkTag(args.consumerTag);
  const queue = topology.queueFor(name, session);
  const tag = args.consumerTag === '' ? topology.consumerTag(session) : args.consumerTag;
  const priority = consumerPriority(name, args.arguments);
  // Copies are handed out while `consume` still runs, but the client is to know its consumer first.
  let early: Delivered[] | undefined = [];
  const deliver = (delivered: Delivered): void => {
    if (early) early.push(delivered);
    else carry(channel, delivered, noAck, tag);
  };
  const cancelled = (): void => {
    noteCancelled(session.runtime, session.process, name);
    if (channel.isOpen && session.handshake.capabilities['consumer_cancel_notify'] === true) {
      channel.reply('basic.cancel', { consumerTag: tag, noWait: true });
    }
  };
  core.consume(queue, { autoAck: noAck, exclusive, priority, tag }, deliver, cancelled);
  session.world.changed();
  if (!args.noWait) channel.reply('basic.consume-ok', { consumerTag: tag }, moment);
  const first = early;
  early = undefined;
  for (const delivered of first) carry(channel, delivered, noAck, tag);
}

export function cancel(channel: AmqpChannel, { consumerTag, noWait }: Arguments<'basic.cancel'>, moment: Moment): void {
  channel.core.cancelTag(consumerTag);
  channel.session.world.changed();
  if (!noWait) channel.reply('basic.cancel-ok', { consumerTag }, moment);
}

export function get(channel: AmqpChannel, { queue: given, noAck }: Arguments<'basic.get'>, moment: Moment): void {
  const { session, core } = channel;
  const queue = session.runtime.broker.topology.queueToGet(queueOf(channel, given), session);
  const got = core.get(queue, { autoAck: noAck });
  if (!got) {
    // Who looks again and again finds the same.
    session.world.read(hashText(queue.name));
    channel.reply('basic.get-empty', {}, moment);
    return;
  }
  session.world.changed();
  hand(channel, got, noAck, (about) => ['basic.get-ok', { ...about, messageCount: got.left }]);
}

function carry(channel: AmqpChannel, delivered: Delivered, noAck: boolean, consumerTag: string): void {
  hand(channel, delivered, noAck, (about) => ['basic.deliver', { ...about, consumerTag }]);
}

/** A copy travels to the client; its delivery begins when it is there. */
function hand(
  channel: AmqpChannel,
  delivered: Delivered,
  noAck: boolean,
  announce: (about: { deliveryTag: number; redelivered: boolean; exchange: string; routingKey: string }) => Announced,
): void {
  const { session, core, number } = channel;
  const { runtime, wire, process } = session;
  session.sent();
  if (!noAck) watch(channel, delivered);
  wire.deliver(() => {
    if (!channel.isOpen) return undefined;
    const live = new LiveDelivery(runtime, process, { ...delivered, channel: core });
    const { moment, copy } = live.handed;
    if (noAck) moment.open = false;
    else channel.lives.set(delivered.tag, live);
    live.handed.strikeReceipt();
    if (!process.alive) return undefined;
    // Whoever does not tell when a body is read dies as soon as it is there.
    if (copy.kills && !session.handshake.tellsReading) process.die('process', 'poison', moment.causes);
    if (!process.alive) return undefined;
    const { envelope } = delivered.copy;
    const { exchange = '' } = envelope;
    const routingKey = routingKeyOf(envelope);
    const { tag: deliveryTag, redelivered } = delivered;
    const announced = announce({ deliveryTag, redelivered, exchange, routingKey });
    const bytes = contentFrames(number, announced as never, contentOf(live), session.handshake.frameMax);
    return { bytes, moment };
  });
}

/** A delivery that is not settled in time closes its channel. */
function watch(channel: AmqpChannel, { queue }: Delivered): void {
  const { session, core } = channel;
  watchOverdue(session.runtime, session.process, core, {
    queue: queue.name,
    closed: () => {
      const reply = replyOf(core.closedBy ?? refusal('PRECONDITION_FAILED', 'timeout'));
      if (reply) channel.fail(reply, undefined);
    },
  });
}
