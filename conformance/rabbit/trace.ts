/** What was asked of a broker step by step, and what it was seen to do: what is kept of a play, and compared. */
import type { BrokerShape } from '../../sim/brokers/queue/broker.ts';

export const CHANNELS = 3;
/** Channel 2 has a connection of its own, and is not in confirm mode. */
export const CONNECTION_OF: readonly number[] = [0, 0, 1];
export const UNCONFIRMED = 2;

export interface Sent {
  readonly id: string;
  readonly exchange: string;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly mandatory?: boolean;
  readonly expirationMs?: number;
  readonly priority?: number;
  readonly persistent?: boolean;
}

/** One step: an operation whose queue, tag and consumer are known. Channels, consumers and connections have numbers. */
export type Action =
  | { readonly do: 'publish'; readonly on: number; readonly messages: readonly Sent[] }
  | {
      readonly do: 'consume';
      readonly on: number;
      readonly consumer: number;
      readonly queue: string;
      readonly prefetch: number;
      readonly autoAck: boolean;
      readonly priority: number;
    }
  | { readonly do: 'get'; readonly on: number; readonly queue: string; readonly autoAck: boolean }
  | { readonly do: 'ack'; readonly on: number; readonly tag: number; readonly multiple: boolean }
  | {
      readonly do: 'nack';
      readonly on: number;
      readonly tag: number;
      readonly multiple: boolean;
      readonly requeue: boolean;
    }
  | { readonly do: 'reject'; readonly on: number; readonly tag: number; readonly requeue: boolean }
  | { readonly do: 'cancel'; readonly on: number; readonly consumer: number }
  | { readonly do: 'close'; readonly on: number }
  /** A connection is lost: closed, or its socket broken. */
  | { readonly do: 'drop'; readonly connection: number; readonly abrupt: boolean }
  | { readonly do: 'wait'; readonly ms: number };

/** A copy as a client sees it: its tag, the message's id, the redelivered flag, and its deaths, newest first. */
export type Held = readonly [tag: number, id: string, redelivered: boolean, deaths?: string];

/** What a client sees on one channel. */
export type Seen =
  | readonly ['delivered', consumer: number, ...held: Held]
  | readonly ['got', left: number, ...held: Held]
  | readonly ['nothing']
  | readonly ['confirmed' | 'nacked' | 'returned', id: string]
  | readonly ['closed', code: number];

export interface Step {
  /** When it began, in milliseconds from the first. */
  readonly atMs: number;
  readonly action: Action;
  /** For each channel what was seen on it, in this order. */
  readonly seen: readonly (readonly Seen[])[];
  /** For each queue how many messages were ready afterwards. */
  readonly ready: readonly number[];
}

export interface Trace {
  readonly seed: number;
  readonly shape: BrokerShape;
  readonly steps: readonly Step[];
}

/** `ack 3 on 0 multiple`: in a few words, for a reader. */
export function printAction(action: Action): string {
  return JSON.stringify(action).replaceAll('"', '').replace('{do:', '').slice(0, -1).replaceAll(',', ', ');
}

export const printSeen = (seen: readonly Seen[]): string => seen.map((each) => each.join(' ')).join('; ');
