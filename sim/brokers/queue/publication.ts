/**
 * One publish, whoever makes it: where it goes, what the history says of it, and what its operation is. A plain port awaits it, a
 * real client's connection is answered.
 */
import { printName } from '../../faults/words.ts';
import type { Moment } from '../../kernel/context.ts';
import type { Answer, Operation } from '../../services/operation.ts';
import type { Draft } from '../draft.ts';
import type { Envelope } from '../message.ts';
import { Arrivals } from './arrivals.ts';
import type { Link } from './link.ts';
import { disconnected, full, nacked, unavailable, unconfirmed } from './publish-errors.ts';
import type { QueueRuntime } from './runtime.ts';

export interface PublicationShape {
  readonly link: Link;
  readonly moment: Moment;
  readonly draft: Draft;
  /** All but its entry in the history. */
  readonly envelope: Envelope;
  /** Where it goes, as things are when it is sent. */
  readonly queues: readonly string[];
  /** Where it goes when it is there; default: the same. */
  readonly routed?: () => readonly string[];
  readonly mandatory?: boolean | undefined;
}

/** A message as the broker took it. */
export interface Taken {
  readonly envelope: Envelope;
  readonly queues: readonly string[];
  /** It went nowhere, and its publisher wants to know. */
  readonly returned: boolean;
}

export class Publication {
  /** How often its connection had broken when it was sent. */
  #sentAt: number | undefined;
  #isThere = false;
  #envelope: Envelope;

  constructor(
    readonly runtime: QueueRuntime,
    readonly shape: PublicationShape,
  ) {
    this.#envelope = shape.envelope;
  }

  get operation(): Operation<Taken> {
    const { runtime, shape } = this;
    const { link, queues, envelope } = shape;
    const { name, broker } = runtime;
    return {
      runtime,
      phrase: `publish of ${printName(envelope.message.type)} to ${printName(name)}`,
      class: 'publish',
      touches: queues.map((queue) => `${name}.${queue}`).join(' '),
      effect: (answer) => this.#send(answer),
      refused: () => unavailable(name),
      failed: () => nacked(name, queues),
      isLostOnWay: () => link.isHalfOpen,
      halfOpens: true,
      outages: queues.some((queue) => broker.queue(queue).wouldLose(envelope)) ? FRAGILE : STURDY,
      unknown: () => unconfirmed(name),
      // What was never sent waits for no confirm: that it failed is known.
      cutOff: () => (this.#isCutOff ? disconnected(name) : undefined),
    };
  }

  /** Its confirm comes over the connection on which it was sent, or never. */
  get #isCutOff(): boolean {
    return this.#sentAt !== undefined && this.#sentAt !== this.shape.link.losses;
  }

  #send(answer: Answer<Taken>): void {
    const { runtime, shape } = this;
    const { link, moment } = shape;
    const { name, alarm } = runtime;
    if (!link.isOpen) {
      answer.fail(unavailable(name));
      return;
    }
    this.#sentAt = link.losses;
    const isBlocked = alarm.holdBack(() => link.flowOf(moment).inTurn(() => this.#arrive(answer)));
    if (isBlocked) runtime.simulation.outageMet(name);
    if (!this.#isThere) runtime.whenGivenUp(() => answer.fail(unconfirmed(name)));
  }

  #arrive(answer: Answer<Taken>): void {
    const { runtime, shape } = this;
    // What waits in a connection's buffer is lost with it.
    if (this.#isCutOff) answer.fail(disconnected(runtime.name));
    else this.take(answer, shape.routed?.() ?? shape.queues);
  }

  /** What is known only when it is there: further keys by which it was routed, properties that the broker changes. */
  amend(known: Pick<Envelope, 'otherKeys' | 'bcc' | 'content'>): void {
    this.#envelope = { ...this.#envelope, ...known };
  }

  /** The broker has it: it goes into these queues, and is answered when it is there. */
  take(answer: Answer<Taken>, queues: readonly string[]): void {
    const { runtime, shape } = this;
    const { broker } = runtime;
    const { link, moment, mandatory } = shape;
    const taking = broker.taking(queues, this.#envelope);
    // What no queue takes for want of room was never published; what no queue is bound for, or none that is left, was.
    if (taking.length > 0 || !queues.some((name) => broker.find(name))) {
      this.#envelope = { ...this.#envelope, entry: this.#notePublished(taking) };
    }
    const arrivals = new Arrivals(taking);
    const came = (queue: string): void => arrivals.came(queue);
    const { nackedBy, returned } = broker.publish(this.#envelope, queues, { mandatory, came });
    runtime.simulation.world.changed();
    if (!arrivals.areThere) answer.applied?.();
    const arrived = arrivals.areThere ? undefined : link.flowOf(moment).onItsWay();
    arrivals.whenThere(() => {
      this.#isThere = true;
      if (nackedBy === undefined) answer.ok({ envelope: this.#envelope, queues, returned });
      else answer.fail(full(nackedBy));
      arrived?.();
    });
  }

  /** Its publisher has heard: it is taken, or, where it wanted to know, it went nowhere. */
  noteConfirmed({ envelope, queues }: Taken): void {
    this.runtime.note(this.shape.link.process.label, 'confirmed', envelope, queues);
  }

  noteReturned({ envelope }: Taken): void {
    this.runtime.note(this.shape.link.process.label, 'returned', envelope, []);
  }

  #notePublished(channels: readonly string[]): number {
    const { runtime, shape } = this;
    const { lineage, message } = shape.envelope;
    return runtime.simulation.record(
      shape.link.process.label,
      'published',
      { component: runtime.name, channels, value: message, about: { lineage } },
      shape.moment.causes,
    );
  }
}

/** What may befall a broker when messages are published to it that a restart loses, and when not. */
const FRAGILE = ['blocking publishers', 'restarting'] as const;
const STURDY = ['blocking publishers'] as const;
