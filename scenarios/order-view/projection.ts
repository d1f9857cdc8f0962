/**
 * Keeps what customers see of their orders. An event and how far the view has come are written in one transaction, which
 * holds the checkpoint's row. A release that makes the view otherwise empties it and reads the log from offset zero, while
 * new events go on coming, until it has caught up; the older release then stands down.
 */
import { concatMap, fromEvent, type Observable, takeUntil, takeWhile } from 'rxjs';
import { type Consumer, type LogDelivery, type Ports, type Service, service } from '../../index.ts';
import { retried } from '../retried.ts';
import { type Checkpoint, db, isEvent, log, type OrderEvent, type OrderRow } from './system.ts';

const uses = { log, db };
export type ViewPorts = Ports<typeof uses>;
type ViewTx = Parameters<Parameters<ViewPorts['db']['transaction']>[0]>[0];
export type Happening = LogDelivery<OrderEvent>;

/** The parts that wrong variants change. */
export interface ViewSteps {
  /** What is to be shown, from an offset on. */
  events(from: bigint, generation: number, ports: ViewPorts): Observable<Happening>;
  /** @returns whether this release still keeps the view */
  project(happening: Happening, generation: number, ports: ViewPorts): Promise<boolean>;
}

const viewSteps: ViewSteps = {
  events: (from, generation, { log }) => {
    const consumer: Consumer<OrderEvent> = log.consumer<OrderEvent>(['orders'], {
      group: groupOf(generation),
      onAssigned: () => consumer.seek('orders', 0, from),
    });
    return consumer.messages();
  },
  project: (happening, generation, { db }) =>
    db.transaction(async (tx) => {
      const checkpoint = await held(tx);
      if (checkpoint.generation !== generation) return false;
      if (happening.offset < checkpoint.offset) return true;
      const eventId = (await show(tx, happening)) ?? checkpoint.eventId;
      await tx.put('checkpoints', { ...checkpoint, offset: happening.offset + 1n, eventId });
      return true;
    }),
};

export const groupOf = (generation: number): string => `view-${generation}`;

/** The service with some of its steps replaced; a deploy brings a release that builds the view anew. */
export function projectionWith(changed: Partial<ViewSteps> = {}): Service {
  return projectionMaking(() => changed);
}

/** With steps that keep something in memory: each process makes its own. */
export function projectionMaking(changed: () => Partial<ViewSteps>): Service {
  return projection(1, changed).upgradedTo(projection(2, changed));
}

function projection(generation: number, changed: () => Partial<ViewSteps>): Service {
  return service('projection', uses, async (ports, { stopping }) => {
    const { events, project } = { ...viewSteps, ...changed() };
    const from = await retried(() => begin(generation, ports));
    events(from, generation, ports)
      .pipe(
        takeUntil(fromEvent(stopping, 'abort')),
        concatMap((happening) => retried(() => project(happening, generation, ports))),
        takeWhile((isOurs) => isOurs),
      )
      .subscribe();
  });
}

/** Where to go on. */
function begin(generation: number, { db }: ViewPorts): Promise<bigint> {
  return db.transaction(async (tx) => {
    const checkpoint = await held(tx);
    if (checkpoint.generation >= generation) return checkpoint.offset;
    for (const { orderId } of await tx.scan('view')) await tx.delete('view', orderId);
    for (const { eventId } of await tx.scan('seen')) await tx.delete('seen', eventId);
    await tx.put('checkpoints', { ...checkpoint, offset: 0n, eventId: '', generation });
    return 0n;
  });
}

/** The checkpoint, which nobody else moves as long as the transaction lasts. */
export async function held(tx: ViewTx): Promise<Checkpoint> {
  const [checkpoint] = await tx.scan('checkpoints', { forUpdate: 'wait' });
  return checkpoint as Checkpoint;
}

/** @returns the event's id if it is new to the view */
export async function show(tx: ViewTx, { message: { id, body } }: Happening): Promise<string | undefined> {
  if (!isEvent(body) || !(await tx.insertIfAbsent('seen', { eventId: id }))) return undefined;
  const before = await tx.get('view', body.orderId);
  await tx.put('view', shown(before, id, body));
  return id;
}

/** The row that an event makes of the one before it. */
export function shown(before: OrderRow | undefined, eventId: string, { orderId, state, at }: OrderEvent): OrderRow {
  return { orderId, state, changes: (before?.changes ?? 0) + 1, at, eventId };
}
