/** A broker's core on a bench: the clock is set by hand, and what the journal hears is kept as words. */
import type { Envelope } from '../message.ts';
import { type BrokerShape, QueueBroker } from './broker.ts';
import { Channel, type Delivered } from './channel.ts';
import type { Consumer } from './consumer.ts';
import type { Profile } from './profile.ts';
import type { Queue } from './queue.ts';

export function envelope(id: string, expirationUs?: number): Envelope {
  const message = { id, type: 'T', body: { id }, headers: {}, parsed: true };
  return { message, text: JSON.stringify(message.body), lineage: `T#${id}`, entry: -1, expirationUs, durable: true };
}

export const idOf = ({ copy }: Pick<Delivered, 'copy'>): string => copy.envelope.message.id;

/** A consumer and what it was handed. */
export interface Hand {
  readonly channel: Channel;
  readonly consumer: Consumer;
  readonly delivered: Delivered[];
}

export class Bench {
  nowUs = 0;
  readonly broker: QueueBroker;
  /** `m1 from work to dead: rejected`, `m1 dropped by work: expired` */
  readonly journal: string[] = [];
  #due: { readonly atUs: number; readonly run: () => void }[] = [];

  constructor(shape: BrokerShape) {
    this.broker = new QueueBroker(
      shape,
      {
        deadLettered: ({ envelope }, from, to, reason) =>
          void this.journal.push(`${envelope.message.id} from ${from} to ${to}: ${reason}`),
        dropped: ({ message }, queue, reason) =>
          void this.journal.push(`${message.id} dropped by ${queue ?? 'nobody'}: ${reason}`),
        arriving: (_envelope, _queue, enqueue) => enqueue(),
        headExpires: () => {},
        later: (us, run) => void this.#due.push({ atUs: this.nowUs + us, run }),
      },
      () => this.nowUs,
    );
  }

  /** Time goes on: the queues look at their heads, and what was to happen by then happens. */
  waitUntil(us: number): void {
    this.nowUs = us;
    for (const { run } of this.#due.filter(({ atUs }) => atUs <= us)) run();
    this.#due = this.#due.filter(({ atUs }) => atUs > us);
    for (const queue of this.broker.queues) queue.expire(us);
  }

  queue(name = 'work'): Queue {
    return this.broker.queue(name);
  }

  /** Publishes to the queue `work` by its name. */
  put(...ids: readonly string[]): void {
    for (const id of ids) this.broker.publish(envelope(id), ['work']);
  }

  channel(): Channel {
    return new Channel(() => this.nowUs);
  }

  consume(
    o: { prefetch?: number; autoAck?: boolean; priority?: number; channel?: Channel; queue?: string } = {},
  ): Hand {
    const { prefetch = 1, autoAck = false, priority = 0, channel = this.channel(), queue = 'work' } = o;
    const delivered: Delivered[] = [];
    const take = (one: Delivered): void => void delivered.push(one);
    const consumer = channel.consume(this.queue(queue), { prefetch, autoAck, priority }, take);
    return { channel, consumer, delivered };
  }

  ready(queue = 'work'): string[] {
    return this.queue(queue).ready.map(({ envelope }) => envelope.message.id);
  }
}

/** A bench whose only queue is `work`. */
export function oneQueue(options: BrokerShape['queues'][string] = {}, profile?: Profile): Bench {
  return new Bench({ queues: { work: options }, ...(profile === undefined ? {} : { profile }) });
}
