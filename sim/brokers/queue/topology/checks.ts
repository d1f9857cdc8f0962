/** What is asked of every declaration. Source: rabbit_channel.erl, rabbit_amqqueue.erl and rabbit_exchange_type_headers.erl, whose words these are. */
import { refusal } from '../refusal.ts';
import type { Exchange } from './exchanges.ts';
import type { Table } from './table.ts';

/** Who sends a name with line ends in it means the name. */
export const stripped = (name: string): string => name.replaceAll(/[\r\n]/g, '');

const MATCHES: readonly unknown[] = ['all', 'any', 'all-with-x', 'any-with-x'];

export function notDefault(exchange: string): void {
  if (exchange === '') throw refusal('ACCESS_REFUSED', 'operation not permitted on the default exchange');
}

export function notReserved(kind: 'queue' | 'exchange', name: string): void {
  if (name.startsWith('amq.'))
    throw refusal('ACCESS_REFUSED', `${kind} name '${name}' contains reserved prefix 'amq.*'`);
}

export function locked(what: string): Error {
  return refusal(
    'RESOURCE_LOCKED',
    `cannot obtain exclusive access to locked ${what}. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.`,
  );
}

/** The exchange that an argument names. */
export function exchangeIn(given: Table, name: string, what: string): string | undefined {
  const field = Object.hasOwn(given, name) ? given[name] : undefined;
  if (!field) return undefined;
  if (field.type !== 'longstr')
    throw refusal('PRECONDITION_FAILED', `invalid type '${field.type}' for arg '${name}' in ${what}`);
  return String(field.value);
}

export function checkMatch({ type }: Exchange, given: Table): void {
  const how = type === 'headers' && Object.hasOwn(given, 'x-match') ? given['x-match'] : undefined;
  if (!how || (how.type === 'longstr' && MATCHES.includes(how.value))) return;
  const says =
    how.type === 'longstr'
      ? `Invalid x-match field value <<"${String(how.value)}">>; expected all, any, all-with-x, or any-with-x`
      : `Invalid x-match field type ${how.type} (value ${String(how.value)}); expected longstr`;
  throw refusal('PRECONDITION_FAILED', says);
}
