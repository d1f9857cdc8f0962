/** ack, nack, reject, recover, and the end of a transaction: what settles deliveries. */
import { LiveDelivery, SETTLED, stale } from '../../brokers/queue/live.ts';
import { refusal } from '../../brokers/queue/refusal.ts';
import { printName } from '../../faults/words.ts';
import type { Moment } from '../../kernel/context.ts';
import { type Answer, type Operation, perform } from '../../services/operation.ts';
import { HEARTBEAT_US } from '../../services/process.ts';
import type { AmqpChannel } from './channel.ts';
import type { Method } from './codec/method.ts';
import { methodFrame } from './out.ts';

type Acknowledging = Extract<Method, { name: 'basic.ack' | 'basic.nack' | 'basic.reject' }>;

/** A delivery that was settled, and how. */
export interface Settled {
  readonly live: LiveDelivery;
  readonly kind: string;
  readonly about: Readonly<Record<string, unknown>>;
}

/** It is an operation of the delivery whose tag it names, whoever sends it. */
export function acknowledge(channel: AmqpChannel, method: Acknowledging): void {
  const { session } = channel;
  const live = namedBy(channel, method)?.at(-1);
  if (!live || channel.core.isTransactional) {
    session.later(() => channel.guard(method.name, () => void settle(channel, method)));
    return;
  }
  const { lane, process, runtime } = session;
  const ticket = lane.send();
  const phrase = method.name === 'basic.ack' ? 'ack' : 'nack';
  const operation = live.settling(phrase, session, {
    effect: (answer) =>
      lane.arrive(ticket, () => {
        channel.guard(method.name, () => settle(channel, method));
        answer.ok();
      }),
    lose: () => {
      // Over a half-open connection the broker does not hear of it: it keeps what it handed out.
      if (channel.isOpen && !session.isHalfOpen) session.wire.reset();
      return stale();
    },
  });
  const abandon = (): void => lane.arrive(ticket, () => undefined);
  const waitsOut = (goOn: () => void): void => runtime.whenSpeaking(goOn);
  perform(
    process,
    live.handed.moment,
    { ...operation, abandon, waitsOut, breaks: true, timeoutUs: HEARTBEAT_US },
    () => undefined,
    () => undefined,
  );
}

/** The deliveries that it names, in the order of their tags. */
function namedBy({ lives }: AmqpChannel, { args }: Acknowledging): LiveDelivery[] {
  const { deliveryTag: tag } = args;
  if (!('multiple' in args && args.multiple)) {
    const live = lives.get(tag);
    return live ? [live] : [];
  }
  return [...lives].filter(([each]) => tag === 0 || each <= tag).map(([, live]) => live);
}

/** @throws EddyError EDDY_PRECONDITION_FAILED for a tag that the channel does not know */
function settle(channel: AmqpChannel, method: Acknowledging): void {
  const { core } = channel;
  const named = namedBy(channel, method);
  const { deliveryTag: tag } = method.args;
  const kind = SETTLED[method.name === 'basic.ack' ? 'ack' : 'nack'];
  let isInTime = false;
  let about = {};
  if (method.name === 'basic.ack') isInTime = core.ack(tag, method.args.multiple);
  else {
    const { requeue } = method.args;
    about = { requeue };
    isInTime =
      method.name === 'basic.reject'
        ? core.reject(tag, { requeue })
        : core.nack(tag, { requeue, multiple: method.args.multiple });
  }
  for (const live of named) {
    channel.lives.delete(live.delivered.tag);
    const settled = { live, kind: isInTime ? kind : 'settledLate', about };
    if (core.isTransactional) channel.settled.push(settled);
    else live.noteSettled(settled.kind, about);
  }
}

/** All that is unacked goes back to its queues. */
export function recover(
  channel: AmqpChannel,
  { name, args }: Extract<Method, { name: 'basic.recover' | 'basic.recover-async' }>,
  moment: Moment,
): void {
  if (!args.requeue) throw refusal('NOT_IMPLEMENTED', 'requeue=false');
  for (const live of channel.lives.values()) live.handed.moment.open = false;
  channel.lives.clear();
  channel.core.recover();
  channel.session.world.changed();
  if (name === 'basic.recover') channel.reply('basic.recover-ok', {}, moment);
}

/** All that was published and settled in the transaction happens. */
export function commit(channel: AmqpChannel, moment: Moment): void {
  const { session } = channel;
  if (!channel.core.isTransactional) {
    session.inTurn(() => channel.guard('tx.commit', () => channel.core.commit()));
    return;
  }
  const { lane, process, runtime } = session;
  const ticket = lane.send();
  const broken = (): Error => {
    if (channel.isOpen && !session.isHalfOpen) session.wire.reset();
    return stale();
  };
  const committed = methodFrame(channel.number, 'tx.commit-ok', {});
  let goOn = (): void => undefined;
  const operation: Operation<void> = {
    runtime,
    phrase: `commit on ${printName(runtime.name)}`,
    class: 'transaction',
    touches: `${runtime.name}:transactions`,
    effect: (answer) =>
      lane.arrive(ticket, () => {
        // What was sent behind it is answered behind it.
        goOn = lane.hold();
        take(channel, answer, committed);
      }),
    abandon: () => lane.arrive(ticket, () => undefined),
    isLostOnWay: () => session.isHalfOpen,
    halfOpens: true,
    refused: broken,
    failed: broken,
    unknown: broken,
    waitsOut: (goOn) => runtime.whenSpeaking(goOn),
    breaks: true,
    timeoutUs: HEARTBEAT_US,
  };
  perform(
    process,
    moment,
    operation,
    () => {
      if (channel.isOpen) {
        session.sent();
        session.wire.answer(committed, moment);
      }
      goOn();
    },
    () => goOn(),
  );
}

function take(channel: AmqpChannel, answer: Answer<void>, committed: Buffer): void {
  if (!channel.isOpen) {
    answer.fail(stale());
    return;
  }
  channel.guard('tx.commit', () => channel.core.commit());
  for (const { live, kind, about } of channel.settled.splice(0)) live.noteSettled(kind, about);
  const { wire, world, flow } = channel.session;
  world.changed();
  flow.inTurn(() => {
    wire.answerDue = committed;
    answer.ok();
    wire.answerDue = undefined;
  });
}

export function rollback(channel: AmqpChannel, moment: Moment): void {
  channel.core.rollback();
  for (const { live } of channel.settled.splice(0)) channel.lives.set(live.delivered.tag, live);
  channel.session.world.changed();
  channel.reply('tx.rollback-ok', {}, moment);
}
