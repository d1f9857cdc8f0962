/**
 * What `x-` arguments of a queue or consumer mean, and which are refused. Sources: rabbit_amqqueue.erl (`declare_args`, its checks and
 * their order, whose words the refusals are); capabilities in rabbit_classic_queue.erl and rabbit_quorum_queue.erl.
 */
import type { EddyError } from '../../../errors.ts';
import type { Settings } from '../settings.ts';
import { inWords, refusal } from '../refusal.ts';
import { type Field, isInteger, type Table } from './table.ts';

/** Why an argument is refused, as an Erlang term; undefined: it is not. */
type Check = (field: Field, all: Table) => string | undefined;

const integer: Check = (field) => (isInteger(field) ? undefined : `"expected integer, got ${field.type}"`);

const natural: Check = (field, all) =>
  integer(field, all) ?? (Number(field.value) < 0 ? `{value_negative,${String(field.value)}}` : undefined);

/** Ten years; for the property `expiration` too. Source: rabbit_misc.erl, `check_expiry`. */
export const EXPIRY_MAX_MS = 315_360_000_000;

const time: Check = (field, all) =>
  integer(field, all) ??
  (Number(field.value) > EXPIRY_MAX_MS ? `{value_too_large,${String(field.value)}}` : natural(field, all));

const expiry: Check = (field, all) =>
  integer(field, all) ?? (Number(field.value) === 0 ? '{value_zero,0}' : time(field, all));

const PRIORITY_MAX = 255;

const priority: Check = (field, all) =>
  natural(field, all) ??
  (Number(field.value) > PRIORITY_MAX ? `{max_value_exceeded,${String(field.value)}}` : undefined);

const text: Check = ({ type }) => (type === 'longstr' ? undefined : `{unacceptable_type,${type}}`);

const oneOf =
  (words: readonly string[], otherwise: (value: string) => string): Check =>
  (field, all) =>
    text(field, all) ?? (words.includes(String(field.value)) ? undefined : otherwise(String(field.value)));

const routingKey: Check = (field, all) =>
  text(field, all) ?? (all['x-dead-letter-exchange'] ? undefined : 'routing_key_but_no_dlx_defined');

const bool: Check = ({ type }) => (type === 'bool' ? undefined : `{unacceptable_type,${type}}`);

const QUEUE_TYPE: Check = oneOf(['classic', 'quorum'], (value) => `"unsupported queue type '${value}'"`);

/** In the order in which they are looked at; the same ones are compared when a queue is declared again. */
const CHECKS: Readonly<Record<string, Check>> = {
  'x-expires': expiry,
  'x-message-ttl': time,
  'x-dead-letter-exchange': text,
  'x-dead-letter-routing-key': routingKey,
  'x-dead-letter-strategy': oneOf(['at-most-once', 'at-least-once'], () => 'invalid_dlx_strategy'),
  'x-max-length': natural,
  'x-max-length-bytes': natural,
  'x-max-priority': priority,
  'x-overflow': oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx'], () => 'invalid_overflow'),
  'x-queue-mode': oneOf(['default', 'lazy'], (value) => `"unsupported queue mode '${value}'"`),
  'x-single-active-consumer': bool,
  'x-queue-type': QUEUE_TYPE,
};

export const COMPARED = Object.keys(CHECKS);

/** Arguments that a queue of the type does not take. */
const FOREIGN = {
  classic: [
    'x-dead-letter-strategy',
    'x-max-in-memory-length',
    'x-max-in-memory-bytes',
    'x-quorum-initial-group-size',
    'x-delivery-limit',
    'x-max-age',
    'x-stream-max-segment-size-bytes',
    'x-initial-cluster-size',
  ],
  quorum: [
    'x-max-priority',
    'x-queue-mode',
    'x-queue-version',
    'x-queue-master-locator',
    'x-max-age',
    'x-stream-max-segment-size-bytes',
    'x-initial-cluster-size',
  ],
} as const;

/**
 * What a queue of these arguments is.
 * @throws EddyError EDDY_PRECONDITION_FAILED
 */
export function settingsOf(queue: string, all: Table): Settings {
  check('x-queue-type', QUEUE_TYPE, queue, all);
  const type = all['x-queue-type']?.value === 'quorum' ? 'quorum' : 'classic';
  const foreign: readonly string[] = FOREIGN[type];
  for (const [name, look] of Object.entries(CHECKS)) if (!foreign.includes(name)) check(name, look, queue, all);
  const wrong = Object.keys(all).find((name) => foreign.includes(name));
  if (wrong !== undefined) {
    const says = `invalid arg '${wrong}' for ${inWords('queue', queue)} of queue type rabbit_${type}_queue`;
    throw refusal('PRECONDITION_FAILED', says);
  }
  return said({
    type,
    messageTtlMs: number(all['x-message-ttl']),
    expiresMs: number(all['x-expires']),
    maxLength: number(all['x-max-length']),
    maxLengthBytes: number(all['x-max-length-bytes']),
    overflow: all['x-overflow']?.value as Settings['overflow'],
    deadLetterExchange: all['x-dead-letter-exchange']?.value as string | undefined,
    deadLetterKey: all['x-dead-letter-routing-key']?.value as string | undefined,
    deadLetterStrategy: all['x-dead-letter-strategy']?.value as Settings['deadLetterStrategy'],
    maxPriority: number(all['x-max-priority']),
    singleActiveConsumer: all['x-single-active-consumer']?.value as boolean | undefined,
    deliveryLimit: number(all['x-delivery-limit']),
  });
}

/** The arguments with which a client would have declared a queue of these settings. */
export function argumentsOf(o: Settings): Table {
  const exchange = o.deadLetterTo === undefined ? o.deadLetterExchange : '';
  const fields: Record<string, Field | undefined> = {
    'x-queue-type': word(o.type),
    'x-expires': count(o.expiresMs),
    'x-message-ttl': count(o.messageTtlMs),
    'x-max-length': count(o.maxLength),
    'x-max-length-bytes': count(o.maxLengthBytes),
    'x-overflow': word(o.overflow),
    'x-dead-letter-exchange': word(exchange),
    'x-dead-letter-routing-key': word(o.deadLetterTo ?? o.deadLetterKey),
    'x-dead-letter-strategy': word(o.deadLetterStrategy),
    'x-max-priority': count(o.maxPriority),
    'x-single-active-consumer':
      o.singleActiveConsumer === undefined ? undefined : { type: 'bool', value: o.singleActiveConsumer },
    'x-delivery-limit': count(o.deliveryLimit),
  };
  return said(fields) as Table;
}

/**
 * The priority that a consumer asks for.
 * @throws EddyError EDDY_PRECONDITION_FAILED
 */
export function consumerPriority(queue: string, all: Table): number {
  check('x-priority', integer, queue, all);
  return Number(all['x-priority']?.value ?? 0);
}

function check(name: string, look: Check, queue: string, all: Table): void {
  const field = Object.hasOwn(all, name) ? all[name] : undefined;
  const why = field && look(field, all);
  if (why !== undefined) throw invalid(name, queue, why);
}

function invalid(name: string, queue: string, why: string): EddyError {
  return refusal('PRECONDITION_FAILED', `invalid arg '${name}' for ${inWords('queue', queue)}: ${why}`);
}

const number = (field: Field | undefined): number | undefined => (field ? Number(field.value) : undefined);
const count = (value: number | undefined): Field | undefined =>
  value === undefined ? undefined : { type: 'signedint', value };
const word = (value: string | undefined): Field | undefined =>
  value === undefined ? undefined : { type: 'longstr', value };

/** What is not said is not there. */
function said<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
