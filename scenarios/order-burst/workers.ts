/**
 * Workers that pack orders, as many as are asked for. Each reads all queues, one of them by preference: the broker hands that one over
 * when the worker comes, and gives it to another when he goes. What fails is tried again in its place, so that the orders
 * of one customer never overtake each other.
 */
import { concatMap, firstValueFrom, fromEvent, merge, NEVER, type Observable, Subject } from 'rxjs';
import { type Delivery, type Ports, type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { db, mq, type Order, QUEUES, SCALING, WORKERS_MAX } from './system.ts';

const uses = { mq, db };
type WorkerPorts = Ports<typeof uses>;
type Deliveries = Observable<Delivery<Order>>;
type Handle = (delivery: Delivery<Order>) => Promise<void>;
/** Works at what comes of all queues; resolves when the worker has been asked to leave and may. */
export type WorkAt = (deliveries: Deliveries, leaves: Observable<unknown>, handle: Handle) => Promise<unknown>;

/** The parts that wrong variants change. */
interface Parts {
  readonly prefetch: number;
  readonly workAt: WorkAt;
}

export function workersWith(changed: Partial<Parts> = {}): Service {
  const { prefetch, workAt }: Parts = { prefetch: 1, workAt: oneByOne, ...changed };
  return service('workers', uses, (ports, { instance, stopping }) => {
    const place = instance % WORKERS_MAX;
    const leaving = new Subject<void>();
    const leaves = merge(leaving, fromEvent(stopping, 'abort'));
    let isAtWork = false;
    let over: Promise<unknown> = Promise.resolve();
    const work = (): void => {
      isAtWork = true;
      const all = QUEUES.map((queue, n) => ports.mq.consume<Order>(queue, { prefetch, priority: n === place ? 1 : 0 }));
      over = workAt(merge(...all), leaves, (delivery) => handle(delivery, ports).catch(() => {}));
    };
    leaves.subscribe(() => void over.then(() => process.exit(0)));
    const scale = async ({ message, ack }: Delivery<{ workers: number }>): Promise<void> => {
      const { workers } = message.body;
      await ack();
      if (stopping.aborted || !Number.isSafeInteger(workers)) return;
      if (isAtWork && place >= workers) leaving.next();
      else if (!isAtWork && place < workers) work();
    };
    ports.mq
      .consume<{ workers: number }>(SCALING[place] as (typeof SCALING)[number])
      .subscribe((delivery) => void scale(delivery).catch(() => {}));
    // One there is always.
    if (place === 0) work();
  });
}

/**
 * The one at hand is done and acked before the broker hears that the worker leaves; what was handed out since goes back. No more than
 * one is handed out at a time: of what comes back too often with a worker that dies, nothing else is parked with it.
 */
const oneByOne: WorkAt = async (deliveries, leaves, handle) => {
  let atHand: Promise<void> = Promise.resolve();
  let isLeaving = false;
  const inTurn = concatMap((delivery: Delivery<Order>) => (isLeaving ? NEVER : (atHand = handle(delivery))));
  deliveries.pipe(inTurn).subscribe();
  await firstValueFrom(leaves);
  isLeaving = true;
  await atHand;
};

/** An order that was packed before is not packed again. */
async function handle({ message, ack }: Delivery<Order>, { db }: WorkerPorts): Promise<void> {
  const { orderId, customer } = message.body;
  await retried(() =>
    db.transaction(async (tx) => {
      if (!(await tx.insertIfAbsent('handled', { orderId }))) return;
      await tx.insert('packed', { id: `p${await tx.next('parcel')}`, orderId, customer });
    }),
  );
  await ack();
}
