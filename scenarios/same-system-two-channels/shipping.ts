/** Ships each order once. The same code for both channels; it knows the port alone. */
import { service } from '../../index.ts';
import { brokers, type Incoming, type Over, type SystemPorts } from './channel.ts';
import { isStopped, untilDone } from './life.ts';
import { type ChannelName, db, isOrder, type Order } from './system.ts';

/** The part that wrong variants change: an order that has come, to be shipped and said to be done. */
type Handle = (incoming: Incoming, via: ChannelName, ports: SystemPorts) => Promise<void>;

const shipThenDone: Handle = async (incoming, via, ports) => {
  await untilDone(() => ship(incoming, via, ports));
  await incoming.done();
};

export function shippingOver({ name, open }: Over, handle: Handle = shipThenDone) {
  return service(`shipping-by-${name}`, { ...brokers, db }, (ports, life) => {
    const take = (incoming: Incoming): Promise<void> =>
      (isOrder(incoming.body) ? handle(incoming, name, ports) : incoming.refuse()).catch(() => {});
    open(ports).read('shipping', take).pipe(isStopped(life)).subscribe();
  });
}

/** An order that was shipped before, or parked, is not shipped again. */
export function ship({ id, body }: Incoming, via: ChannelName, { db }: SystemPorts): Promise<void> {
  const { orderId, customer } = body as Order;
  return db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('handled', { place: `${via} ${id}`, how: 'shipped' }))) return;
    await tx.insert('shipments', { id: `s${await tx.next('shipment')}`, via, orderId, customer, how: 'shipped' });
  });
}
