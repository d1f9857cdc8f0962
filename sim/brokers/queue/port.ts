/** The queue broker as a process sees it: publish with confirms, consume with prefetch. */
import { Observable } from 'rxjs';
import { EddyError } from '../../errors.ts';
import { currentContext } from '../../kernel/context.ts';
import { momentOf } from '../../services/moment.ts';
import { operate } from '../../services/operation.ts';
import { type Draft, draftOf } from '../draft.ts';
import type { Envelope } from '../message.ts';
import type { Connection } from './connection.ts';
import { type Bound, bindQueue, type DeclareOptions, declareQueue, type Found } from './declaring.ts';
import type { Delivery } from './delivery.ts';
import { Publication } from './publication.ts';
import type { Process } from '../../services/process.ts';
import type { QueueRuntime } from './runtime.ts';

/** What a publisher says beside the body; without `id` and `type` the message is known by what `identify` finds. */
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

/** How a consumer takes from a queue. */
export interface ConsumeOptions {
  /** Deliveries in flight at most; defaults to 1, 0 is unlimited. */
  prefetch?: number;
  group?: string;
  /** Consumers of the highest priority that have room are served first; defaults to 0. */
  priority?: number;
}

/** A queue broker as a process sees it. */
export interface QueuePort<Q extends string> {
  /** Settles when the broker confirms. Rejects: EDDY_NACKED, EDDY_DISCONNECTED, EDDY_UNAVAILABLE, EDDY_CONFIRM_TIMEOUT. */
  publish(to: { exchange?: string; key: string }, body: unknown, o?: PublishOptions): Promise<void>;
  /**
   * Never completes by itself; after a lost connection it goes on. Errors: EDDY_NO_SUCH_QUEUE (404, the queue is gone),
   * EDDY_RESOURCE_LOCKED (405, another connection's alone), EDDY_ACCESS_REFUSED (403, another consumer's alone).
   */
  consume<B = unknown>(queue: Q, o?: ConsumeOptions): Observable<Delivery<B>>;
  /**
   * `queue.declare`: makes the queue unless it is there, and there it must be the same. Rejects: EDDY_PRECONDITION_FAILED (406, it is
   * another), EDDY_RESOURCE_LOCKED (405, another connection's alone), EDDY_NOT_FOUND (404, `passive`); EDDY_UNAVAILABLE (not done),
   * EDDY_DISCONNECTED, EDDY_TIMEOUT (outcome unknown: it may be done again).
   */
  declareQueue(queue: Q, o?: DeclareOptions<Q>): Promise<Found>;
  /** `queue.bind`; what is bound is bound. Rejects as `declareQueue`: EDDY_NOT_FOUND where queue or exchange are not there. */
  bindQueue(queue: Q, to: Bound): Promise<void>;
}

export function makePort<Q extends string>(runtime: QueueRuntime, process: Process): QueuePort<Q> {
  const connection = runtime.connectionOf(process);
  return Object.freeze({
    publish: (to: { exchange?: string; key: string }, body: unknown, o: PublishOptions = {}) =>
      publish(runtime, connection, to, body, o),
    consume: <B>(queue: Q, o: ConsumeOptions = {}) => consume<B>(runtime, connection, queue, o),
    declareQueue: (queue: Q, o: DeclareOptions<Q> = {}) => declareQueue(runtime, connection, queue, o),
    bindQueue: (queue: Q, to: Bound) => bindQueue(runtime, connection, queue, to),
  });
}

/** `basic.qos` has 16 bits for it. */
const PREFETCH_MAX = 65_535;

function consume<B>(
  runtime: QueueRuntime,
  connection: Connection,
  queue: string,
  { prefetch = 1, priority = 0 }: ConsumeOptions,
): Observable<Delivery<B>> {
  runtime.broker.queue(queue);
  if (!Number.isInteger(prefetch) || prefetch < 0 || prefetch > PREFETCH_MAX)
    throw new EddyError('EDDY_CONFIG', `A prefetch is a whole number from 0 (no limit) to ${PREFETCH_MAX}`, {
      prefetch,
    });
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
  runtime: QueueRuntime,
  link: Connection,
  to: { exchange?: string; key: string },
  body: unknown,
  o: PublishOptions,
): Promise<void> {
  const { process } = link;
  const moment = momentOf(process);
  const { broker } = runtime;
  const route = (): readonly string[] => broker.route(to.exchange ?? '', to.key, o.headers ?? {});
  const queues = route();
  const { changes } = broker.topology;
  const draft = draftOf(moment, runtime.identify, body, { ...o, key: to.key, typeElse: to.key });
  const envelope = envelopeOf(draft, to, o);
  const { mandatory } = o;
  // On its way a queue may be bound.
  const routed = (): readonly string[] => (broker.topology.changes === changes ? queues : route());
  const publication = new Publication(runtime, { link, moment, draft, envelope, queues, routed, mandatory });
  try {
    const taken = await operate(process, moment, publication.operation);
    if (taken.returned) publication.noteReturned(taken);
    publication.noteConfirmed(taken);
  } catch (error) {
    draft.failed();
    throw error;
  }
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
