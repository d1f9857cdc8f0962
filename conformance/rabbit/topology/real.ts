/** Plays a script on a real RabbitMQ, under names of its own, waiting after each step until nothing changes any more. */
import type { Channel, ChannelModel, ConsumeMessage, Message } from 'amqplib';
import type { Server } from '../server.ts';
import {
  type Command,
  CONNECTION_OF,
  EXCHANGES,
  type Outcome,
  type Plain,
  printMessage,
  QUEUES,
  type Script,
} from './commands.ts';
import { byName } from './model.ts';

type On<K extends Command['do']> = Extract<Command, { do: K }>;
type OnChannel = Extract<Command, { on: number }>;

interface Side {
  channel: Channel | undefined;
  held: Map<number, string>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Names of exchanges and queues in arguments. */
const NAMING = new Set(['alternate-exchange', 'x-dead-letter-exchange']);

export class RealPlayer {
  readonly #connections: (ChannelModel | undefined)[] = [undefined, undefined];
  readonly #sides: Side[] = CONNECTION_OF.map(() => ({ channel: undefined, held: new Map() }));
  #observing: ChannelModel | undefined;
  #observer: Channel | undefined;
  #heard = new Map<string, string[]>();
  /** Why a channel or connection was closed in this step. */
  #closed = '';

  constructor(
    readonly server: Server,
    readonly prefix: string,
    readonly quietMs: number,
  ) {}

  async play({ commands, looksAtEnd = false }: Script): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    try {
      this.#observing = await this.server.connect();
      this.#observing.on('error', () => {});
      for (const [n, command] of commands.entries()) {
        this.#heard = new Map();
        this.#closed = '';
        for (const on of CONNECTION_OF.keys()) await this.#open(on);
        const answer = await this.#try(command);
        const state = looksAtEnd && n < commands.length - 1 ? '' : await this.#settled();
        const heard = [...this.#heard.keys()].toSorted().flatMap((tag) => this.#heard.get(tag) ?? []);
        outcomes.push({ answer: this.#closed === '' ? answer : this.#closed, heard, state });
      }
    } finally {
      await this.#end();
    }
    return outcomes;
  }

  async #end(): Promise<void> {
    for (const connection of this.#connections) await connection?.close().catch(() => {});
    if (!this.#observing) return;
    for (const name of QUEUES) await this.#look((channel) => channel.deleteQueue(this.#real(name)));
    for (const name of EXCHANGES) await this.#look((channel) => channel.deleteExchange(this.#real(name)));
    await this.#observing.close().catch(() => {});
  }

  #real(name: string): string {
    return name === '' || name.startsWith('amq.') ? name : `${this.prefix}-${name}`;
  }

  /** A routing key that is a queue's name means that queue. */
  #key(key: string): string {
    return (QUEUES as readonly string[]).includes(key) ? this.#real(key) : key;
  }

  #model(text: string): string {
    return text.replaceAll(`${this.prefix}-`, '');
  }

  #arguments(plain: Plain = {}): Plain {
    return Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [
        name,
        typeof value === 'string' && NAMING.has(name)
          ? this.#real(value)
          : typeof value === 'string'
            ? this.#key(value)
            : value,
      ]),
    );
  }

  #headers(plain: Plain = {}): Plain {
    return Object.fromEntries(
      Object.entries(plain).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? this.#key(each) : each)) : value,
      ]),
    );
  }

  async #open(on: number): Promise<void> {
    const side = this.#sides[on] as Side;
    if (side.channel) return;
    const n = CONNECTION_OF[on] as number;
    let connection = this.#connections[n];
    if (!connection) {
      connection = await this.server.connect();
      connection.on('error', (error: Error) => this.#told(error));
      connection.on('close', () => this.#gone(n));
      this.#connections[n] = connection;
    }
    const channel = await connection.createChannel();
    channel.on('error', (error: Error) => this.#told(error));
    channel.on('close', () => {
      if (side.channel === channel) side.channel = undefined;
    });
    channel.on('return', (message: Message) => this.#hear('', `returned ${message.properties.messageId}`));
    side.channel = channel;
    side.held = new Map();
  }

  #gone(connection: number): void {
    this.#connections[connection] = undefined;
    CONNECTION_OF.forEach((each, on) => {
      if (each === connection) (this.#sides[on] as Side).channel = undefined;
    });
  }

  /** `406 PRECONDITION_FAILED - ...` */
  #told({ message }: Error): void {
    const [, code, text] = /(\d{3}) \([A-Z-]+\) with message "(.*)"$/s.exec(message) ?? [];
    if (code !== undefined) this.#closed = `${code} ${this.#model(text ?? '')}`;
  }

  async #try(command: Command): Promise<string> {
    if (command.do === 'wait') {
      await sleep(command.ms);
      return 'ok';
    }
    if (command.do === 'disconnect') {
      const connection = this.#connections[command.connection];
      this.#gone(command.connection);
      await connection?.close();
      return 'ok';
    }
    const side = this.#sides[command.on] as Side;
    const { channel } = side;
    if (!channel) return 'no channel';
    try {
      const answer = await this.#do(command, channel, side);
      // Behind what has no answer of its own.
      if (side.channel === channel) await channel.checkExchange('amq.direct');
      return answer;
    } catch (error) {
      // How the server put it is told by the channel or the connection.
      await sleep(1);
      return (error as Error).message;
    }
  }

  async #do(command: OnChannel, channel: Channel, side: Side): Promise<string> {
    switch (command.do) {
      case 'exchange':
        return this.#exchange(command, channel);
      case 'queue':
        return this.#queue(command, channel);
      case 'publish':
        return this.#publish(command, channel);
      case 'consume':
        return this.#consume(command, channel, side);
      case 'get': {
        const got = await channel.get(this.#real(command.queue), { noAck: command.noAck === true });
        if (!got) return 'nothing';
        const { deliveryTag, messageCount } = got.fields;
        if (!command.noAck) side.held.set(deliveryTag, `${command.queue} ${got.properties.messageId}`);
        return `got ${this.#print(got)}, left ${messageCount}`;
      }
      case 'ack':
      case 'nack':
      case 'reject':
        return settle(command, channel, side);
      case 'close':
        side.channel = undefined;
        await channel.close();
        return 'ok';
      default:
        return this.#simple(command, channel, side);
    }
  }

  async #simple(command: OnChannel, channel: Channel, side: Side): Promise<string> {
    switch (command.do) {
      case 'delete exchange':
        await channel.deleteExchange(this.#real(command.name), { ifUnused: command.ifUnused === true });
        break;
      case 'link':
        await channel.bindExchange(this.#real(command.destination), this.#real(command.source), this.#key(command.key));
        break;
      case 'unlink':
        await channel.unbindExchange(
          this.#real(command.destination),
          this.#real(command.source),
          this.#key(command.key),
        );
        break;
      case 'bind':
      case 'unbind': {
        const { queue, exchange, key, arguments: given } = command;
        const all = [this.#real(queue), this.#real(exchange), this.#key(key), this.#arguments(given)] as const;
        await (command.do === 'bind' ? channel.bindQueue(...all) : channel.unbindQueue(...all));
        break;
      }
      case 'delete queue': {
        const { ifUnused = false, ifEmpty = false } = command;
        return `ok ${(await channel.deleteQueue(this.#real(command.queue), { ifUnused, ifEmpty })).messageCount}`;
      }
      case 'purge':
        return `ok ${(await channel.purgeQueue(this.#real(command.queue))).messageCount}`;
      case 'cancel':
        await channel.cancel(command.tag);
        break;
      case 'recover':
        side.held.clear();
        await channel.recover();
        break;
      case 'qos':
        await channel.prefetch(command.count, command.global);
        break;
      default:
        await rpc(channel, command.do);
    }
    return 'ok';
  }

  async #exchange(command: On<'exchange'>, channel: Channel): Promise<string> {
    const { name, type, passive, durable = false, autoDelete = false, internal = false, arguments: given } = command;
    if (passive) await channel.checkExchange(this.#real(name));
    else {
      const o = { durable, autoDelete, internal, arguments: this.#arguments(given) };
      await channel.assertExchange(this.#real(name), type, o);
    }
    return 'ok';
  }

  async #queue(command: On<'queue'>, channel: Channel): Promise<string> {
    const { name, passive, durable = false, exclusive = false, autoDelete = false, arguments: given } = command;
    const { messageCount, consumerCount } = passive
      ? await channel.checkQueue(this.#real(name))
      : await channel.assertQueue(this.#real(name), {
          durable,
          exclusive,
          autoDelete,
          arguments: this.#arguments(given),
        });
    return `ok ${messageCount} ${consumerCount}`;
  }

  #publish(command: On<'publish'>, channel: Channel): string {
    const { id, exchange, key, headers, mandatory = false, expiration, userId, size } = command;
    const body = size === undefined ? Buffer.from(id) : Buffer.alloc(size);
    channel.publish(this.#real(exchange), this.#key(key), body, {
      messageId: id,
      headers: this.#headers(headers),
      mandatory,
      ...(expiration === undefined ? {} : { expiration }),
      ...(userId === undefined ? {} : { userId }),
    });
    return 'ok';
  }

  async #consume(command: On<'consume'>, channel: Channel, side: Side): Promise<string> {
    const { queue, tag, exclusive = false, noAck = false, arguments: given = {} } = command;
    const take = (message: ConsumeMessage | null): void => {
      if (!message) {
        this.#hear(tag, `${tag} is cancelled`);
        return;
      }
      if (!noAck) side.held.set(message.fields.deliveryTag, `${tag} ${message.properties.messageId}`);
      this.#hear(tag, `${tag} takes ${this.#print(message)}`);
    };
    await channel.consume(this.#real(queue), take, { consumerTag: tag, exclusive, noAck, arguments: given });
    return 'ok';
  }

  #hear(tag: string, what: string): void {
    const all = this.#heard.get(tag) ?? [];
    this.#heard.set(tag, all);
    all.push(what);
  }

  #print({ fields, properties }: Message): string {
    const { messageId, headers = {} } = properties;
    return this.#model(printMessage(String(messageId), fields.redelivered, headers));
  }

  /** @returns the state in which nothing changes any more */
  async #settled(): Promise<string> {
    for (let before = ''; ; ) {
      const state = await this.#state();
      const heard = [...this.#heard.values()].reduce((sum, { length }) => sum + length, 0);
      const now = `${heard} ${state} ${this.#closed}`;
      if (now === before) return state;
      before = now;
      await sleep(this.quietMs);
    }
  }

  async #state(): Promise<string> {
    const seen: string[] = [];
    for (const name of QUEUES) {
      const found = await this.#look((channel) => channel.checkQueue(this.#real(name)));
      seen.push(`${name} ${typeof found === 'number' ? found : `${found.messageCount}/${found.consumerCount}`}`);
    }
    for (const name of EXCHANGES) {
      const found = await this.#look((channel) => channel.checkExchange(this.#real(name)));
      if (typeof found !== 'number') seen.push(name);
    }
    return seen.join(', ');
  }

  /** @returns the answer, or the code of the refusal */
  async #look<T>(ask: (channel: Channel) => Promise<T>): Promise<T | number> {
    let code = 0;
    if (!this.#observer) {
      const channel = (await this.#observing?.createChannel()) as Channel;
      channel.on('error', (error: Error & { code?: number }) => void (code = error.code ?? 0));
      this.#observer = channel;
    }
    try {
      return await ask(this.#observer);
    } catch (error) {
      this.#observer = undefined;
      return (error as { code?: number }).code ?? code;
    }
  }
}

/** Methods for which the library has no call of its own, by class and method; the answer to each is the next one. */
const METHODS: Readonly<Record<string, readonly [classId: number, methodId: number]>> = {
  'confirm.select': [85, 10],
  'tx.select': [90, 10],
  'tx.commit': [90, 20],
  'tx.rollback': [90, 30],
};

function rpc(channel: Channel, name: string): Promise<unknown> {
  const [classId = 0, methodId = 0] = METHODS[name] ?? [];
  const raw = channel as unknown as { rpc(id: number, fields: object, expected: number): Promise<unknown> };
  const id = classId * 0x1_0000 + methodId;
  return raw.rpc(id, { nowait: false }, id + 1);
}

function settle(command: On<'ack' | 'nack' | 'reject'>, channel: Channel, { held }: Side): string {
  const all = byName(held);
  const tag = all[command.pick % Math.max(1, all.length)];
  if (tag === undefined) return 'nothing to settle';
  held.delete(tag);
  const message = { fields: { deliveryTag: tag } } as Message;
  if (command.do === 'ack') channel.ack(message);
  else if (command.do === 'nack') channel.nack(message, false, command.requeue ?? true);
  else channel.reject(message, command.requeue ?? true);
  return 'ok';
}
