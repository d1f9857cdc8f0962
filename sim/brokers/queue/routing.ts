/**
 * Which queues a publish reaches. The default exchange ('') routes by queue name; direct by equal key; fanout to all;
 * topic by words, where `*` stands for one word and `#` for any number of them, none included; headers by the headers
 * that the binding names. A queue is reached once however many of its bindings match.
 * Source: RabbitMQ documentation, "Exchanges" and "AMQP 0-9-1 Model Explained".
 */
type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';

interface Binding {
  readonly queue: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ExchangeShape {
  readonly type: ExchangeType;
  readonly bind: readonly Binding[];
}

export interface Routed {
  readonly key: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** The queues that a message reaches through an exchange, each once, in the order of the bindings. */
export function route(exchange: ExchangeShape, message: Routed): string[] {
  const reached = new Set<string>();
  for (const binding of exchange.bind) {
    if (matches(exchange.type, binding, message)) reached.add(binding.queue);
  }
  return [...reached];
}

function matches(type: ExchangeType, binding: Binding, message: Routed): boolean {
  switch (type) {
    case 'fanout':
      return true;
    case 'direct':
      return (binding.key ?? '') === message.key;
    case 'topic':
      return topicMatches(wordsOf(binding.key ?? ''), wordsOf(message.key));
    case 'headers':
      return headersMatch(binding.headers ?? {}, message.headers);
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
      const stays = expected === '#' && ((can[n + 1] ?? false) || (can[n] ?? false) || (next[n] ?? false));
      const steps = (expected === '*' || (expected !== '#' && expected === word)) && (can[n] ?? false);
      next.push(stays || steps);
    });
    can = next;
  }
  return can[pattern.length] ?? false;
}

/**
 * With `any` as `x-match` one of the binding's headers is wanted, else all. Names in `x-` take no part, unless it says
 * `any-with-x` or `all-with-x`.
 */
function headersMatch(wanted: Readonly<Record<string, string>>, given: Readonly<Record<string, unknown>>): boolean {
  const { 'x-match': match = 'all', ...headers } = wanted;
  const names = Object.keys(headers).filter((name) => match.endsWith('-with-x') || !name.startsWith('x-'));
  const holds = (name: string): boolean => Object.hasOwn(given, name) && given[name] === wanted[name];
  return match.startsWith('any') ? names.some(holds) : names.every(holds);
}
