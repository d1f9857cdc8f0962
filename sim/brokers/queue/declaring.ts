/**
 * What a process declares while the broker runs, each on a channel of its own: what is refused closes nothing else. Source: AMQP 0-9-1,
 * `queue.declare`, `queue.bind`; RabbitMQ documentation, "Queues" (Declaration and Property Equivalence).
 */
import { EddyError } from '../../errors.ts';
import { printName } from '../../faults/words.ts';
import { momentOf } from '../../services/moment.ts';
import { operate } from '../../services/operation.ts';
import type { Connection } from './connection.ts';
import { unavailable } from './publish-errors.ts';
import type { QueueRuntime } from './runtime.ts';
import type { QueueOptions } from './settings.ts';
import { argumentsOf } from './topology/arguments.ts';
import { tableOf } from './topology/table.ts';

/** How a queue is declared: what it is, and whose. */
export interface DeclareOptions<Q extends string> extends Omit<QueueOptions<Q>, 'asDeclared' | 'consumerTimeoutMs'> {
  /** Only asks whether it is there. */
  passive?: boolean;
  /** It is this connection's alone, and goes with it. */
  exclusive?: boolean;
  /** It goes when its last consumer has left, with all that is in it. */
  autoDelete?: boolean;
  /** It goes when nobody has used it for so long. */
  expiresMs?: number;
}

/** What `declareQueue` answers: ready messages, and consumers. */
export interface Found {
  readonly messages: number;
  readonly consumers: number;
}

/** What a queue is bound to; `key`: '' where it is not said. */
export interface Bound {
  exchange: string;
  key?: string;
  headers?: Record<string, string>;
}

export function declareQueue(
  runtime: QueueRuntime,
  connection: Connection,
  name: string,
  { passive = false, exclusive = false, autoDelete = false, durable = true, ...settings }: DeclareOptions<string>,
): Promise<Found> {
  const declaration = { name, passive, exclusive, autoDelete, durable, arguments: argumentsOf(settings) };
  // To a fault it is another operation: it makes nothing.
  const phrase = `${passive ? 'check' : 'declare'} of ${printName(name)} on ${printName(runtime.name)}`;
  return declaring(runtime, connection, name, phrase, (note) => {
    const { messages, consumers } = runtime.broker.topology.declareQueue(declaration, connection);
    if (passive) runtime.simulation.world.read(messages * 31 + consumers);
    else note('declared', { autoDelete, exclusive });
    return { messages, consumers };
  });
}

export function bindQueue(
  runtime: QueueRuntime,
  connection: Connection,
  queue: string,
  { exchange, key: routingKey = '', headers = {} }: Bound,
): Promise<void> {
  const binding = { queue, exchange, routingKey, arguments: tableOf(headers) };
  const phrase = `bind of ${printName(queue)} on ${printName(runtime.name)}`;
  return declaring(runtime, connection, queue, phrase, (note) => {
    runtime.broker.topology.bindQueue(binding, connection);
    note('bound', { exchange, key: routingKey });
  });
}

type Note = (kind: 'declared' | 'bound', value: Readonly<Record<string, unknown>>) => void;

/** @param work throws what the broker refuses it with */
function declaring<T>(
  runtime: QueueRuntime,
  connection: Connection,
  queue: string,
  phrase: string,
  work: (note: Note) => T,
): Promise<T> {
  const { name, simulation } = runtime;
  const { process } = connection;
  const moment = momentOf(process);
  /** How often its connection had broken when it was sent. */
  let sentAt: number | undefined;
  const note: Note = (kind, value) => {
    simulation.record(process.label, kind, { component: name, channels: [queue], value }, moment.causes);
    simulation.world.changed();
  };
  return operate<T>(process, moment, {
    runtime,
    phrase,
    class: 'declare',
    touches: `${name}.${queue}`,
    effect: (answer) => {
      if (!connection.isOpen) {
        answer.fail(unavailable(name));
        return;
      }
      sentAt = connection.losses;
      try {
        answer.ok(work(note));
      } catch (error) {
        answer.fail(error);
      }
    },
    refused: () => unavailable(name),
    unknown: () => unanswered(name),
    isLostOnWay: () => connection.isHalfOpen,
    halfOpens: true,
    cutOff: () => (sentAt === undefined || sentAt === connection.losses ? undefined : lost(name)),
  });
}

function unanswered(broker: string): Error {
  return new EddyError('EDDY_TIMEOUT', 'No answer came within 10 s: it may be declared or not', { broker });
}

function lost(broker: string): Error {
  const says = 'The connection was lost before the answer: it may be declared or not';
  return new EddyError('EDDY_DISCONNECTED', says, { broker });
}
