/**
 * What is asked of a client's message before it is routed, and where it goes. Sources: rabbit_channel.erl (`basic.publish`),
 * rabbit_basic.erl (`header_routes`, `parse_expiration`); RabbitMQ documentation, "Sender-selected Distribution", "Validated User-ID".
 */
import { inWords, notFound, refusal } from '../refusal.ts';
import { EXPIRY_MAX_MS } from './arguments.ts';
import type { Exchanges } from './exchanges.ts';
import type { Table } from './table.ts';

/** A message to be published. */
export interface Sent {
  readonly exchange: string;
  readonly key: string;
  /** Plain values. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** The property `user-id`, and the user who has logged in. */
  readonly userId?: string | undefined;
  readonly user?: string;
}

export interface Resolved {
  readonly queues: readonly string[];
  /** Keys of CC and BCC. */
  readonly otherKeys: readonly string[];
  readonly bcc: readonly string[];
}

/** @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED */
export function resolve(exchanges: Exchanges, { exchange, key, headers, userId, user }: Sent): Resolved {
  if (!exchanges.has(exchange)) throw notFound('exchange', exchange);
  if (exchanges.get(exchange)?.internal)
    throw refusal('ACCESS_REFUSED', `cannot publish to internal ${inWords('exchange', exchange)}`);
  if (userId !== undefined && userId !== user) {
    const says = `user_id property set to '${userId}' but authenticated user was '${user}'`;
    throw refusal('PRECONDITION_FAILED', says);
  }
  const bcc = keysIn(headers, 'BCC');
  const otherKeys = [...keysIn(headers, 'CC'), ...bcc];
  return { queues: exchanges.route(exchange, { keys: [key, ...otherKeys], headers }), otherKeys, bcc };
}

function keysIn(headers: Readonly<Record<string, unknown>>, name: 'CC' | 'BCC'): readonly string[] {
  if (!Object.hasOwn(headers, name)) return [];
  const keys = headers[name];
  if (Array.isArray(keys)) return keys.filter((key) => typeof key === 'string');
  const type = typeof keys === 'string' ? 'longstr' : typeof keys;
  throw refusal('PRECONDITION_FAILED', `invalid message: {unacceptable_type_in_header,"${name}",${type}}`);
}

/** BCC is told to nobody. */
export function withoutBcc(headers: Table): Table {
  if (!Object.hasOwn(headers, 'BCC')) return headers;
  const { BCC: _, ...told } = headers;
  return told;
}

/**
 * The property `expiration`: a text, in milliseconds.
 * @throws EddyError EDDY_PRECONDITION_FAILED
 */
export function readExpiration(text: string): number {
  const [, digits, rest = ''] = /^([+-]?\d+)?(.*)$/s.exec(text) ?? [];
  const ms = Number(digits);
  const why =
    digits === undefined
      ? 'no_integer'
      : rest !== ''
        ? `{leftover_string,"${rest}"}`
        : ms < 0
          ? `{value_negative,${ms}}`
          : ms > EXPIRY_MAX_MS
            ? `{value_too_large,${ms}}`
            : undefined;
  if (why !== undefined) throw refusal('PRECONDITION_FAILED', `invalid expiration '${text}': ${why}`);
  return ms;
}
