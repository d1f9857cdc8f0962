/** What is served: the components that outside clients meet, as empty as brokers that were just started. */
import { QueueRuntime } from '../../sim/brokers/queue/runtime.ts';
import { makeable } from '../../sim/component.ts';
import { AmqpSession } from '../../sim/protocols/amqp/session.ts';
import type { Endpoint } from './server.ts';

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
