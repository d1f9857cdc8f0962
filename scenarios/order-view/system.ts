/** The components of the order-view scenario, and what travels between them. */
import { logBroker, queueBroker, tables } from '../../index.ts';

export const STATES = ['placed', 'paid', 'shipped'] as const;

/** What somebody at a desk, or a machine, reports. */
export interface Report {
  readonly reportId: string;
  readonly orderId: string;
  readonly state: (typeof STATES)[number];
}

/** The event about it; `at` is when it was taken, by the clock of the host that took it. */
export interface OrderEvent extends Report {
  readonly at: number;
}

/** What customers see of an order. */
export interface OrderRow {
  readonly orderId: string;
  readonly state: Report['state'];
  readonly changes: number;
  readonly at: number;
  /** The last event in it. */
  readonly eventId: string;
}

/** How far the view has come in the log. */
export interface Checkpoint {
  readonly view: string;
  /** What is to be read next. */
  readonly offset: bigint;
  /** The last event that is in the view. */
  readonly eventId: string;
  /** Views are built anew by a release that makes them otherwise: the older one then stands down. */
  readonly generation: number;
}

export const mq = queueBroker('mq', {
  queues: {
    // One shop at a time, also while a release rolls out: events are written in the order of the reports.
    reports: { type: 'quorum', deadLetterTo: 'reports.dead', singleActiveConsumer: true },
    'reports.dead': {},
  },
});

/** One partition: what customers see of all orders is told in one order. */
export const log = logBroker('log', { topics: { orders: { partitions: 1 } }, initialRebalanceDelayMs: 0 });

export const db = tables<{
  view: OrderRow;
  /** What is in the view: the shop may report twice. */
  seen: { eventId: string };
  checkpoints: Checkpoint;
}>('db', {
  view: { key: 'orderId' },
  seen: { key: 'eventId' },
  checkpoints: { key: 'view', rows: [{ view: 'orders', offset: 0n, eventId: '', generation: 1 }] },
});

export function isReport(body: unknown): body is Report {
  if (typeof body !== 'object' || body === null || 'version' in body) return false;
  const { reportId, orderId, state } = body as Partial<Report>;
  const isText = [reportId, orderId].every((text) => typeof text === 'string' && text.length < 10_000);
  return isText && STATES.some((each) => each === state);
}

/** What another version of the shop wrote is not ours to guess at. */
export function isEvent(body: unknown): body is OrderEvent {
  return isReport(body) && typeof (body as Partial<OrderEvent>).at === 'number';
}
