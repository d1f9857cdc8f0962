/**
 * The queue broker's core: queues, publishing, restarts; exchanges and declaring are in topology/, dead-lettering is in
 * dead-letters.ts. Pure and synchronous: what processes see of it, with connections and latencies, is port.ts.
 * Source: RabbitMQ documentation, "Publishers" (unroutable messages, confirms).
 *
 * Not modelled: clustering (a quorum queue never loses its majority), streams.
 */
import { EddyError } from '../../errors.ts';
import type { Envelope } from '../message.ts';
import { DeadLetters } from './dead-letters.ts';
import { EPOCH_MS } from '../../kernel/world.ts';
import { readDeaths } from './deaths.ts';
import { type Profile, type Version, versionOf } from './profile.ts';
import { type Copy, type GivenUp, type Lost, Queue, type QueueEvents } from './queue.ts';
import type { ExchangeShape } from './routing.ts';
import type { Settings } from './settings.ts';
import { Exchanges } from './topology/exchanges.ts';
import { resolve, type Resolved, type Sent } from './topology/publishing.ts';
import { Topology } from './topology/topology.ts';

export interface BrokerShape {
  readonly queues: Readonly<Record<string, Settings>>;
  /** Those of the queues that take the properties with which a client first declares them. */
  readonly provided?: readonly string[];
  readonly exchanges?: Readonly<Record<string, ExchangeShape>>;
  readonly profile?: Profile;
  /** An alarm blocks publishers while the broker holds more messages than this. */
  readonly alarm?: { readonly above: number } | undefined;
  /** Whether a search restarts it though messages of real clients are in it that are not persistent; default: no. */
  readonly restarts?: boolean;
}

/** What the broker did on its own, for the history. */
export interface BrokerJournal {
  deadLettered(copy: Copy, from: string, to: string, reason: GivenUp): void;
  /** A copy is gone for good. `declared`: the configuration says so, so that it is no loss of Eddy's or the user's. */
  dropped(
    envelope: Envelope,
    queue: string | undefined,
    reason: GivenUp | Lost | 'unroutable' | 'refused' | 'cycle',
  ): void;
  /** A copy comes to a queue; calling `enqueue` puts it in, now, later, or more than once. */
  arriving(envelope: Envelope, queue: string, enqueue: () => void): void;
  /** The head of the queue expires at another time than before. */
  headExpires(queue: string): void;
  /** Calls back so many microseconds later. */
  later(us: number, run: () => void): void;
}

/** How a publish ended: into which queues it went, and which one refused it. */
export interface Published {
  readonly queues: readonly string[];
  readonly returned: boolean;
  readonly nackedBy: string | undefined;
}

interface PublishOptions {
  readonly mandatory?: boolean | undefined;
  /** Called each time that a copy has come into a queue. */
  came?(queue: string): void;
}

export class QueueBroker {
  readonly topology: Topology;
  readonly #queues = new Map<string, Queue>();
  readonly #exchanges: Exchanges;
  readonly #deadLetters: DeadLetters;
  readonly #version: Version;

  constructor(
    readonly shape: BrokerShape,
    readonly journal: BrokerJournal,
    readonly nowUs: () => number,
    epochMs = EPOCH_MS,
  ) {
    const version = versionOf(shape.profile);
    this.#version = version;
    this.#exchanges = new Exchanges(shape.exchanges ?? {}, (name) => this.#queues.has(name));
    this.#deadLetters = new DeadLetters({
      exchanges: this.#exchanges,
      journal,
      version,
      nowUs,
      nowMs: () => epochMs + nowUs() / 1000,
      queue: (name) => this.queue(name),
      arrive: (envelope, queue) => this.#arrive(envelope, queue),
    });
    const events: QueueEvents = {
      gaveUp: (queue, copy, reason) => this.#deadLetters.gaveUp(queue, copy, reason),
      lost: (queue, copy, reason) => journal.dropped(copy.envelope, queue.name, reason),
      headExpires: (queue) => journal.headExpires(queue.name),
      hasRoom: (queue) => this.#deadLetters.targetHasRoom(queue.name),
      unused: (queue) => this.topology.unused(queue),
    };
    this.topology = new Topology({
      exchanges: this.#exchanges,
      queues: this.#queues,
      provided: new Set(shape.provided),
      version,
      nowUs,
      later: (us, run) => journal.later(us, run),
      makeQueue: (name, settings) => new Queue(name, settings, events, version),
      routesChanged: () => this.#deadLetters.routesChanged(),
      queueGone: (name) => this.#deadLetters.targetHasRoom(name),
    });
    for (const [name, options] of Object.entries(shape.queues)) {
      this.#queues.set(name, new Queue(name, options, events, version));
    }
  }

  /** @throws EddyError EDDY_NO_SUCH_QUEUE */
  queue(name: string): Queue {
    const queue = this.#queues.get(name);
    if (!queue) throw new EddyError('EDDY_NO_SUCH_QUEUE', `There is no queue "${name}"`, { queue: name });
    return queue;
  }

  /** The queue of that name, unless it is gone. */
  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  get queues(): Iterable<Queue> {
    return this.#queues.values();
  }

  /** The queues that a message would reach; the default exchange routes by queue name. */
  route(exchange: string, key: string, headers: Readonly<Record<string, unknown>>): readonly string[] {
    if (exchange === '') return this.#queues.has(key) ? [key] : [];
    if (!this.#exchanges.has(exchange))
      throw new EddyError('EDDY_NO_SUCH_EXCHANGE', `There is no exchange "${exchange}"`, { exchange });
    return this.#exchanges.route(exchange, { keys: [key], headers });
  }

  /**
   * Where a client's message goes, by its key and by those of its headers CC and BCC.
   * @throws EddyError EDDY_NOT_FOUND, EDDY_ACCESS_REFUSED, EDDY_PRECONDITION_FAILED
   */
  resolve(sent: Sent): Resolved {
    return resolve(this.#exchanges, sent);
  }

  /** Takes a message into every queue that it is routed to and that has room; one that has none is a nack for all. */
  publish(given: Envelope, routed: readonly string[], options: PublishOptions = {}): Published {
    const envelope = this.#version.readsDeaths ? { ...given, deaths: readDeaths(given.message.headers) } : given;
    // Since it was routed a queue may have been deleted.
    const queues = routed.every((name) => this.#queues.has(name))
      ? routed
      : routed.filter((name) => this.#queues.has(name));
    if (queues.length === 0) {
      this.journal.dropped(envelope, undefined, 'unroutable');
      return { queues, returned: options.mandatory === true, nackedBy: undefined };
    }
    const taken = this.taking(queues, envelope);
    const full = queues.filter((name) => !taken.includes(name));
    for (const name of taken) this.#arrive(envelope, name, () => options.came?.(name));
    for (const name of full) this.queue(name).refuse(envelope, this.nowUs());
    return { queues: taken, returned: false, nackedBy: full[0] };
  }

  /** Those of the queues that would take the message now. */
  taking(queues: readonly string[], envelope: Envelope): readonly string[] {
    return queues.filter((name) => this.#queues.get(name)?.wouldRefuse(envelope) === false);
  }

  /** Every channel is closed by then. */
  restart(): void {
    this.topology.restart();
    for (const queue of this.#queues.values()) queue.restart();
  }

  /** Messages that it holds: ready, and handed out but not settled. */
  get held(): number {
    return [...this.#queues.values()].reduce((sum, { length, unacked }) => sum + length + unacked, 0);
  }

  /** Dead letters that their queues keep until somebody takes them, in words. */
  get unfinished(): readonly string[] {
    return this.#deadLetters.unfinished;
  }

  get brokenLaw(): string | undefined {
    for (const queue of this.#queues.values()) {
      if (queue.brokenLaw) return queue.brokenLaw;
    }
    return undefined;
  }

  #arrive(envelope: Envelope, name: string, came?: () => void): void {
    const queue = this.queue(name);
    // One that takes its properties from whoever declares it first may do so before a late copy is there.
    const isProvided = this.topology.ground.provided.has(name);
    const taker = (): Queue => (isProvided ? (this.#queues.get(name) ?? queue) : queue);
    this.journal.arriving(envelope, name, () => {
      taker().enqueue(envelope, this.nowUs());
      came?.();
    });
  }
}
