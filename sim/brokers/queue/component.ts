/** The queue broker as a component: `queueBroker('mq', { queues: { payments: { deadLetterTo: 'dead' }, dead: {} } })`. */
import { type Component, makeable } from '../../component.ts';
import type { Identify } from '../message.ts';
import { type BrokerSeen, brokerSeen } from '../seen.ts';
import { makePort, type QueuePort } from './port.ts';
import type { Profile } from './profile.ts';
import type { QueueOptions } from './settings.ts';
import { QueueRuntime } from './runtime.ts';

/** An exchange and the queues that are bound to it. */
export interface Exchange<Q extends string> {
  type: 'direct' | 'fanout' | 'topic' | 'headers';
  bind: readonly { queue: Q; key?: string; headers?: Record<string, string> }[];
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
  const all = Object.entries<QueueOptions<Q>>(o.queues);
  const provided = all.flatMap(([queue, { asDeclared }]) => (asDeclared === true ? [queue] : []));
  return makeable(
    { name, ...brokerSeen<Q | L>(name) },
    (simulation) => new QueueRuntime<QueuePort<Q | L>>(name, { ...o, provided }, o.identify, simulation, makePort),
    ['ack-lost'],
  );
}
