/** A message between its two forms: content as a client sends and gets it, and the message that checks and faults know. */
import type { Envelope } from '../../brokers/message.ts';
import { deathFields } from '../../brokers/queue/deaths.ts';
import type { LiveDelivery } from '../../brokers/queue/live.ts';
import { readExpiration } from '../../brokers/queue/topology/publishing.ts';
import { plainTable, type Table, tableOf } from '../../brokers/queue/topology/table.ts';
import { readJson } from '../../json.ts';
import type { Content } from './assembler.ts';
import type { Properties } from './codec/properties.ts';

/** The body as a text, and what it says if it is JSON. */
export function readBody(body: Uint8Array): { text: string; value: unknown } {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  try {
    return { text, value: readJson(text) };
  } catch {
    return { text, value: text };
  }
}

/** Properties that say something of the message itself; they stand among its headers, where `identify` looks. */
const TOLD = ['messageId', 'type', 'correlationId', 'replyTo', 'contentType', 'appId', 'userId', 'timestamp'] as const;

export function headersOf(properties: Properties): { own: Record<string, unknown>; all: Record<string, unknown> } {
  const own = properties.headers ? plainTable(properties.headers) : {};
  const told = TOLD.flatMap((name) => {
    const value = properties[name];
    return value === undefined ? [] : [[name, typeof value === 'bigint' ? String(value) : value] as const];
  });
  return { own, all: told.length === 0 ? own : { ...own, ...Object.fromEntries(told) } };
}

/** @throws EddyError EDDY_PRECONDITION_FAILED */
export function expirationUs({ expiration }: Properties): number | undefined {
  return expiration === undefined ? undefined : readExpiration(expiration) * 1000;
}

/** What the client is handed: as it was published, with what the broker adds, and what a fault has spoiled. */
export function contentOf({ handed, delivered }: LiveDelivery): Content {
  const { copy, queue } = delivered;
  const { envelope } = copy;
  const { text } = handed.copy;
  const given = envelope.content?.properties as Properties | undefined;
  const properties = given ?? ofPlainMessage(delivered);
  const returns: Table = queue.isQuorum && copy.returns > 0 ? { 'x-delivery-count': long(copy.returns) } : {};
  const added: Table = { ...deathFields(envelope), ...returns };
  const told = keptHeaders(properties.headers, envelope);
  const headers = Object.keys(added).length > 0 ? { ...told, ...added } : told;
  const { expiration, ...kept } = properties;
  return {
    properties: {
      ...kept,
      ...(headers && { headers }),
      // A dead letter has no time to live of its own any more.
      ...(expiration !== undefined && envelope.expirationUs !== undefined && { expiration }),
    },
    body: envelope.content && text === envelope.text ? envelope.content.body : Buffer.from(text, 'utf8'),
  };
}

/** Those that it was published with; where a dead letter was given a key of its own it has lost CC (until 3.12). */
function keptHeaders(given: Table | undefined, { message }: Envelope): Table | undefined {
  if (!given || !Object.hasOwn(given, 'CC') || Object.hasOwn(message.headers, 'CC')) return given;
  const { CC: _cc, ...kept } = given;
  return kept;
}

const long = (value: number): Table[string] => ({ type: 'long', value });

/** A message of the plain port. */
function ofPlainMessage({ copy }: LiveDelivery['delivered']): Properties {
  const { message, durable, priority, expirationUs: ttlUs } = copy.envelope;
  const { ce_id: _id, ce_type: _type, ...headers } = message.headers;
  return {
    contentType: 'application/json',
    headers: tableOf(headers),
    deliveryMode: durable ? 2 : 1,
    ...(priority !== undefined && { priority }),
    ...(ttlUs !== undefined && { expiration: String(ttlUs / 1000) }),
    messageId: message.id,
    type: message.type,
  };
}
