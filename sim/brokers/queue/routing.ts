/**
 * Which queues a publish reaches. The default exchange ('') routes by queue name; direct by equal key; fanout to all;
 * topic by words, where `*` stands for one word and `#` for any number of them, none included; headers by the headers
 * that the binding names. A queue is reached once however many of its bindings match.
 * Source: RabbitMQ documentation, "Exchanges" and "AMQP 0-9-1 Model Explained".
 */
import { isDeepStrictEqual } from 'node:util';

export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';

/** Whom an exchange hands what to. */
export interface Pattern {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** An exchange as it is declared at the start. */
export interface ExchangeShape {
  readonly type: ExchangeType;
  readonly bind: readonly (Pattern & { readonly queue: string })[];
}

export interface Routed {
  /** The routing key, and others that the publisher named (CC, BCC). */
  readonly keys: readonly string[];
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Whether an exchange of the type hands a message on by a binding. */
export function matches(type: ExchangeType, { key: wanted = '', headers }: Pattern, message: Routed): boolean {
  switch (type) {
    case 'fanout':
      return true;
    case 'direct':
      return message.keys.includes(wanted);
    case 'topic':
      return message.keys.some((key) => topicMatches(wordsOf(wanted), wordsOf(key)));
    case 'headers':
      return headersMatch(headers ?? {}, message.headers);
  }
}

/** An empty key has no words. Source: rabbit_exchange_type_topic.erl. */
function wordsOf(key: string): string[] {
  return key === '' ? [] : key.split('.');
}

/** One pass over the words, remembering for each prefix of the pattern whether it can match so far. */
function topicMatches(pattern: readonly string[], words: readonly string[]): boolean {
  let can = [true, ...pattern.map((_, n) => pattern.slice(0, n + 1).every((word) => word === '#'))];
  for (const word of words) {
    const next = [false];
    pattern.forEach((expected, n) => {
      const stays = expected === '#' && (can[n + 1] === true || can[n] === true || next[n] === true);
      const steps = (expected === '*' || expected === word) && can[n] === true;
      next.push(stays || steps);
    });
    can = next;
  }
  return can[pattern.length] === true;
}

/**
 * With `any` as `x-match` one of the binding's headers is wanted, else all. Names in `x-` take no part, unless it says
 * `any-with-x` or `all-with-x`. A header without a value (null) is there, whatever it says.
 */
function headersMatch(wanted: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>): boolean {
  const { 'x-match': how, ...headers } = wanted;
  const match = typeof how === 'string' ? how : 'all';
  const names = Object.keys(headers).filter((name) => match.endsWith('-with-x') || !name.startsWith('x-'));
  const holds = (name: string): boolean =>
    Object.hasOwn(given, name) && (wanted[name] === null || isDeepStrictEqual(given[name], wanted[name]));
  return match.startsWith('any') ? names.some(holds) : names.every(holds);
}
