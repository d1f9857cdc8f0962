/** The channels of one sequence on a real broker, and all that is seen on them. */
import type { Channel, ChannelModel, ConfirmChannel, Message } from 'amqplib';
import type { Socket } from 'node:net';
import { CHANNELS, CONNECTION_OF, type Held, type Seen, UNCONFIRMED } from './trace.ts';

export class Slot {
  channel: Channel | ConfirmChannel | undefined;
  /** Seen since the last look. */
  seen: Seen[] = [];
  /** Publishes whose confirm has not come. */
  unconfirmed = 0;
  readonly outstanding = new Set<number>();
  readonly settled = new Set<number>();

  constructor(readonly on: number) {}

  async open(connection: ChannelModel): Promise<void> {
    this.outstanding.clear();
    this.settled.clear();
    this.unconfirmed = 0;
    const channel =
      this.on === UNCONFIRMED ? await connection.createChannel() : await connection.createConfirmChannel();
    channel.on('return', (message: Message) => this.seen.push(['returned', idOf(message)]));
    channel.on('error', (error: Error & { code?: number }) => this.seen.push(['closed', error.code ?? 0]));
    channel.on('close', () => {
      if (this.channel === channel) this.channel = undefined;
    });
    this.channel = channel;
  }

  /** What came on this channel as copy of a message. */
  hold(message: Message, autoAck: boolean): Held {
    const { deliveryTag, redelivered } = message.fields;
    if (autoAck) this.settled.add(deliveryTag);
    else this.outstanding.add(deliveryTag);
    return [deliveryTag, idOf(message), redelivered, deathsOf(message)];
  }

  settle(tag: number, multiple: boolean): void {
    for (const each of this.outstanding) {
      if (each !== tag && !(multiple && (each <= tag || tag === 0))) continue;
      this.outstanding.delete(each);
      this.settled.add(each);
    }
  }
}

function idOf(message: Message): string {
  return String(message.properties.messageId);
}

/** `q1 expired 1, q0 rejected 2` */
function deathsOf(message: Message): string {
  const deaths = message.properties.headers?.['x-death'];
  if (!Array.isArray(deaths)) return '';
  return deaths
    .map(({ queue, reason, count }) => `${queue.slice(queue.lastIndexOf('-') + 1)} ${reason} ${count}`)
    .join(', ');
}

/** Three channels on two connections; whatever is lost comes back. */
export class Clients {
  readonly slots: readonly Slot[] = Array.from({ length: CHANNELS }, (_, on) => new Slot(on));
  readonly #connections: (ChannelModel | undefined)[] = [];

  constructor(readonly connect: () => Promise<ChannelModel>) {}

  slot(on: number): Slot {
    return this.slots[on] as Slot;
  }

  /** Opens what is not open. */
  async mend(): Promise<void> {
    for (const slot of this.slots) {
      if (slot.channel) continue;
      await slot.open(await this.#connection(CONNECTION_OF[slot.on] as number));
    }
  }

  async #connection(n: number): Promise<ChannelModel> {
    const open = this.#connections[n];
    if (open) return open;
    const connection = await this.connect();
    const gone = (): void => {
      if (this.#connections[n] === connection) this.#connections[n] = undefined;
    };
    connection.on('error', gone);
    connection.on('close', gone);
    this.#connections[n] = connection;
    return connection;
  }

  async drop(n: number, abrupt: boolean): Promise<void> {
    const connection = this.#connections[n];
    this.#connections[n] = undefined;
    for (const slot of this.slots) if (CONNECTION_OF[slot.on] === n) slot.channel = undefined;
    if (!connection) return;
    // The library has no public way to break a connection.
    if (abrupt) (connection.connection as unknown as { stream: Socket }).stream.destroy(new Error('broken on purpose'));
    else await connection.close().catch(() => {});
  }

  async close(): Promise<void> {
    await Promise.all([this.drop(0, false), this.drop(1, false)]);
  }
}
