/**
 * Queues, exchanges and bindings as clients declare and delete them while the broker runs. What was declared at the start counts as
 * durable and shared, and as declared again at each restart. Sources: AMQP 0-9-1, classes exchange and queue; RabbitMQ
 * documentation, "Queues", "Time-To-Live and Expiration"; rabbit_channel.erl, whose words the refusals are.
 *
 * Not modelled: virtual hosts, permissions, policies.
 */
import type { Version } from '../profile.ts';
import type { Lost, Queue } from '../queue.ts';
import { inWords, notFound, refusal } from '../refusal.ts';
import type { Settings } from '../settings.ts';
import { argumentsOf, COMPARED, settingsOf } from './arguments.ts';
import { checkMatch, exchangeIn, locked, notDefault, notReserved, stripped } from './checks.ts';
import { assertSame, assertSameArguments } from './equivalence.ts';
import { declareExchange, deleteExchange, type ExchangeDeclaration } from './exchange-declarations.ts';
import { bindingOf, type Destination, type Exchanges, isSame } from './exchanges.ts';
import { madeName } from './names.ts';
import type { Table } from './table.ts';

/** A client's connection: what it declares as exclusive is its own. */
export interface Owner {
  /** Who it is, for names that the broker makes. */
  readonly label: string;
  readonly user: string;
}

export interface QueueDeclaration {
  /** '': the broker makes one. */
  readonly name: string;
  readonly passive?: boolean;
  readonly durable?: boolean;
  readonly exclusive?: boolean;
  readonly autoDelete?: boolean;
  readonly arguments?: Table;
}

/** What is known of a queue beside what it does with messages. */
interface Declared {
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly owner: Owner | undefined;
  readonly arguments: Table;
  readonly createdUs: number;
  /** When it was last used without being consumed from. */
  usedUs: number;
  /** Somebody will look whether it has expired. */
  isWatched: boolean;
}

/** What the broker lends to it. */
export interface Ground {
  readonly exchanges: Exchanges;
  readonly queues: Map<string, Queue>;
  readonly version: Version;
  readonly nowUs: () => number;
  later(us: number, run: () => void): void;
  /** Queues that take the properties with which a client first declares them. */
  readonly provided: Set<string>;
  makeQueue(name: string, settings: Settings): Queue;
  /** What could not be routed may find a way now. */
  routesChanged(): void;
  /** What waits for room in it goes elsewhere. */
  queueGone(name: string): void;
}

/** Source: rabbit_quorum_queue.erl, `TICK_TIMEOUT`. */
const QUORUM_TICK_US = 5_000_000;

export class Topology {
  /** Queues that clients have declared. */
  readonly #declared = new Map<Queue, Declared>();
  /** Names made so far, by owner. */
  readonly #made = new Map<string, number>();
  /** Grows with whatever may change where messages go. */
  changes = 0;

  constructor(readonly ground: Ground) {}

  // Exchanges

  /** @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED, EDDY_COMMAND_INVALID */
  declareExchange(o: ExchangeDeclaration): void {
    declareExchange(this.ground, o);
  }

  /** One that is not there is deleted. @throws EddyError EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED */
  deleteExchange(name: string, o: { readonly ifUnused?: boolean } = {}): void {
    deleteExchange(this.ground.exchanges, stripped(name), o.ifUnused === true);
  }

  /** @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED */
  bindExchange(o: { destination: string; source: string; routingKey: string; arguments?: Table }): void {
    this.#bind({ kind: 'exchange', name: stripped(o.destination) }, stripped(o.source), o.routingKey, o.arguments);
  }

  /** What is not bound, or not there, is unbound. @throws EddyError EDDY_ACCESS_REFUSED */
  unbindExchange(o: { destination: string; source: string; routingKey: string; arguments?: Table }): void {
    this.#unbind({ kind: 'exchange', name: stripped(o.destination) }, stripped(o.source), o.routingKey, o.arguments);
  }

  // Queues

  /**
   * @returns its name, ready messages and consumers
   * @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_RESOURCE_LOCKED, EDDY_PRECONDITION_FAILED
   */
  declareQueue(o: QueueDeclaration, owner: Owner): { name: string; messages: number; consumers: number } {
    const name = o.passive ? stripped(o.name) : this.#nameFor(o, owner);
    const known = this.ground.queues.get(name);
    if (o.passive && !known) throw notFound('queue', name);
    if (!known) this.#create(name, o, owner);
    else if (!o.passive && this.ground.provided.delete(name)) this.#take(known, o, owner);
    else if (o.passive) this.#checkAccess(known, owner);
    else this.#checkSame(known, o, owner);
    const queue = this.ground.queues.get(name) as Queue;
    // To a quorum queue that it is declared again is no use of it.
    if (!known || !queue.isQuorum) this.#used(queue);
    return { name, messages: queue.length, consumers: queue.takers };
  }

  #nameFor({ name: given, arguments: all = {} }: QueueDeclaration, owner: Owner): string {
    const name = stripped(given);
    if (name !== '') {
      notReserved('queue', name);
      return name;
    }
    if (all['x-queue-type']?.value !== 'quorum') return this.#make('amq.gen', owner);
    throw refusal('PRECONDITION_FAILED', 'Cannot declare a server-named queue for type rabbit_quorum_queue');
  }

  #create(name: string, o: QueueDeclaration, owner: Owner): void {
    const { exclusive = false, autoDelete = false, arguments: all = {} } = o;
    const durable = isDurable(o);
    const what = inWords('queue', name);
    exchangeIn(all, 'x-dead-letter-exchange', what);
    const settings = settingsOf(name, all);
    if (settings.type === 'quorum') {
      const wrong = autoDelete ? 'auto-delete' : exclusive ? 'exclusive-owner' : durable ? undefined : 'non-durable';
      if (wrong !== undefined) throw refusal('PRECONDITION_FAILED', `invalid property '${wrong}' for ${what}`);
    }
    this.changes++;
    const queue = this.ground.makeQueue(name, { ...settings, durable });
    this.ground.queues.set(name, queue);
    const usedUs = this.ground.nowUs();
    const by = exclusive ? owner : undefined;
    this.#declared.set(queue, {
      durable,
      autoDelete,
      owner: by,
      arguments: all,
      createdUs: usedUs,
      usedUs,
      isWatched: false,
    });
    this.ground.routesChanged();
  }

  /** It was there already, but is as its client says. */
  #take(provided: Queue, o: QueueDeclaration, owner: Owner): void {
    if (provided.takers > 0) {
      this.#checkSame(provided, o, owner);
      return;
    }
    this.#create(provided.name, o, owner);
    const queue = this.ground.queues.get(provided.name);
    for (const { envelope } of provided.ready) queue?.enqueue(envelope, this.ground.nowUs());
  }

  #checkSame(queue: Queue, o: QueueDeclaration, owner: Owner): void {
    const known = this.#declaredAs(queue);
    const what = inWords('queue', queue.name);
    if (known.owner !== (o.exclusive ? owner : undefined)) throw locked(what);
    assertSame('durable', what, isDurable(o), known.durable);
    assertSame('auto_delete', what, o.autoDelete ?? false, known.autoDelete);
    assertSameArguments(COMPARED, what, o.arguments ?? {}, known.arguments);
  }

  #declaredAs(queue: Queue): Pick<Declared, 'durable' | 'autoDelete' | 'owner' | 'arguments'> {
    const { options } = queue;
    return (
      this.#declared.get(queue) ?? {
        durable: queue.isQuorum || options.durable !== false,
        autoDelete: false,
        owner: undefined,
        arguments: argumentsOf(options),
      }
    );
  }

  /** @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_RESOURCE_LOCKED, EDDY_PRECONDITION_FAILED */
  bindQueue(o: { queue: string; exchange: string; routingKey: string; arguments?: Table }, owner: Owner): void {
    this.#bind({ kind: 'queue', name: stripped(o.queue) }, stripped(o.exchange), o.routingKey, o.arguments, owner);
  }

  /** What is not bound, or not there, is unbound. @throws EddyError EDDY_ACCESS_REFUSED, EDDY_RESOURCE_LOCKED */
  unbindQueue(o: { queue: string; exchange: string; routingKey: string; arguments?: Table }, owner: Owner): void {
    this.#unbind({ kind: 'queue', name: stripped(o.queue) }, stripped(o.exchange), o.routingKey, o.arguments, owner);
  }

  /**
   * One that is not there is deleted. Its consumers are cancelled.
   * @returns how many messages were ready
   * @throws EddyError EDDY_RESOURCE_LOCKED, EDDY_PRECONDITION_FAILED, EDDY_NOT_IMPLEMENTED
   */
  deleteQueue(given: string, o: { readonly ifUnused?: boolean; readonly ifEmpty?: boolean }, owner: Owner): number {
    const queue = this.ground.queues.get(stripped(given));
    if (!queue) return 0;
    this.#checkAccess(queue, owner);
    const what = inWords('queue', queue.name);
    if (queue.isQuorum && (o.ifUnused || o.ifEmpty)) {
      const says = `queue.delete operations with ${o.ifUnused ? 'if-unused' : 'if-empty'} flag set are not supported by quorum queues`;
      throw refusal('NOT_IMPLEMENTED', `cannot delete ${what}. ${says}`);
    }
    if (o.ifUnused && queue.takers > 0) throw refusal('PRECONDITION_FAILED', `${what} in use`);
    if (o.ifEmpty && queue.length > 0) throw refusal('PRECONDITION_FAILED', `${what} not empty`);
    return this.#remove(queue, 'deleted');
  }

  /** @returns how many messages were ready @throws EddyError EDDY_NOT_FOUND, EDDY_RESOURCE_LOCKED */
  purgeQueue(name: string, owner: Owner): number {
    return this.queueFor(name, owner).purge();
  }

  /** To consume from. @throws EddyError EDDY_NOT_FOUND, EDDY_RESOURCE_LOCKED */
  queueFor(name: string, owner: Owner): Queue {
    const queue = this.ground.queues.get(name);
    if (!queue) throw notFound('queue', name);
    this.#checkAccess(queue, owner);
    return queue;
  }

  /** To get one message from. @throws EddyError EDDY_NOT_FOUND, EDDY_RESOURCE_LOCKED */
  queueToGet(name: string, owner: Owner): Queue {
    const queue = this.queueFor(name, owner);
    if (queue.isQuorum && queue.options.singleActiveConsumer) {
      const says = `cannot obtain access to locked ${inWords('queue', name)}. basic.get operations are not supported by quorum queues with single active consumer`;
      throw refusal('RESOURCE_LOCKED', says);
    }
    this.#used(queue);
    return queue;
  }

  /** The connection is closed, its channels too: what is exclusively its own goes. */
  ownerGone(owner: Owner): void {
    for (const [queue, declared] of this.#declared) if (declared.owner === owner) this.#remove(queue, 'owner gone');
  }

  /** Its last consumer has left. */
  unused(queue: Queue): void {
    const declared = this.#declared.get(queue);
    if (declared?.autoDelete) this.#remove(queue, 'auto-deleted');
    else if (declared) this.#used(queue);
  }

  /** The tag of a consumer whose client has none for it. */
  consumerTag(owner: Owner): string {
    return this.#make('amq.ctag', owner);
  }

  /** The broker restarts, every connection is closed: what is not durable is gone. */
  restart(): void {
    for (const [queue, { durable }] of this.#declared) if (!durable) this.#remove(queue, 'restart');
    this.ground.exchanges.restart();
  }

  #make(prefix: string, owner: Owner): string {
    const count = (this.#made.get(`${prefix} ${owner.label}`) ?? 0) + 1;
    this.#made.set(`${prefix} ${owner.label}`, count);
    return madeName(prefix, owner.label, count);
  }

  #checkAccess(queue: Queue, owner: Owner): void {
    if (!this.mayUse(queue, owner)) throw locked(inWords('queue', queue.name));
  }

  /** It is not exclusively another one's. */
  mayUse(queue: Queue, owner: Owner): boolean {
    const by = this.#declared.get(queue)?.owner;
    return by === undefined || by === owner;
  }

  /** Is it left alone for long, it expires. */
  #used(queue: Queue): void {
    const declared = this.#declared.get(queue);
    const { expiresMs } = queue.options;
    if (!declared || expiresMs === undefined) return;
    declared.usedUs = this.ground.nowUs();
    if (!declared.isWatched) this.#watch(queue, declared, expiresMs * 1000, expiresMs * 1000);
  }

  #watch(queue: Queue, declared: Declared, expiresUs: number, inUs: number): void {
    declared.isWatched = true;
    const { nowUs } = this.ground;
    // A quorum queue looks at its clock every five seconds.
    const sinceUs = nowUs() - declared.createdUs;
    const lookUs = queue.isQuorum ? Math.ceil((sinceUs + inUs) / QUORUM_TICK_US) * QUORUM_TICK_US - sinceUs : inUs;
    this.ground.later(lookUs, () => {
      declared.isWatched = false;
      if (queue.isGone || queue.takers > 0) return;
      const leftUs = declared.usedUs + expiresUs - nowUs();
      if (leftUs > 0) this.#watch(queue, declared, expiresUs, leftUs);
      else this.#remove(queue, 'queue expired');
    });
  }

  #remove(queue: Queue, reason: Lost): number {
    const { name } = queue;
    this.changes++;
    this.#declared.delete(queue);
    this.ground.queues.delete(name);
    this.ground.exchanges.forget({ kind: 'queue', name });
    const ready = queue.delete(reason);
    this.ground.queueGone(name);
    return ready;
  }

  #bind(to: Destination, source: string, key: string, given: Table = {}, owner?: Owner): void {
    const { exchanges } = this.ground;
    if (to.kind === 'exchange') notDefault(to.name);
    notDefault(source);
    const from = exchanges.get(source);
    if (!from) throw notFound('exchange', source);
    this.#checkThere(to);
    checkMatch(from, given);
    this.#checkBinder(to, owner);
    this.changes++;
    exchanges.bind(from, bindingOf(to, key, given));
    this.ground.routesChanged();
  }

  #unbind(to: Destination, source: string, key: string, given: Table = {}, owner?: Owner): void {
    const { exchanges } = this.ground;
    if (to.kind === 'exchange') notDefault(to.name);
    notDefault(source);
    const from = exchanges.get(source);
    const binding = bindingOf(to, key, given);
    // Whose queue it is is asked only where there is something to take away.
    if (!from?.bindings.some((each) => isSame(each, binding))) return;
    this.#checkBinder(to, owner);
    this.changes++;
    exchanges.unbind(from, binding);
  }

  #checkThere({ kind, name }: Destination): void {
    const isThere = kind === 'queue' ? this.ground.queues.has(name) : this.ground.exchanges.has(name);
    if (!isThere) throw notFound(kind, name);
  }

  #checkBinder({ kind, name }: Destination, owner: Owner | undefined): void {
    const queue = kind === 'queue' ? this.ground.queues.get(name) : undefined;
    if (queue && owner) this.#checkAccess(queue, owner);
  }
}

/** What is one connection's alone is not kept over a restart, whatever it says. */
const isDurable = ({ durable = false, exclusive = false }: QueueDeclaration): boolean => durable && !exclusive;
