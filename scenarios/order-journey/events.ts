/**
 * Events as they travel: attributes after CloudEvents 1.0 (https://github.com/cloudevents/spec, v1.0.2) in headers, with two of
 * our own. `correlationid` is that of the event that began the journey, `causationid` names the event that this one follows from.
 * What is not such an event is turned away where it comes in.
 */
import { type Message, virtualTime } from '../../index.ts';

export type Data = Readonly<Record<string, string | number>>;

export interface ShopEvent {
  readonly id: string;
  readonly source: string;
  readonly type: EventType;
  /** The order that it is about. */
  readonly subject: string;
  /** RFC 3339: when it happened, not when it was sent. */
  readonly time: string;
  readonly dataschema: string;
  readonly correlationid: string;
  /** Absent where a journey begins. */
  readonly causationid?: string;
  readonly data: Data;
}

/** What the data of each type hold, all of it and nothing else. */
const SCHEMAS = {
  OrderRequested: { orderId: 'string', sku: 'string', cents: 'number' },
  OrderPlaced: { orderId: 'string', sku: 'string', cents: 'number' },
  PaymentTaken: { orderId: 'string', cents: 'number' },
  StockReserved: { orderId: 'string', sku: 'string' },
  ParcelShipped: { orderId: 'string' },
  CustomerTold: { orderId: 'string' },
} as const satisfies Record<string, Readonly<Record<string, 'string' | 'number'>>>;
export type EventType = keyof typeof SCHEMAS;

const LONGEST = 100;

/** An event that follows from another one, or begins a journey of its own. */
export function eventOf(source: string, type: EventType, data: Data, cause?: ShopEvent): ShopEvent {
  const subject = String(data['orderId']);
  const id = `${type}-${subject}`;
  const time = new Date(virtualTime.now()).toISOString();
  const correlationid = cause?.correlationid ?? id;
  const about = { id, source, type, subject, time, dataschema: `https://shop.example/${type}/1`, correlationid, data };
  return cause ? { ...about, causationid: cause.id } : about;
}

export function headersOf(event: ShopEvent): Record<string, unknown> {
  const attributes = Object.entries(event).filter(([name]) => name !== 'data');
  const named = attributes.map(([name, value]) => [`ce_${name}`, value]);
  return { ...Object.fromEntries(named), ce_specversion: '1.0' };
}

/** The event that a message carries; nothing if it is none that we know. */
export function readEvent({ headers, parsed, body }: Message): ShopEvent | undefined {
  const text = (name: string): string =>
    typeof headers[`ce_${name}`] === 'string' ? String(headers[`ce_${name}`]) : '';
  const type = (Object.keys(SCHEMAS) as EventType[]).find((each) => each === text('type'));
  if (type === undefined || !parsed || !isData(type, body)) return undefined;
  const [id, source, subject, time] = [text('id'), text('source'), text('subject'), text('time')];
  const [dataschema, causationid] = [text('dataschema'), text('causationid')];
  const isOurs =
    text('specversion') === '1.0' && dataschema === `https://shop.example/${type}/1` && subject === body['orderId'];
  if (!isOurs || [id, source, time].includes('')) return undefined;
  // What comes without one, from somebody who knows of no journeys, begins one.
  const correlationid = text('correlationid') || id;
  const about = { id, source, type, subject, time, dataschema, correlationid, data: body };
  return causationid === '' ? about : { ...about, causationid };
}

function isData(type: EventType, body: unknown): body is Data {
  if (typeof body !== 'object' || body === null) return false;
  const schema: Readonly<Record<string, string>> = SCHEMAS[type];
  const isValid = ([name, value]: [string, unknown]): boolean =>
    typeof value === schema[name] && (typeof value === 'string' ? value.length < LONGEST : Number(value) > 0);
  const entries = Object.entries(body);
  return entries.length === Object.keys(schema).length && entries.every(isValid);
}
