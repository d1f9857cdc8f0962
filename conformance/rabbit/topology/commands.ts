/** What clients ask of a broker whose queues and exchanges come and go, step by step, and what was seen of it. */

export type Plain = Readonly<Record<string, unknown>>;

/** Channels 0 and 1 share a connection, channel 2 has one of its own. */
export const CONNECTION_OF: readonly number[] = [0, 0, 1];

interface OnChannel {
  readonly on: number;
}

export type Command =
  | (OnChannel & {
      readonly do: 'exchange';
      readonly name: string;
      readonly type: string;
      readonly passive?: boolean;
      readonly durable?: boolean;
      readonly autoDelete?: boolean;
      readonly internal?: boolean;
      readonly arguments?: Plain;
    })
  | (OnChannel & { readonly do: 'delete exchange'; readonly name: string; readonly ifUnused?: boolean })
  | (OnChannel & {
      readonly do: 'link' | 'unlink';
      readonly source: string;
      readonly destination: string;
      readonly key: string;
    })
  | (OnChannel & {
      readonly do: 'queue';
      readonly name: string;
      readonly passive?: boolean;
      readonly durable?: boolean;
      readonly exclusive?: boolean;
      readonly autoDelete?: boolean;
      readonly arguments?: Plain;
    })
  | (OnChannel & {
      readonly do: 'bind' | 'unbind';
      readonly queue: string;
      readonly exchange: string;
      readonly key: string;
      readonly arguments?: Plain;
    })
  | (OnChannel & {
      readonly do: 'delete queue';
      readonly queue: string;
      readonly ifUnused?: boolean;
      readonly ifEmpty?: boolean;
    })
  | (OnChannel & { readonly do: 'purge'; readonly queue: string })
  | (OnChannel & {
      readonly do: 'publish';
      readonly id: string;
      readonly exchange: string;
      readonly key: string;
      readonly headers?: Plain;
      readonly mandatory?: boolean;
      readonly expiration?: string;
      readonly userId?: string;
      readonly size?: number;
    })
  | (OnChannel & {
      readonly do: 'consume';
      readonly queue: string;
      readonly tag: string;
      readonly exclusive?: boolean;
      readonly noAck?: boolean;
      readonly arguments?: Plain;
    })
  | (OnChannel & { readonly do: 'cancel'; readonly tag: string })
  | (OnChannel & { readonly do: 'get'; readonly queue: string; readonly noAck?: boolean })
  | (OnChannel & {
      readonly do: 'ack' | 'nack' | 'reject';
      /** Of what is outstanding on the channel, by consumer and message. */
      readonly pick: number;
      readonly requeue?: boolean;
    })
  | (OnChannel & { readonly do: 'recover' })
  | (OnChannel & { readonly do: 'qos'; readonly count: number; readonly global: boolean })
  | (OnChannel & { readonly do: 'tx.select' | 'tx.commit' | 'tx.rollback' | 'confirm.select' })
  | (OnChannel & { readonly do: 'close' })
  | { readonly do: 'disconnect'; readonly connection: number }
  | { readonly do: 'wait'; readonly ms: number };

export interface Script {
  readonly name: string;
  readonly commands: readonly Command[];
  /** Looking at a queue counts as using it: then only after the last step. */
  readonly looksAtEnd?: boolean;
}

/** What was seen of one step. */
export interface Outcome {
  /** `ok`, with counts; what was got; or the refusal as it was worded. */
  readonly answer: string;
  /** What consumers and publishers heard, by consumer. */
  readonly heard: readonly string[];
  /** Each queue's ready messages and consumers, and which exchanges there are. */
  readonly state: string;
}

export const QUEUES = ['q0', 'q1', 'q2', 'q3'] as const;
export const EXCHANGES = ['e0', 'e1', 'e2'] as const;

/** What a client sees of a message that it is handed: `m1`, its redelivered flag, its CC and its deaths. */
export function printMessage(id: string, redelivered: boolean, headers: Plain): string {
  const cc = Array.isArray(headers['CC']) ? [`CC ${headers['CC'].join('+')}`] : [];
  const bcc = 'BCC' in headers ? ['BCC'] : [];
  const deaths = (headers['x-death'] ?? []) as Plain[];
  const told = deaths.map(
    ({ queue, reason, count, exchange, 'routing-keys': keys, 'original-expiration': expiration }) =>
      `${queue} ${reason} ${count} by '${exchange}' [${(keys as string[]).join('+')}]${expiration === undefined ? '' : ` after ${expiration}`}`,
  );
  const named = ['x-first-death-queue', 'x-last-death-queue'].flatMap((name) =>
    headers[name] === undefined ? [] : [`${name}=${String(headers[name])}`],
  );
  return [id, ...(redelivered ? ['again'] : []), ...cc, ...bcc, ...told, ...named].join(', ');
}

export function printCommand({ do: what, ...rest }: Command): string {
  return `${what} ${JSON.stringify(rest)}`;
}
