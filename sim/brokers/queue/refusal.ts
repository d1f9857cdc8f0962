/**
 * What the broker refuses, as AMQP 0-9-1 names it: a reply code, a text, and whether the channel or the whole connection is
 * closed. Source: AMQP 0-9-1, "Constants" (soft and hard errors); RabbitMQ documentation, "Channels" (Error Handling).
 */
import { EddyError } from '../../errors.ts';

const SOFT = {
  CONTENT_TOO_LARGE: 311,
  NO_ROUTE: 312,
  NO_CONSUMERS: 313,
  ACCESS_REFUSED: 403,
  NOT_FOUND: 404,
  RESOURCE_LOCKED: 405,
  PRECONDITION_FAILED: 406,
} as const;

const HARD = {
  CONNECTION_FORCED: 320,
  INVALID_PATH: 402,
  FRAME_ERROR: 501,
  SYNTAX_ERROR: 502,
  COMMAND_INVALID: 503,
  CHANNEL_ERROR: 504,
  UNEXPECTED_FRAME: 505,
  RESOURCE_ERROR: 506,
  NOT_ALLOWED: 530,
  NOT_IMPLEMENTED: 540,
  INTERNAL_ERROR: 541,
} as const;

export type ReplyName = keyof typeof SOFT | keyof typeof HARD;

export interface Reply {
  readonly replyCode: number;
  readonly replyText: string;
  readonly closes: 'channel' | 'connection';
}

/** @returns the error to throw: its code is `EDDY_` and the name, its message the reply text: `NOT_FOUND - no queue ...` */
export function refusal(name: ReplyName, says: string): EddyError {
  return new EddyError(`EDDY_${name}`, `${name} - ${says}`);
}

/** How an error is told to a client; undefined: it is none of AMQP's. */
export function replyOf(error: unknown): Reply | undefined {
  if (!(error instanceof EddyError) || !error.code.startsWith('EDDY_')) return undefined;
  const name = error.code.slice('EDDY_'.length);
  const replyText = error.message;
  if (Object.hasOwn(SOFT, name)) return { replyCode: SOFT[name as keyof typeof SOFT], replyText, closes: 'channel' };
  if (Object.hasOwn(HARD, name)) return { replyCode: HARD[name as keyof typeof HARD], replyText, closes: 'connection' };
  return undefined;
}

/** `queue 'q' in vhost '/'` */
export const inWords = (what: 'queue' | 'exchange', name: string): string => `${what} '${name}' in vhost '/'`;

export const notFound = (what: 'queue' | 'exchange', name: string): EddyError =>
  refusal('NOT_FOUND', `no ${inWords(what, name)}`);
