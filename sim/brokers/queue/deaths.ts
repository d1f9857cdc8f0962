/**
 * What a message carries of its deaths: the header `x-death`, one record for each queue and reason, the newest first,
 * and the headers of the first and the last death. A client that publishes such a header again starts anew since 4.0;
 * before, its records were read. Sources: RabbitMQ documentation, "Dead Letter Exchanges"; release notes 4.0; mc.erl.
 */
import { deepFreeze } from '../../history/freeze.ts';
import { type Envelope, routingKeyOf } from '../message.ts';
import type { Address } from './dead-letters.ts';
import type { Version } from './profile.ts';
import type { GivenUp } from './queue.ts';
import type { Field, Table } from './topology/table.ts';

/** A record of `x-death`; its names are the header's. */
export interface Death {
  readonly queue: string;
  readonly reason: GivenUp;
  /** Deaths in this queue for this reason. */
  readonly count: number;
  /** The exchange that the message was published to, or dead-lettered through, before. */
  readonly exchange: string;
  readonly 'routing-keys': readonly string[];
  /** When it first died so: whole seconds since 1970. */
  readonly time: number;
  /** The time to live that the message had, in milliseconds, as a text; it has none any more. */
  readonly 'original-expiration'?: string;
}

/** A message that has died, and how it goes on. */
export type DeadLetter = Envelope & Required<Pick<Envelope, 'exchange' | 'routingKey'>>;

/**
 * The message as it is dead-lettered: without a time to live of its own, with one more death.
 * @param nowMs since 1970
 */
export function dead(
  envelope: Envelope,
  queue: string,
  reason: GivenUp,
  to: Address,
  nowMs: number,
  version: Pick<Version, 'shufflesDeaths' | 'tellsLastDeath' | 'deadKeyDropsCc'>,
): DeadLetter {
  const { deaths: before = [], message, exchange = '' } = envelope;
  const known = before.find((death) => death.queue === queue && death.reason === reason);
  const death: Death = known ? { ...known, count: known.count + 1 } : firstDeath(envelope, queue, reason, nowMs);
  const others = before.filter((each) => each !== known);
  const deaths = [death, ...(version.shufflesDeaths ? others.toReversed() : others)];
  const last = version.tellsLastDeath
    ? { 'x-last-death-queue': queue, 'x-last-death-reason': reason, 'x-last-death-exchange': exchange }
    : {};
  const first =
    before.length > 0
      ? {}
      : { 'x-first-death-queue': queue, 'x-first-death-reason': reason, 'x-first-death-exchange': exchange };
  const headers: Record<string, unknown> = { ...message.headers, ...first, ...last, 'x-death': deaths };
  if (to.key !== undefined && version.deadKeyDropsCc) delete headers['CC'];
  return {
    ...envelope,
    ...(to.key === undefined ? {} : NO_OTHER_KEYS),
    message: deepFreeze({ ...message, headers }),
    expirationUs: undefined,
    exchange: to.exchange,
    routingKey: to.key ?? routingKeyOf(envelope),
    deaths,
  };
}

const NO_OTHER_KEYS = { otherKeys: [], bcc: [] };

function firstDeath(envelope: Envelope, queue: string, reason: GivenUp, nowMs: number): Death {
  const { exchange = '', otherKeys = [], bcc = [], expirationUs } = envelope;
  return {
    queue,
    reason,
    count: 1,
    exchange,
    'routing-keys': [routingKeyOf(envelope), ...otherKeys.filter((key) => !bcc.includes(key))],
    time: Math.floor(nowMs / 1000),
    ...(expirationUs === undefined ? {} : { 'original-expiration': String(expirationUs / 1000) }),
  };
}

/** What its deaths add to the headers that it was published with, as a field table. */
export function deathFields({ deaths, message: { headers } }: Envelope): Table {
  if (!deaths || deaths.length === 0) return {};
  const names = Object.keys(headers).filter((name) => /^x-(first|last)-death-/.test(name));
  const told = names.map((name) => [name, { type: 'longstr', value: headers[name] }] as const);
  const records = deaths.map((death): Field => ({ type: 'table', value: recordOf(death) }));
  return { ...Object.fromEntries(told), 'x-death': { type: 'array', value: records } };
}

function recordOf({ count, reason, queue, time, exchange, ...rest }: Death): Table {
  const word = (value: string): Field => ({ type: 'longstr', value });
  const { 'routing-keys': keys, 'original-expiration': expiration } = rest;
  return {
    count: { type: 'long', value: count },
    reason: word(reason),
    queue: word(queue),
    time: { type: 'timestamp', value: time },
    exchange: word(exchange),
    'routing-keys': { type: 'array', value: keys.map(word) },
    ...(expiration === undefined ? {} : { 'original-expiration': word(expiration) }),
  };
}

/**
 * Whether it would come to this queue again though nobody rejected it on the way: such a cycle would never end, and is
 * dropped.
 */
export function isCycle({ deaths = [] }: Envelope, to: string): boolean {
  const at = deaths.findIndex((death) => death.queue === to);
  return at >= 0 && deaths.slice(0, at + 1).every(({ reason }) => reason !== 'rejected');
}

const REASONS: readonly unknown[] = ['rejected', 'expired', 'maxlen', 'delivery_limit'] satisfies GivenUp[];

/** The deaths that a published header tells of; what is none of a broker's making is left out. */
export function readDeaths(headers: Readonly<Record<string, unknown>>): readonly Death[] {
  const given = headers['x-death'];
  return Array.isArray(given) ? given.filter(isDeath) : [];
}

function isDeath(value: unknown): value is Death {
  if (typeof value !== 'object' || value === null) return false;
  const { queue, reason, count, exchange, time, 'routing-keys': keys } = value as Partial<Death>;
  return (
    Array.isArray(keys) &&
    typeof queue === 'string' &&
    REASONS.includes(reason) &&
    Number.isSafeInteger(count) &&
    typeof exchange === 'string' &&
    Number.isSafeInteger(time)
  );
}
