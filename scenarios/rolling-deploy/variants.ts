/** Warehouses that are wrong when a process stops, dies, or runs beside another version of itself. */
import { concatMap, firstValueFrom, fromEvent, map, mergeWith, Subject, takeUntil, tap, timer } from 'rxjs';
import type { Delivery, Service, Variant } from '../../index.ts';
import { parcelsFor, released } from './releases.ts';
import type { Order } from './system.ts';
import { announceAll, batched, type Intake, isOrder, PREFETCH, readable, type Release, reserve } from './warehouse.ts';

type Wrong = Record<string, Variant<{ warehouse: Service }>>;

const acksAtStop: Intake = ({ mq }, { stopping }, take) => {
  const buffered = new Set<Delivery<Order>>();
  const subscription = mq
    .consume<Order>('orders', { prefetch: PREFETCH })
    .pipe(
      tap((delivery) => buffered.add(delivery)),
      batched,
      tap((batch) => batch.forEach((delivery) => buffered.delete(delivery))),
      concatMap(take),
    )
    .subscribe();
  stopping.addEventListener('abort', () => {
    subscription.unsubscribe();
    for (const { ack } of buffered) ack().catch(() => {}); // ours: nobody else is to get them
  });
};

const acksOnArrival: Intake = ({ mq }, { stopping }, take) => {
  const again = new Subject<Delivery<Order>>();
  const remember = (delivery: Delivery<Order>): Delivery<Order> => {
    if (!isOrder(delivery.message)) return delivery;
    delivery.ack().catch(() => {}); // the broker is to hold as little as it can
    const kept = { ...delivery, ack: async () => {}, nack: async () => again.next(kept) };
    return kept;
  };
  mq.consume<Order>('orders', { prefetch: PREFETCH })
    .pipe(takeUntil(fromEvent(stopping, 'abort')), map(remember), mergeWith(again), batched, concatMap(take))
    .subscribe();
};

const ATTEMPTS = 3;

const givesUp: Release['take'] = async (batch, ports, event) => {
  const orders = await readable(batch);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await reserve(orders, ports);
      return await announceAll(orders, ports, event);
    } catch {
      await firstValueFrom(timer(300 * attempt));
    }
  }
};

const wrong = (catalogue: number, breaks: string, because: string, warehouse: Service) => ({
  catalogue,
  breaks,
  because,
  services: { warehouse },
});

export const variants: Wrong = {
  'acks-on-arrival': wrong(
    2,
    'D1',
    'it acks at once and goes on from memory, so that a crash loses what waits there',
    released({ intake: acksOnArrival }),
  ),
  'gives-up': wrong(
    4,
    'D5',
    'it tries three times, then neither acks nor nacks: the orders stay with it for ever',
    released({ take: givesUp }),
  ),
  'acks-at-stop': wrong(
    51,
    'D1',
    'asked to stop, it acks what it had buffered instead of finishing it',
    released({ intake: acksAtStop }),
  ),
  'publishes-ahead': wrong(
    52,
    'V1',
    'the new version publishes an event that the old one, still running, drops as unknown',
    released(
      {},
      {
        event: ({ orderId, pieces }) => ({
          type: 'StockReservedInParcels',
          body: { orderId, pieces, parcels: parcelsFor(pieces) },
        }),
      },
    ),
  ),
};
