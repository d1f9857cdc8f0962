/** Exchanges as clients declare and delete them. Source: AMQP 0-9-1, class exchange; rabbit_channel.erl, rabbit_exchange.erl. */
import type { Version } from '../profile.ts';
import { inWords, notFound, refusal } from '../refusal.ts';
import type { ExchangeType } from '../routing.ts';
import { exchangeIn, notDefault, notReserved, stripped } from './checks.ts';
import { assertSame, assertSameArguments } from './equivalence.ts';
import type { Exchange, Exchanges } from './exchanges.ts';
import type { Table } from './table.ts';

export interface ExchangeDeclaration {
  readonly name: string;
  readonly type: string;
  /** Only asks whether it is there. */
  readonly passive?: boolean;
  readonly durable?: boolean;
  readonly autoDelete?: boolean;
  readonly internal?: boolean;
  readonly arguments?: Table;
}

interface Ground {
  readonly exchanges: Exchanges;
  readonly version: Version;
  routesChanged(): void;
}

const TYPES: readonly string[] = ['direct', 'fanout', 'topic', 'headers'] satisfies ExchangeType[];

/** @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED, EDDY_COMMAND_INVALID */
export function declareExchange({ exchanges, version, routesChanged }: Ground, o: ExchangeDeclaration): void {
  const name = stripped(o.name);
  if (!o.passive) checkType(o.type, version);
  notDefault(name);
  const known = exchanges.get(name);
  if (o.passive) {
    if (!known) throw notFound('exchange', name);
    return;
  }
  if (known) {
    checkSame(known, o);
    return;
  }
  notReserved('exchange', name);
  const { durable = false, autoDelete = false, internal = false, arguments: given = {} } = o;
  const alternate = exchangeIn(given, 'alternate-exchange', inWords('exchange', name));
  const type = o.type as ExchangeType;
  exchanges.add({ name, type, durable, autoDelete, internal, arguments: given, alternate, bindings: [] });
  routesChanged();
}

function checkType(type: string, { unknownTypeEndsConnection }: Version): void {
  if (TYPES.includes(type)) return;
  const name = unknownTypeEndsConnection ? 'COMMAND_INVALID' : 'PRECONDITION_FAILED';
  throw refusal(name, `unknown exchange type '${type}'`);
}

function checkSame(known: Exchange, o: ExchangeDeclaration): void {
  const what = inWords('exchange', known.name);
  assertSame('type', what, o.type, known.type);
  assertSame('durable', what, o.durable ?? false, known.durable);
  assertSame('auto_delete', what, o.autoDelete ?? false, known.autoDelete);
  assertSame('internal', what, o.internal ?? false, known.internal);
  assertSameArguments(['alternate-exchange'], what, o.arguments ?? {}, known.arguments);
}

/** @throws EddyError EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED */
export function deleteExchange(exchanges: Exchanges, name: string, ifUnused: boolean): void {
  notDefault(name);
  const what = inWords('exchange', name);
  if (name.startsWith('amq.')) throw refusal('ACCESS_REFUSED', `deletion of system ${what} not allowed`);
  const exchange = exchanges.get(name);
  if (ifUnused && exchange && exchange.bindings.length > 0) throw refusal('PRECONDITION_FAILED', `${what} in use`);
  exchanges.delete(name);
}
