/**
 * Workers that reserve stock for orders: a group that shares the partitions, each several customers at a time, the orders of one
 * customer one after another. A record is finished when its order is reserved, or parked where it is none; what fails is
 * tried again. When a partition goes to somebody else, what has been begun is ended, and the rest left to him.
 */
import { firstValueFrom, fromEvent, merge, NEVER, takeUntil, timer } from 'rxjs';
import { type Consumer, type ConsumerOptions, type Life, type Ports, service } from '../../index.ts';
import { Offsets, type OrderRecord } from './offsets.ts';
import { db, isOrder, log, type Order } from './system.ts';

const uses = { log, db };
export type WorkerPorts = Ports<typeof uses>;

/** The parts that wrong variants change. */
interface WorkerSteps {
  readonly options: Partial<ConsumerOptions>;
  offsets(consumer: Consumer<Order>): Offsets;
  /** When partitions have come to the worker. */
  assigned(partitions: readonly number[], consumer: Consumer<Order>): Promise<void>;
  /** When they go to somebody else. */
  revoked(partitions: readonly number[], offsets: Offsets, ports: WorkerPorts): Promise<void>;
}

const steps: WorkerSteps = {
  options: {},
  offsets: (consumer) => new Offsets(consumer),
  assigned: async () => {},
  revoked: async (partitions, offsets) => offsets.forget(partitions),
};

const IN_FLIGHT = 4;
/** So soon a worker hears that the group has changed. */
const HEARTBEAT_MS = 500;
/** The third worker comes when there is much to do, and goes again. */
const COMES_MS = 4_000;
const GOES_MS = 12_000;

export function workersWith(changed: Partial<WorkerSteps> = {}) {
  const { options, offsets: offsetsOf, assigned, revoked } = { ...steps, ...changed };
  return service('workers', uses, async (ports, life) => {
    if (life.instance === 2) await firstValueFrom(timer(COMES_MS));
    const lanes = new Map<string, Promise<void>>();
    const consumer: Consumer<Order> = ports.log.consumer<Order>(['orders'], {
      group: 'workers',
      assignor: 'cooperative-sticky',
      inFlight: IN_FLIGHT,
      heartbeatMs: HEARTBEAT_MS,
      onAssigned: (partitions) => assigned(partitions, consumer),
      onRevoked: async (partitions) => {
        await revoked(partitions, offsets, ports);
        await Promise.all([...lanes.values(), offsets.answered()]);
      },
      ...options,
    });
    const offsets = offsetsOf(consumer);
    const take = (record: OrderRecord): void => {
      const key = record.message.key ?? '';
      offsets.begin(record);
      const before = lanes.get(key) ?? Promise.resolve();
      lanes.set(
        key,
        before.then(() => work(record, offsets, ports)),
      );
    };
    consumer
      .messages()
      .pipe(takeUntil(leaves(life)))
      .subscribe(take);
  });
}

function leaves({ instance, stopping }: Life) {
  return merge(fromEvent(stopping, 'abort'), instance === 2 ? timer(GOES_MS - COMES_MS) : NEVER);
}

async function work(record: OrderRecord, offsets: Offsets, ports: WorkerPorts): Promise<void> {
  while (offsets.has(record)) {
    try {
      await (isOrder(record.message.body) ? reserve(record, ports) : park(record, ports));
      return await offsets.finish(record);
    } catch {
      await firstValueFrom(timer(300));
    }
  }
}

/** An order that was handled before changes nothing. */
export function reserve({ partition, message }: OrderRecord, { db }: WorkerPorts): Promise<void> {
  const { orderId, customer, pieces } = message.body;
  return db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('handled', { orderId, partition }))) return;
    await tx.insert('reservations', { id: `r${await tx.next('reservation')}`, orderId, customer, pieces });
  });
}

/** Handled, like an order: whoever else has a copy of it that can be read is not to reserve it later. */
function park({ partition, message }: OrderRecord, { db, log }: WorkerPorts): Promise<void> {
  const { id, body } = message;
  return db.transaction(async (tx) => {
    if (!(await tx.insertIfAbsent('handled', { orderId: id, partition }))) return;
    await log.produce('parked', { id, type: 'OrderParked', body });
  });
}
