/** The events of the shop: CloudEvents 1.0 in the JSON format, each type with a schema of its data. */
import { CloudEvent } from 'cloudevents';
import { z } from 'zod';

const email = z.email();
const cents = z.int().min(1).max(1_000_000);
const orderId = z.string().min(1);

export const Cart = z.object({ cartId: z.string().regex(/^c\d{1,6}$/), email, cents });
const Order = z.object({ orderId, email, cents });

/** What each type of event carries. */
const DATA = {
  'shop.cart.submitted': Cart,
  'shop.order.placed': Order,
  'shop.payment.taken': Order,
} as const;

export type EventType = keyof typeof DATA;
export type DataOf<K extends EventType> = z.infer<(typeof DATA)[K]>;

export interface Event<K extends EventType = EventType> {
  readonly id: string;
  readonly type: K;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly data: DataOf<K>;
}

/** The package would give an event without an id a new one at every delivery, and takes any version for valid. */
const Envelope = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  correlationid: z.string().min(1).optional(),
});

/** Trying it again will not help. */
export class Malformed extends Error {}

/** @throws Malformed when the content is no valid event of that type */
export function readEvent<K extends EventType>(type: K, content: Buffer): Event<K> {
  try {
    const { id, correlationid = id, ...rest } = Envelope.parse(JSON.parse(content.toString()));
    const event = new CloudEvent<unknown>({ ...rest, id, correlationid });
    if (event.type !== type) throw new Error(`it is a ${event.type}`);
    return { ...event, id, type, correlationid, data: DATA[type].parse(event.data) as DataOf<K> };
  } catch (error) {
    throw new Malformed(`no valid ${type}: ${(error as Error).message}`);
  }
}

/** The event that another one has led to. */
export function followUp<K extends EventType>(
  cause: Event,
  type: K,
  id: string,
  data: DataOf<K>,
): CloudEvent<DataOf<K>> {
  return new CloudEvent({
    id,
    type,
    source: '/checkout',
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    causationid: cause.id,
    correlationid: cause.correlationid,
    data,
  });
}
