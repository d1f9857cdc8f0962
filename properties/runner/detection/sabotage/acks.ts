/** Mistakes about when a message is settled. */
import { map, type Observable } from 'rxjs';
import type { Delivery } from '../../../../sim/brokers/queue/delivery.ts';
import type { ConsumeOptions, QueuePort } from '../../../../sim/brokers/queue/port.ts';
import type { Wrap } from './sabotage.ts';

type Queue = QueuePort<string>;
type Handed = Pick<Delivery<unknown>, 'message' | 'redelivered' | 'ack' | 'nack'>;

/** Settled as it comes: what the handler says later is not heard. */
export const ackFirst: Wrap = (port, touch) =>
  consuming(port, (delivery) => {
    touch();
    const acked = delivery.ack();
    acked.catch(() => {});
    return { ...asHanded(delivery), ack: () => acked, nack: () => acked };
  });

/** The ack of a message that came again never leaves. */
export const losesAcks: Wrap = (port, touch) =>
  consuming(port, (delivery) => {
    touch();
    const handed = asHanded(delivery);
    return delivery.redelivered ? { ...handed, ack: () => Promise.resolve() } : handed;
  });

function asHanded(delivery: Handed): Handed {
  const { message, redelivered } = delivery;
  return { message, redelivered, ack: () => delivery.ack(), nack: (o) => delivery.nack(o) };
}

function consuming(port: object, spoil: (delivery: Handed) => Handed): object {
  if (!isQueue(port)) return port;
  return {
    ...port,
    publish: port.publish.bind(port),
    consume: (queue: string, o?: ConsumeOptions): Observable<Handed> =>
      port.consume(queue, o).pipe(map((delivery) => spoil(delivery))),
  };
}

export function isQueue(port: object): port is Queue {
  return 'publish' in port && 'consume' in port;
}
