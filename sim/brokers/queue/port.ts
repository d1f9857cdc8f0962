/** The queue broker as a process sees it: publish with confirms, consume with prefetch. */
import { Observable } from 'rxjs';
import { EddyError } from '../../errors.ts';
import { printName } from '../../faults/words.ts';
import { currentContext, type Moment } from '../../kernel/context.ts';
import { momentOf } from '../../services/moment.ts';
import { type Answer, operate } from '../../services/operation.ts';
import { type Draft, draftOf } from '../draft.ts';
import type { Envelope } from '../message.ts';
import type { Published } from './broker.ts';
import type { Connection } from './connection.ts';
import type { Delivery } from './delivery.ts';
import type { QueueRuntime } from './runtime.ts';

export interface PublishOptions {
  id?: string;
  type?: string;
  headers?: Record<string, unknown>;
  mandatory?: boolean;
  expirationMs?: number;
  /** Whether it is written to disk, so that it is there after the broker restarts; default: true. */
  persistent?: boolean;
  /** The higher goes first, where the queue knows priorities: a classic one with `maxPriority`, a quorum one since 4.0. */
  priority?: number;
}

export interface ConsumeOptions {
  /** Deliveries in flight at most; defaults to 1, 0 is unlimited. */
  prefetch?: number;
  group?: string;
  /** Consumers of the highest priority that have room are served first; defaults to 0. */
  priority?: number;
}

export interface QueuePort<Q extends string> {
  /** Settles when the broker confirms. Rejects: EDDY_NACKED, EDDY_DISCONNECTED, EDDY_UNAVAILABLE, EDDY_CONFIRM_TIMEOUT. */
  publish(to: { exchange?: string; key: string }, body: unknown, o?: PublishOptions): Promise<void>;
  /** Never completes by itself; after a lost connection it goes on. */
  consume<B = unknown>(queue: Q, o?: ConsumeOptions): Observable<Delivery<B>>;
}

export function makePort<Q extends string>(runtime: QueueRuntime<Q>, connection: Connection): QueuePort<Q> {
  return Object.freeze({
    publish: (to: { exchange?: string; key: string }, body: unknown, o: PublishOptions = {}) =>
      publish(runtime as QueueRuntime<string>, connection, to, body, o),
    consume: <B>(queue: Q, o: ConsumeOptions = {}) => consume<B>(runtime as QueueRuntime<string>, connection, queue, o),
  });
}

function consume<B>(
  runtime: QueueRuntime<string>,
  connection: Connection,
  queue: string,
  { prefetch = 1, priority = 0 }: ConsumeOptions,
): Observable<Delivery<B>> {
  runtime.broker.queue(queue);
  const { process } = connection;
  return new Observable<Delivery<B>>((subscriber) => {
    const context = currentContext() ?? { world: runtime.simulation.world, actor: process, moment: process.work };
    return connection.subscribe({
      queue,
      prefetch,
      priority,
      subscriber: subscriber as never,
      context,
      channel: undefined,
      consumer: undefined,
      lastUs: 0,
    });
  });
}

async function publish(
  runtime: QueueRuntime<string>,
  connection: Connection,
  to: { exchange?: string; key: string },
  body: unknown,
  o: PublishOptions,
): Promise<void> {
  const { process } = connection;
  const moment = momentOf(process);
  const queues = runtime.broker.route(to.exchange ?? '', to.key, o.headers ?? {});
  const draft = draftOf(moment, runtime.identify, body, { ...o, key: to.key, typeElse: to.key });
  const { type } = draft.message;
  let envelope = envelopeOf(draft, to, o);
  let published: Published | undefined;
  let isSent = false;
  const store = (answer: Answer<void>): void => {
    const taking = runtime.broker.taking(queues);
    // What no queue takes for want of room was never published; what no queue is bound for was.
    if (taking.length > 0 || queues.length === 0)
      envelope = { ...envelope, entry: notePublished(runtime, process.label, envelope, taking, moment) };
    published = runtime.broker.publish(envelope, queues, { mandatory: o.mandatory });
    runtime.simulation.world.changed();
    if (published.nackedBy === undefined) answer.ok();
    else answer.fail(full(published.nackedBy));
  };
  try {
    await operate<void>(process, moment, {
      runtime,
      phrase: `publish of ${printName(type)} to ${printName(runtime.name)}`,
      class: 'publish',
      touches: queues.map((queue) => `${runtime.name}.${queue}`).join(' '),
      effect: (answer) => {
        if (!connection.isOpen) {
          answer.fail(unavailable(runtime.name));
          return;
        }
        isSent = true;
        const { losses } = connection;
        const waits = runtime.alarm.holdBack(() => {
          // What waits in a connection's buffer is lost with it.
          if (connection.losses === losses) store(answer);
        });
        if (waits) runtime.blocked(() => answer.fail(unconfirmed(runtime.name)));
      },
      refused: () => unavailable(runtime.name),
      failed: () => nacked(runtime.name, queues),
      isLostOnWay: () => connection.isHalfOpen,
      halfOpens: true,
      outages: queues.some((queue) => runtime.broker.queue(queue).wouldLose(envelope)) ? FRAGILE : STURDY,
      unknown: () => unconfirmed(runtime.name),
      // What was never sent waits for no confirm: that it failed is known.
      cutOff: () => (connection.isOpen || !isSent ? undefined : disconnected(runtime.name)),
    });
  } catch (error) {
    draft.failed();
    throw error;
  }
  if (published?.returned) runtime.note(process.label, 'returned', envelope, []);
  runtime.note(process.label, 'confirmed', envelope, queues);
}

function envelopeOf(
  { message, text, lineage }: Draft,
  { exchange = '' }: { exchange?: string },
  o: PublishOptions,
): Envelope {
  const expirationUs = o.expirationMs === undefined ? undefined : o.expirationMs * 1000;
  const { priority, persistent = true } = o;
  return { message, text, lineage, entry: -1, exchange, expirationUs, priority, durable: persistent };
}

/** What may befall a broker when messages are published to it that a restart loses, and when not. */
const FRAGILE = ['blocking publishers', 'restarting'] as const;
const STURDY = ['blocking publishers'] as const;

function full(queue: string): Error {
  return new EddyError('EDDY_NACKED', `The broker refused the message: queue ${queue} is full`, { queue });
}

function nacked(broker: string, queues: readonly string[]): Error {
  const where = queues.length > 0 ? `queue ${queues.join(' and ')}` : 'it';
  return new EddyError('EDDY_NACKED', `The broker ${broker} refused the message: ${where} failed to take it`, {
    queues,
  });
}

function unconfirmed(broker: string): Error {
  const says = 'No confirm came within 10 s: the message may be stored or not';
  return new EddyError('EDDY_CONFIRM_TIMEOUT', says, { broker });
}

function disconnected(broker: string): Error {
  const says = 'The connection was lost before the confirm: the message may be stored or not';
  return new EddyError('EDDY_DISCONNECTED', says, { broker });
}

function unavailable(broker: string): Error {
  return new EddyError('EDDY_UNAVAILABLE', `The broker ${broker} cannot be reached: nothing was sent`, { broker });
}

function notePublished(
  runtime: QueueRuntime<string>,
  process: string,
  envelope: Envelope,
  queues: readonly string[],
  moment: Moment,
): number {
  const { lineage, message } = envelope;
  return runtime.simulation.record(
    process,
    'published',
    { component: runtime.name, channels: queues, value: message, about: { lineage } },
    moment.causes,
  );
}
