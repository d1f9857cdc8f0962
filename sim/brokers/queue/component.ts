/** The queue broker as a component: `queueBroker('mq', { queues: { payments: { deadLetterTo: 'dead' }, dead: {} } })`. */
import { type Component, makeable } from '../../component.ts';
import { checkOptions } from '../../options.ts';
import type { BrokerShape } from './broker.ts';
import type { Identify } from '../message.ts';
import { type BrokerSeen, brokerSeen } from '../seen.ts';
import { makePort, type QueuePort } from './port.ts';
import type { Profile } from './profile.ts';
import { QUEUE_OPTIONS, type QueueOptions } from './settings.ts';
import { QueueRuntime } from './runtime.ts';

/** An exchange and the queues that are bound to it. */
export interface Exchange<Q extends string> {
  type: 'direct' | 'fanout' | 'topic' | 'headers';
  bind: readonly { queue: Q; key?: string; headers?: Record<string, string> }[];
}

const OPTIONS = {
  queues: true,
  declaredLater: true,
  exchanges: true,
  identify: true,
  profile: true,
  alarm: true,
} as const;

/** @throws EddyError EDDY_CONFIG for an option of a queue or an exchange that is not known */
export function checkTopology(
  name: string,
  { queues, exchanges = {}, alarm }: Pick<BrokerShape, 'queues' | 'exchanges' | 'alarm'>,
): void {
  for (const [queue, options] of Object.entries(queues))
    checkOptions<QueueOptions<string>>(`${name}.${queue}`, options, QUEUE_OPTIONS);
  for (const [exchange, options] of Object.entries(exchanges)) {
    checkOptions(`${name}.${exchange}`, options, { type: true, bind: true });
    for (const binding of options.bind)
      checkOptions(`a binding of ${name}.${exchange}`, binding, { queue: true, key: true, headers: true });
  }
  checkOptions(`the alarm of ${name}`, alarm, { above: true });
}

/** A broker that behaves as RabbitMQ does; `profile` is its version (default 4.2). */
export function queueBroker<Q extends string, L extends string = never>(
  name: string,
  o: {
    queues: Record<Q, QueueOptions<NoInfer<Q>>>;
    /** Queues that are not there until a service declares them. */
    declaredLater?: readonly L[];
    exchanges?: Record<string, Exchange<NoInfer<Q>>>;
    identify?: Identify;
    profile?: Profile;
    /** A memory alarm: publishers wait while the broker holds more messages, ready or unacked, than `above`. */
    alarm?: { above: number };
  },
): Component<QueuePort<Q | L>> & BrokerSeen<Q | L> {
  checkOptions(name, o, OPTIONS);
  checkTopology(name, o);
  const all = Object.entries<QueueOptions<Q>>(o.queues);
  const provided = all.flatMap(([queue, { asDeclared }]) => (asDeclared === true ? [queue] : []));
  return makeable(
    { name, ...brokerSeen<Q | L>(name) },
    (simulation) => new QueueRuntime<QueuePort<Q | L>>(name, { ...o, provided }, o.identify, simulation, makePort),
    ['ack-lost'],
  );
}
