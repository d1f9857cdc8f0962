/** A broker on a bench, two clients of it, and what it says when it refuses. */
import type { Envelope } from '../../message.ts';
import { Bench, envelope } from '../bench.fixture.ts';
import type { BrokerShape } from '../broker.ts';
import { replyOf } from '../refusal.ts';
import { tableOf } from './table.ts';
import type { ExchangeDeclaration } from './exchange-declarations.ts';
import type { Owner, QueueDeclaration, Topology } from './topology.ts';

export const ME: Owner = { label: 'billing', user: 'guest' };
export const OTHER: Owner = { label: 'audit', user: 'guest' };

/** `404 NOT_FOUND - no queue 'q' in vhost '/'`, and whether the connection ends; '' if nothing is refused. */
export function refused(run: () => unknown): string {
  try {
    run();
    return '';
  } catch (error) {
    const reply = replyOf(error);
    if (!reply) throw error;
    const { replyCode, replyText, closes } = reply;
    return `${replyCode} ${replyText}${closes === 'connection' ? ' (connection)' : ''}`;
  }
}

type Plain = Readonly<Record<string, unknown>>;

export class Clients extends Bench {
  constructor(shape: Partial<BrokerShape> = {}) {
    super({ queues: {}, ...shape });
  }

  envelope(id: string): Envelope {
    return envelope(id);
  }

  get topology(): Topology {
    return this.broker.topology;
  }

  declare(name: string, o: Omit<QueueDeclaration, 'name' | 'arguments'> = {}, given: Plain = {}, owner = ME): string {
    return this.topology.declareQueue({ name, ...o, arguments: tableOf(given) }, owner).name;
  }

  exchange(name: string, type: string, o: Partial<ExchangeDeclaration> = {}, given: Plain = {}): void {
    this.topology.declareExchange({ name, type, ...o, arguments: tableOf(given) });
  }

  bind(queue: string, exchange: string, routingKey = '', given: Plain = {}, owner = ME): void {
    this.topology.bindQueue({ queue, exchange, routingKey, arguments: tableOf(given) }, owner);
  }

  unbind(queue: string, exchange: string, routingKey = '', given: Plain = {}, owner = ME): void {
    this.topology.unbindQueue({ queue, exchange, routingKey, arguments: tableOf(given) }, owner);
  }

  link(source: string, destination: string, routingKey = ''): void {
    this.topology.bindExchange({ source, destination, routingKey });
  }

  routed(exchange: string, key = '', headers: Plain = {}): readonly string[] {
    return this.broker.resolve({ exchange, key, headers }).queues;
  }

  has(queue: string): boolean {
    return this.broker.find(queue) !== undefined;
  }

  /** Whether an exchange is there. */
  hasExchange(name: string): boolean {
    return refused(() => this.exchange(name, '', { passive: true })) === '';
  }
}
