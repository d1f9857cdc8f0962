/**
 * A message as checks and consumers see it, and how a body crosses the border: as JSON text. Every delivery parses its
 * own copy, so that a consumer that changes its copy changes nobody else's.
 */
import { EddyError } from '../errors.ts';
import { deepFreeze } from '../history/freeze.ts';
import { readJson } from '../json.ts';
import { sentenceOf } from '../thrown.ts';
import { attributeAmong } from './cloud-event.ts';
import type { Death } from './queue/deaths.ts';

/** A message as consumers and selectors see it. */
export interface Message<B = unknown> {
  readonly id: string;
  readonly type: string;
  readonly key?: string;
  readonly body: B;
  readonly headers: Readonly<Record<string, unknown>>;
  /** false: the body could not be parsed and is the raw text. */
  readonly parsed: boolean;
}

/** How a message is known that says so in a way of its own; default: CloudEvents attributes, then AMQP `messageId` and `type`, then `id` and `type` of the body. */
export type Identify = (raw: { headers: Readonly<Record<string, unknown>>; body: unknown }) => {
  id: string;
  type: string;
};

/** A message on its way: the frozen form that history and queues share. */
export interface Envelope {
  readonly message: Message;
  /** The body as it went over the border. */
  readonly text: string;
  readonly lineage: string;
  /** The entry of its publish: what its deliveries are caused by. */
  readonly entry: number;
  readonly expirationUs: number | undefined;
  readonly durable: boolean;
  readonly priority?: number | undefined;
  /** The exchange and the key that it was published with, or dead-lettered with last; default: '' and the message's. */
  readonly exchange?: string;
  readonly routingKey?: string;
  /** Further keys that the publisher named: CC and BCC. Those of BCC are told to nobody. */
  readonly otherKeys?: readonly string[];
  readonly bcc?: readonly string[];
  /** The newest first. */
  readonly deaths?: readonly Death[];
  /** What a client of a wire protocol sent; it is handed out as it came. */
  readonly content?: Content;
}

/** The key that it was published with, or dead-lettered with last. */
export const routingKeyOf = ({ routingKey, message }: Envelope): string => routingKey ?? message.key ?? '';

/** A body and its properties, as they went over the wire; nobody changes them. */
export interface Content {
  readonly body: Uint8Array;
  /** The protocol's own; of AMQP 0-9-1 those of class basic, under `headers` its field table. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The body's text; what JSON cannot say (undefined, functions) becomes null, as a client would send it. */
export function writeBody(body: unknown): string {
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  try {
    return JSON.stringify(body) ?? 'null';
  } catch {
    // A replacer costs several times as much, and only bigints need one.
    return JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  }
}

/** A copy of the message, its body read from this text. */
export function readMessage(message: Omit<Message, 'parsed'>, text: string): Message {
  try {
    return { ...message, body: readJson(text), parsed: true };
  } catch {
    return { ...message, body: text, parsed: false };
  }
}

/** The frozen form of a message for the history. */
export function frozenMessage(message: Omit<Message, 'parsed'>, text: string): Message {
  return deepFreeze(readMessage(message, text));
}

/** CloudEvents attributes, then AMQP `messageId` and `type`, then the body's own, else what the cause says. */
export function identifyBy(
  identify: Identify | undefined,
  raw: { headers: Readonly<Record<string, unknown>>; body: unknown },
  otherwise: { id: string; type: string },
): { id: string; type: string } {
  if (identify) return identified(identify, raw);
  const { headers } = raw;
  const body = (typeof raw.body === 'object' && raw.body !== null ? raw.body : {}) as Record<string, unknown>;
  return {
    id: firstText(attributeAmong(headers, 'id'), headers['messageId'], body['id']) ?? otherwise.id,
    type: firstText(attributeAmong(headers, 'type'), headers['type'], body['type']) ?? otherwise.type,
  };
}

/** By the scenario's own function; there is no message without a name. */
function identified(identify: Identify, raw: Parameters<Identify>[0]): { id: string; type: string } {
  try {
    const found = identify(raw);
    return { id: String(found.id), type: String(found.type) };
  } catch (error) {
    throw new EddyError(
      'EDDY_SCENARIO',
      `The scenario's \`identify\`, which sees every message, threw on one: ${sentenceOf(error)}`,
    );
  }
}

function firstText(...values: readonly unknown[]): string | undefined {
  const found = values.find((value) => (typeof value === 'string' && value !== '') || typeof value === 'number');
  return found === undefined ? undefined : String(found);
}
