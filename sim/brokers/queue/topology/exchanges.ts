/**
 * The exchanges of a broker and what is bound to them. A message goes from exchange to exchange, each visited once, so that
 * bindings in a circle end; where no binding matches it goes to the alternate exchange. Sources: RabbitMQ documentation,
 * "Exchanges", "Exchange to Exchange Bindings", "Alternate Exchanges"; rabbit_exchange.erl, rabbit_binding.erl.
 */
import { isDeepStrictEqual } from 'node:util';
import { type ExchangeShape, type ExchangeType, matches, type Routed } from '../routing.ts';
import { plainTable, type Table, tableOf } from './table.ts';

export interface Destination {
  readonly kind: 'queue' | 'exchange';
  readonly name: string;
}

export interface Binding {
  readonly to: Destination;
  readonly key: string;
  readonly arguments: Table;
  /** The arguments' values, as the headers exchange compares them. */
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** Takes nothing from publishers, only from other exchanges. */
  readonly internal: boolean;
  readonly arguments: Table;
  readonly alternate: string | undefined;
  bindings: Binding[];
}

/** Those that every broker has, durable all of them. */
const PREDECLARED: readonly (readonly [name: string, type: ExchangeType])[] = [
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
];

const NO_ARGUMENTS: Table = {};

export function bindingOf(to: Destination, key: string, given: Table = NO_ARGUMENTS): Binding {
  return { to, key, arguments: given, headers: plainTable(given) };
}

export class Exchanges {
  readonly #all = new Map<string, Exchange>();

  constructor(
    declared: Readonly<Record<string, ExchangeShape>>,
    /** Whether there is a queue of that name: what the default exchange routes by. */
    readonly hasQueue: (name: string) => boolean,
  ) {
    for (const [name, type] of PREDECLARED) this.add(plainExchange(name, type, []));
    for (const [name, { type, bind }] of Object.entries(declared)) {
      const bindings = bind.map(({ queue, key = '', headers = {} }) =>
        bindingOf({ kind: 'queue', name: queue }, key, tableOf(headers)),
      );
      this.add(plainExchange(name, type, bindings));
    }
  }

  add(exchange: Exchange): void {
    this.#all.set(exchange.name, exchange);
  }

  get(name: string): Exchange | undefined {
    return this.#all.get(name);
  }

  /** The default exchange is always there. */
  has(name: string): boolean {
    return name === '' || this.#all.has(name);
  }

  /** The queues that a message reaches, each once, in the order of the bindings. */
  route(from: string, message: Routed): string[] {
    const reached = new Set<string>();
    // It grows while it is gone through.
    const visited = new Set([from]);
    for (const name of visited) {
      if (name === '') for (const key of message.keys) if (this.hasQueue(key)) reached.add(key);
      const exchange = this.#all.get(name);
      if (!exchange) continue;
      let isRouted = false;
      for (const binding of exchange.bindings) {
        if (!matches(exchange.type, binding, message)) continue;
        isRouted = true;
        (binding.to.kind === 'queue' ? reached : visited).add(binding.to.name);
      }
      if (!isRouted && exchange.alternate !== undefined) visited.add(exchange.alternate);
    }
    return [...reached];
  }

  /** The same binding made again is one. */
  bind(source: Exchange, binding: Binding): void {
    if (!source.bindings.some((each) => isSame(each, binding))) source.bindings.push(binding);
  }

  unbind(source: Exchange, binding: Binding): void {
    this.#keep(source, (each) => !isSame(each, binding));
  }

  /** A queue or exchange is gone, and the bindings to it with it. */
  forget(gone: Destination): void {
    for (const exchange of this.#all.values())
      this.#keep(exchange, ({ to }) => to.kind !== gone.kind || to.name !== gone.name);
  }

  delete(name: string): void {
    if (this.#all.delete(name)) this.forget({ kind: 'exchange', name });
  }

  /** The broker restarts: what is not durable is gone. */
  restart(): void {
    for (const { name, durable } of this.#all.values()) if (!durable) this.delete(name);
  }

  /** An auto-delete exchange goes with the last of its bindings. */
  #keep(exchange: Exchange, stays: (binding: Binding) => boolean): void {
    const before = exchange.bindings.length;
    exchange.bindings = exchange.bindings.filter(stays);
    const { length } = exchange.bindings;
    if (length === 0 && before > 0 && exchange.autoDelete) this.delete(exchange.name);
  }
}

function plainExchange(name: string, type: ExchangeType, bindings: Binding[]): Exchange {
  return {
    name,
    type,
    durable: true,
    autoDelete: false,
    internal: false,
    arguments: NO_ARGUMENTS,
    alternate: undefined,
    bindings,
  };
}

export function isSame(a: Binding, b: Binding): boolean {
  return (
    a.to.kind === b.to.kind && a.to.name === b.to.name && a.key === b.key && isDeepStrictEqual(a.arguments, b.arguments)
  );
}
