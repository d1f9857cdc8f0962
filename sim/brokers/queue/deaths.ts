/**
 * What a message carries of its deaths: the header `x-death`, one record for each queue and reason, the newest first,
 * and the headers of the first and the last death. A client that publishes such a header again starts anew since 4.0;
 * before, its records were read. Sources: RabbitMQ documentation, "Dead Letter Exchanges"; release notes 4.0; mc.erl.
 */
import { deepFreeze } from '../../history/freeze.ts';
import { EPOCH_MS } from '../../kernel/world.ts';
import type { Envelope } from '../message.ts';
import type { GivenUp } from './queue.ts';

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

/** The message as it is dead-lettered: without a time to live of its own, with one more death. */
export function dead(
  envelope: Envelope,
  queue: string,
  reason: GivenUp,
  to: string,
  nowUs: number,
  shuffles = false,
): Envelope {
  const { deaths: before = [], message, exchange = '', routingKey = message.key ?? '', expirationUs } = envelope;
  const known = before.find((death) => death.queue === queue && death.reason === reason);
  const death: Death = known
    ? { ...known, count: known.count + 1 }
    : {
        queue,
        reason,
        count: 1,
        exchange,
        'routing-keys': [routingKey],
        time: Math.floor((EPOCH_MS + nowUs / 1000) / 1000),
        ...(expirationUs === undefined ? {} : { 'original-expiration': String(expirationUs / 1000) }),
      };
  const others = before.filter((each) => each !== known);
  const deaths = [death, ...(shuffles && before.length > 1 ? others.toReversed() : others)];
  const last = { 'x-last-death-queue': queue, 'x-last-death-reason': reason, 'x-last-death-exchange': exchange };
  const first =
    before.length > 0
      ? {}
      : { 'x-first-death-queue': queue, 'x-first-death-reason': reason, 'x-first-death-exchange': exchange };
  const headers = { ...message.headers, ...first, ...last, 'x-death': deaths };
  return {
    ...envelope,
    message: deepFreeze({ ...message, headers }),
    expirationUs: undefined,
    // The default exchange takes it to the queue of this name.
    exchange: '',
    routingKey: to,
    deaths,
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
