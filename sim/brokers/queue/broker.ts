/**
 * The queue broker's core: exchanges, queues, dead-lettering. Pure and synchronous: what processes see of it, with
 * connections and latencies, is port.ts.
 * Source: RabbitMQ documentation, "Publishers" (unroutable messages, confirms), "Dead Letter Exchanges".
 *
 * Not modelled: clustering (a quorum queue never loses its majority), streams; dead-letter exchanges and routing keys: a
 * dead letter goes to the queue that is named, through the default exchange.
 */
import { EddyError } from '../../errors.ts';
import type { Envelope } from '../message.ts';
import { dead, isCycle, readDeaths } from './deaths.ts';
import { DEFAULT_PROFILE, type Profile, type Version, VERSIONS } from './profile.ts';
import { type Copy, type GivenUp, type Lost, Queue, type QueueOptions } from './queue.ts';
import { Retained } from './retained.ts';
import { type ExchangeShape, route } from './routing.ts';

export interface BrokerShape {
  readonly queues: Readonly<Record<string, QueueOptions<string>>>;
  readonly exchanges?: Readonly<Record<string, ExchangeShape>>;
  readonly profile?: Profile;
  /** An alarm blocks publishers while the broker holds more messages than this. */
  readonly alarm?: { readonly above: number } | undefined;
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

export class QueueBroker {
  readonly #queues = new Map<string, Queue>();
  readonly #retained: Retained;
  readonly #version: Version;

  constructor(
    readonly shape: BrokerShape,
    readonly journal: BrokerJournal,
    readonly nowUs: () => number,
  ) {
    const version = VERSIONS[shape.profile ?? DEFAULT_PROFILE];
    this.#version = version;
    this.#retained = new Retained((us, run) => journal.later(us, run));
    const events = {
      gaveUp: (queue: Queue, copy: Copy, reason: GivenUp) => this.#gaveUp(queue, copy, reason),
      lost: (queue: Queue, copy: Copy, reason: Lost) => journal.dropped(copy.envelope, queue.name, reason),
      headExpires: (queue: Queue) => journal.headExpires(queue.name),
      hasRoom: (queue: Queue) => this.#retained.targetHasRoom(queue.name),
    };
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

  get queues(): Iterable<Queue> {
    return this.#queues.values();
  }

  /** The queues that a message would reach; the default exchange routes by queue name. */
  route(exchange: string, key: string, headers: Readonly<Record<string, unknown>>): readonly string[] {
    if (exchange === '') return this.#queues.has(key) ? [key] : [];
    const shape = this.shape.exchanges?.[exchange];
    if (!shape) throw new EddyError('EDDY_NO_SUCH_EXCHANGE', `There is no exchange "${exchange}"`, { exchange });
    return route(shape, { key, headers });
  }

  /** Takes a message into every queue that it is routed to and that has room; one that has none is a nack for all. */
  publish(given: Envelope, queues: readonly string[], options: { mandatory?: boolean | undefined } = {}): Published {
    const envelope = this.#version.readsDeaths ? { ...given, deaths: readDeaths(given.message.headers) } : given;
    if (queues.length === 0) {
      this.journal.dropped(envelope, undefined, 'unroutable');
      return { queues, returned: options.mandatory === true, nackedBy: undefined };
    }
    const taken = this.taking(queues);
    const full = queues.filter((name) => !taken.includes(name));
    for (const name of taken) this.#arrive(envelope, name);
    for (const name of full) this.queue(name).refuse(envelope, this.nowUs());
    return { queues: taken, returned: false, nackedBy: full[0] };
  }

  /** Those of the queues that would take a message now. */
  taking(queues: readonly string[]): readonly string[] {
    return queues.filter((name) => !this.queue(name).isFull);
  }

  /** Every channel is closed by then. */
  restart(): void {
    for (const queue of this.#queues.values()) queue.restart();
  }

  /** Messages that it holds: ready, and handed out but not settled. */
  get held(): number {
    return [...this.#queues.values()].reduce((sum, { length, unacked }) => sum + length + unacked, 0);
  }

  /** Dead letters that their queues keep until somebody takes them, in words. */
  get unfinished(): readonly string[] {
    return this.#retained.unfinished;
  }

  get brokenLaw(): string | undefined {
    for (const queue of this.#queues.values()) {
      if (queue.brokenLaw) return queue.brokenLaw;
    }
    return undefined;
  }

  #gaveUp(queue: Queue, copy: Copy, reason: GivenUp): void {
    const to = queue.options.deadLetterTo;
    const letter =
      to === undefined
        ? undefined
        : dead(copy.envelope, queue.name, reason, to, this.nowUs(), this.#version.shufflesDeaths);
    if (!letter || to === undefined || !this.#queues.has(to)) {
      this.journal.dropped(copy.envelope, queue.name, reason);
      return;
    }
    // A cycle without a rejection in it would never end: its messages are dropped, and nobody is told.
    if (reason !== 'rejected' && isCycle(letter, to)) {
      this.journal.dropped(copy.envelope, queue.name, 'cycle');
      return;
    }
    const send = (): boolean => this.#deadLetter(queue, { copy, letter, to, reason });
    if (queue.isAtLeastOnce) this.#retained.keep(queue, to, send);
    else if (!send()) this.journal.dropped(copy.envelope, to, 'refused');
  }

  /** @returns false when the queue that it is to go to refuses it */
  #deadLetter(from: Queue, { copy, letter, to, reason }: Letter): boolean {
    const target = this.queue(to);
    // A quorum queue tells those of its limit who wait for confirms: other senders of dead letters do not.
    if (target.isFull && (!target.isQuorum || from.isAtLeastOnce)) {
      if (target.options.overflow !== 'reject-publish-dlx') return false;
      this.journal.deadLettered(copy, from.name, to, reason);
      target.refuse(letter, this.nowUs());
      return true;
    }
    this.journal.deadLettered(copy, from.name, to, reason);
    this.#arrive(letter, to);
    return true;
  }

  #arrive(envelope: Envelope, name: string): void {
    const queue = this.queue(name);
    this.journal.arriving(envelope, name, () => queue.enqueue(envelope, this.nowUs()));
  }
}

interface Letter {
  readonly copy: Copy;
  readonly letter: Envelope;
  readonly to: string;
  readonly reason: GivenUp;
}
