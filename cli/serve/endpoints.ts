/** What is served: the components that outside clients meet, as empty as brokers that were just started. */
import type { LogPort } from '../../sim/brokers/log/port.ts';
import { LogRuntime } from '../../sim/brokers/log/runtime.ts';
import { QueueRuntime } from '../../sim/brokers/queue/runtime.ts';
import { type Component, makeable } from '../../sim/component.ts';
import { AmqpSession } from '../../sim/protocols/amqp/session.ts';
import { KafkaEndpoint } from '../../sim/protocols/kafka/server/endpoint.ts';
import type { Address, Endpoint } from './server.ts';

/** The user guest, with the password guest, may log in, at the virtual host `/`: so is a RabbitMQ that was just installed. */
const ACCESS = { mayLogIn: (user: string, password: string) => user === 'guest' && password === 'guest' };

export function amqpEndpoint(port: number): Endpoint {
  const component = makeable<{ name: string }, undefined>({ name: 'mq' }, (simulation) => {
    const runtime = new QueueRuntime<undefined>('mq', { queues: {} }, undefined, simulation, () => undefined);
    runtime.listen((wire) => new AmqpSession(runtime, wire, ACCESS), []);
    return runtime;
  });
  return { protocol: 'amqp', name: 'mq', ports: [port], component: () => component };
}

/** As Kafka does by default, but that topics have two partitions: one alone would hide what goes wrong between them. */
const AUTO_CREATE = { partitions: 2, replicas: 2 };

export function kafkaEndpoint(ports: readonly number[]): Endpoint {
  return { protocol: 'kafka', name: 'log', ports, component: (nodes) => kafkaAt(nodes) };
}

function kafkaAt(nodes: readonly Address[]): Component<unknown> {
  return makeable<{ name: string }, LogPort<string>>({ name: 'log' }, (simulation) => {
    const shape = { topics: {}, brokers: nodes.length, initialRebalanceDelayMs: 0 };
    const runtime = new LogRuntime<string>('log', shape, undefined, simulation);
    const nodeOf = (port: number): number | undefined => {
      const node = nodes.findIndex((each) => each.port === port);
      return node < 0 ? undefined : node;
    };
    const endpoint = new KafkaEndpoint(runtime, {
      addressOf: (node) => nodes[node] as Address,
      nodeOf,
      autoCreate: AUTO_CREATE,
      deliversAtTheWire: true,
    });
    endpoint.listensAt(simulation.network.listen(runtime, endpoint.accept, { ports: [] }));
    return runtime;
  });
}
