/** Plays the steps of a trace on the simulator's broker, at the level of its channels, and sees what clients would see. */
import { QueueBroker } from '../../sim/brokers/queue/broker.ts';
import { Channel, type Delivered } from '../../sim/brokers/queue/channel.ts';
import type { Consumer } from '../../sim/brokers/queue/consumer.ts';
import type { Queue } from '../../sim/brokers/queue/queue.ts';
import type { Envelope } from '../../sim/brokers/message.ts';
import { EddyError } from '../../sim/errors.ts';
import type { Choices } from './choices.ts';
import {
  type Action,
  CHANNELS,
  CONNECTION_OF,
  type Held,
  type Seen,
  type Sent,
  UNCONFIRMED,
  type Trace,
} from './trace.ts';

const CLOSE_CODES: Readonly<Record<string, number>> = { EDDY_PRECONDITION_FAILED: 406 };

const REFUSED = 'a dead letter comes to a full queue before or after something leaves it';

interface Side {
  channel: Channel;
  /** From which queue and by whom what is outstanding was taken. */
  readonly held: Map<number, { readonly queue: string; readonly taker: number }>;
  seen: Seen[];
}

export class ModelPlayer {
  readonly broker: QueueBroker;
  /** Why the order in a queue is not known from this step on. */
  openEnd: string | undefined;
  /** Why this step may end otherwise. */
  excuse: string | undefined;
  readonly #sides: Side[];
  readonly #consumers = new Map<number, Consumer>();
  #nowUs = 0;
  #isDead = false;
  #isRoutedToSeveral = false;
  /** Messages published in this step so far. */
  #burst = 0;
  /** Whether the publisher has heard in this step that a quorum queue is full. */
  #hasNoticed = false;
  readonly #timers: { readonly dueUs: number; readonly run: () => void }[] = [];
  /** Dead letters on their way. */
  #late: (() => void)[] = [];

  constructor(
    { shape }: Trace,
    readonly choices: Choices,
  ) {
    this.broker = new QueueBroker(
      shape,
      {
        deadLettered: (_copy, _from, to) => {
          this.#isDead = !this.broker.queue(to).isFull;
          if (!this.#isDead) this.excuse = REFUSED;
        },
        dropped: (_envelope, _queue, reason) => {
          if (reason === 'refused') this.excuse = REFUSED;
        },
        headExpires: () => {},
        later: (us, run) => void this.#timers.push({ dueUs: this.#nowUs + us, run }),
        arriving: (_envelope, _queue, enqueue) => this.#arriving(enqueue),
      },
      () => this.#nowUs,
    );
    this.broker.taking = (queues) => queues.filter((name) => this.#takes(this.broker.queue(name)));
    this.#sides = Array.from({ length: CHANNELS }, () => ({ channel: this.#open(), held: new Map(), seen: [] }));
  }

  /** Tags in the action are the model's own. */
  step(atMs: number, action: Action): { seen: readonly (readonly Seen[])[]; ready: readonly number[] } {
    this.openEnd = undefined;
    this.excuse = undefined;
    this.#advance(atMs * 1000);
    this.#do(action);
    this.#arriveLate();
    const seen = this.#sides.map((side) => side.seen);
    for (const side of this.#sides) {
      side.seen = [];
      if (side.channel.isOpen) continue;
      this.#lost(side);
      side.channel = this.#open();
    }
    return { seen, ready: [...this.broker.queues].map(({ length }) => length) };
  }

  #open(): Channel {
    return new Channel(() => this.#nowUs);
  }

  #lost(side: Side): void {
    if (this.#haveSeveralTakers(side, [...side.held.keys()], true))
      this.openEnd = 'consumers of a lost channel give back to a quorum queue in any order';
    side.held.clear();
  }

  /** Whether several consumers took those tags from one queue. */
  #haveSeveralTakers({ held }: Side, tags: readonly number[], quorumOnly: boolean): boolean {
    const taken = tags
      .flatMap((tag) => held.get(tag) ?? [])
      .filter(({ queue }) => !quorumOnly || this.broker.queue(queue).isQuorum);
    return taken.some((a) => taken.some((b) => a.queue === b.queue && a.taker !== b.taker));
  }

  #arriving(enqueue: () => void): void {
    const isDead = this.#isDead;
    this.#isDead = false;
    // A queue sends its dead letters on to another one, which may do other things first.
    if (isDead && this.choices.pick('dead letter comes later', 2) > 0) this.#late.push(enqueue);
    else if (!isDead && this.#isRoutedToSeveral && this.choices.pick('queues take a publish in any order', 2) > 0)
      this.#late.push(enqueue);
    else enqueue();
  }

  #arriveLate(): void {
    for (let next = this.#late.shift(); next; next = this.#late.shift()) next();
  }

  /** Lets time pass; what expires does so at its moment. */
  #advance(toUs: number): void {
    for (;;) {
      const queues = [...this.broker.queues];
      const dueUs = Math.min(...queues.map(({ expiresUs }) => expiresUs), ...this.#timers.map(({ dueUs }) => dueUs));
      if (dueUs > toUs) break;
      this.#nowUs = Math.max(this.#nowUs, dueUs);
      const due = this.#timers.findIndex((timer) => timer.dueUs <= this.#nowUs);
      if (due >= 0) this.#timers.splice(due, 1)[0]?.run();
      for (const queue of queues) if (queue.expiresUs <= this.#nowUs) queue.expire(this.#nowUs);
      this.#arriveLate();
    }
    this.#nowUs = Math.max(this.#nowUs, toUs);
  }

  #do(action: Action): void {
    if (action.do === 'wait') {
      this.#advance(this.#nowUs + action.ms * 1000);
      return;
    }
    if (action.do === 'drop') {
      this.#drop(action.connection);
      return;
    }
    const side = this.#sides[action.on] as Side;
    switch (action.do) {
      case 'publish':
        this.#burst = 0;
        this.#hasNoticed = false;
        for (const message of action.messages) this.#publish(side, action.on, message);
        return;
      case 'consume':
        this.#consume(side, action);
        return;
      case 'get': {
        const queue = this.broker.queue(action.queue);
        const got = side.channel.get(queue, { autoAck: action.autoAck });
        if (got && !action.autoAck) side.held.set(got.tag, { queue: action.queue, taker: -1 - got.tag });
        side.seen.push(got ? ['got', got.left, ...held(got)] : ['nothing']);
        return;
      }
      case 'cancel': {
        const consumer = this.#consumers.get(action.consumer);
        if (consumer) side.channel.cancel(consumer);
        return;
      }
      case 'close':
        side.channel.close();
        return;
      default:
        this.#settle(side, action);
    }
  }

  #settle(side: Side, action: Extract<Action, { do: 'ack' | 'nack' | 'reject' }>): void {
    const { channel } = side;
    // What is handed out while it settles is none of them.
    const settled = [...side.held.keys()];
    try {
      if (action.do === 'ack') channel.ack(action.tag, action.multiple);
      else if (action.do === 'nack') channel.nack(action.tag, action);
      else channel.reject(action.tag, action);
      const several = action.do !== 'reject' && action.multiple;
      const gone = settled.filter((tag) => tag === action.tag || (several && (tag < action.tag || action.tag === 0)));
      if (this.#haveSeveralTakers(side, gone, false))
        this.openEnd = 'one settle of several consumers goes through them in any order';
      for (const tag of gone) side.held.delete(tag);
    } catch (error) {
      if (!(error instanceof EddyError)) throw error;
      side.seen.push(['closed', CLOSE_CODES[error.code] ?? 0]);
    }
  }

  /** Each channel is a process of its own on the server: which one ends first is open. */
  #drop(connection: number): void {
    const lost = this.#sides.filter((_, on) => CONNECTION_OF[on] === connection);
    if (lost.length > 1 && this.choices.pick('channels of a lost connection close in another order', 2) > 0)
      lost.reverse();
    for (const { channel } of lost) channel.close();
    // What came to a channel that had not closed yet is seen by nobody.
    for (const side of lost) side.seen = [];
  }

  #consume(side: Side, { consumer, queue, prefetch, autoAck, priority }: Extract<Action, { do: 'consume' }>): void {
    const { channel } = side;
    const take = (one: Delivered): void => {
      if (!autoAck) side.held.set(one.tag, { queue, taker: consumer });
      if (channel.isOpen) side.seen.push(['delivered', consumer, ...held(one)]);
    };
    this.#consumers.set(consumer, channel.consume(this.broker.queue(queue), { prefetch, autoAck, priority }, take));
  }

  /** A quorum queue tells a publisher that it is full; what is on its way until then is taken. */
  #takes(queue: Queue): boolean {
    if (!queue.isFull) return true;
    const { maxLength = Infinity } = queue.options;
    // Each publisher hears it on its own: one that is new is taken as long as the limit is kept.
    const mayNotKnow = queue.length <= maxLength || (this.#burst > 0 && !this.#hasNoticed);
    if (!queue.isQuorum || !mayNotKnow) return false;
    const takes = this.choices.pick('quorum queue tells late that it is full', 2) > 0;
    this.#hasNoticed = !takes;
    return takes;
  }

  #publish(side: Side, on: number, sent: Sent): void {
    const { id, exchange, key, headers = {}, mandatory } = sent;
    const queues = this.broker.route(exchange, key, headers);
    this.#isRoutedToSeveral = queues.length > 1;
    const { returned, nackedBy } = this.broker.publish(envelopeOf(sent), queues, { mandatory });
    this.#burst++;
    if (returned) side.seen.push(['returned', id]);
    if (on !== UNCONFIRMED) side.seen.push([nackedBy === undefined ? 'confirmed' : 'nacked', id]);
  }
}

function envelopeOf({ id, key, headers = {}, expirationMs, priority, persistent }: Sent): Envelope {
  const message = { id, type: 'T', key, body: id, headers, parsed: true };
  const expirationUs = expirationMs === undefined ? undefined : expirationMs * 1000;
  return { message, text: id, lineage: id, entry: -1, expirationUs, priority, durable: persistent === true };
}

function held({ tag, copy, redelivered }: Delivered): Held {
  const { id, headers } = copy.envelope.message;
  return [tag, id, redelivered, deathsOf(headers)];
}

/** `q1 expired 1, q0 rejected 2` */
function deathsOf(headers: Readonly<Record<string, unknown>>): string {
  const deaths = headers['x-death'];
  if (!Array.isArray(deaths)) return '';
  return (deaths as { queue: string; reason: string; count: number }[])
    .map(({ queue, reason, count }) => `${queue} ${reason} ${count}`)
    .join(', ');
}
