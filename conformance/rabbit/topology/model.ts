/** Plays a script on the simulator's broker, as a session of a client would. */
import type { Envelope } from '../../../sim/brokers/message.ts';
import { QueueBroker } from '../../../sim/brokers/queue/broker.ts';
import { Channel, type Delivered } from '../../../sim/brokers/queue/channel.ts';
import type { Profile } from '../../../sim/brokers/queue/profile.ts';
import { replyOf } from '../../../sim/brokers/queue/refusal.ts';
import { consumerPriority } from '../../../sim/brokers/queue/topology/arguments.ts';
import { readExpiration } from '../../../sim/brokers/queue/topology/publishing.ts';
import { type Field, type Table, tableOf } from '../../../sim/brokers/queue/topology/table.ts';
import type { Owner, Topology } from '../../../sim/brokers/queue/topology/topology.ts';
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

type On<K extends Command['do']> = Extract<Command, { do: K }>;
type OnChannel = Extract<Command, { on: number }>;

/** One channel of a client. */
interface Side {
  channel: Channel;
  /** What is outstanding: under which name it goes. */
  readonly held: Map<number, string>;
}

export class ModelPlayer {
  readonly #broker: QueueBroker;
  readonly #owners: Owner[] = [0, 1].map((n) => ({ label: `client ${n}`, user: 'guest' }));
  readonly #observer: Owner = { label: 'observer', user: 'guest' };
  readonly #sides: Side[];
  #heard = new Map<string, string[]>();
  #nowUs = 0;
  #due: { readonly atUs: number; readonly run: () => void }[] = [];

  constructor(profile: Profile) {
    this.#broker = new QueueBroker(
      { queues: {}, profile },
      {
        deadLettered: () => {},
        dropped: () => {},
        headExpires: () => {},
        later: (us, run) => void this.#due.push({ atUs: this.#nowUs + us, run }),
        arriving: (_envelope, _queue, enqueue) => enqueue(),
      },
      () => this.#nowUs,
    );
    this.#sides = CONNECTION_OF.map(() => this.#open());
  }

  get #topology(): Topology {
    return this.#broker.topology;
  }

  play({ commands, looksAtEnd = false }: Script): readonly Outcome[] {
    return commands.map((command, n) => {
      this.#heard = new Map();
      const answer = this.#try(command);
      const heard = [...this.#heard.keys()].toSorted().flatMap((tag) => this.#heard.get(tag) ?? []);
      return { answer, heard, state: looksAtEnd && n < commands.length - 1 ? '' : this.#state() };
    });
  }

  #open(): Side {
    return { channel: new Channel(() => this.#nowUs), held: new Map() };
  }

  #try(command: Command): string {
    if (command.do === 'wait') return this.#wait(command.ms);
    if (command.do === 'disconnect') return this.#disconnect(command.connection);
    try {
      return this.#do(command);
    } catch (error) {
      const reply = replyOf(error);
      if (!reply) throw error;
      if (reply.closes === 'connection') this.#disconnect(CONNECTION_OF[command.on] as number);
      else this.#close(command.on);
      return `${reply.replyCode} ${reply.replyText}`;
    }
  }

  #wait(ms: number): string {
    const untilUs = this.#nowUs + ms * 1000;
    for (;;) {
      const queues = [...this.#broker.queues];
      const dueUs = Math.min(...queues.map(({ expiresUs }) => expiresUs), ...this.#due.map(({ atUs }) => atUs));
      if (dueUs > untilUs) break;
      this.#nowUs = dueUs;
      const due = this.#due.filter(({ atUs }) => atUs <= dueUs);
      this.#due = this.#due.filter(({ atUs }) => atUs > dueUs);
      for (const { run } of due) run();
      for (const queue of queues) queue.expire(dueUs);
    }
    this.#nowUs = untilUs;
    return 'ok';
  }

  #close(on: number): string {
    this.#sides[on]?.channel.close();
    this.#sides[on] = this.#open();
    return 'ok';
  }

  #disconnect(connection: number): string {
    CONNECTION_OF.forEach((each, on) => {
      if (each === connection) this.#close(on);
    });
    this.#topology.ownerGone(this.#owners[connection] as Owner);
    this.#owners[connection] = { ...(this.#owners[connection] as Owner) };
    return 'ok';
  }

  #do(command: OnChannel): string {
    const owner = this.#owners[CONNECTION_OF[command.on] as number] as Owner;
    switch (command.do) {
      case 'exchange':
        this.#topology.declareExchange({ ...command, arguments: wireTable(command.arguments) });
        return 'ok';
      case 'delete exchange':
        this.#topology.deleteExchange(command.name, command);
        return 'ok';
      case 'link':
        this.#topology.bindExchange({ ...command, routingKey: command.key });
        return 'ok';
      case 'unlink':
        this.#topology.unbindExchange({ ...command, routingKey: command.key });
        return 'ok';
      case 'queue':
      case 'bind':
      case 'unbind':
      case 'delete queue':
      case 'purge':
        return this.#onQueue(command, owner);
      default:
        return this.#onChannel(command, owner, this.#sides[command.on] as Side);
    }
  }

  #onQueue(command: On<'queue' | 'bind' | 'unbind' | 'delete queue' | 'purge'>, owner: Owner): string {
    switch (command.do) {
      case 'queue': {
        const given = wireTable(command.arguments);
        const { messages, consumers } = this.#topology.declareQueue({ ...command, arguments: given }, owner);
        return `ok ${messages} ${consumers}`;
      }
      case 'delete queue':
        return `ok ${this.#topology.deleteQueue(command.queue, command, owner)}`;
      case 'purge':
        return `ok ${this.#topology.purgeQueue(command.queue, owner)}`;
      default: {
        const o = { ...command, routingKey: command.key, arguments: wireTable(command.arguments) };
        if (command.do === 'bind') this.#topology.bindQueue(o, owner);
        else this.#topology.unbindQueue(o, owner);
        return 'ok';
      }
    }
  }

  #onChannel(command: OnChannel, owner: Owner, side: Side): string {
    const { channel } = side;
    switch (command.do) {
      case 'publish':
        return this.#publish(command, owner, side);
      case 'consume':
        return this.#consume(command, owner, side);
      case 'cancel':
        channel.cancelTag(command.tag);
        break;
      case 'get':
        return this.#get(command, owner, side);
      case 'ack':
      case 'nack':
      case 'reject':
        return settle(command, side);
      case 'recover':
        side.held.clear();
        channel.recover();
        break;
      case 'qos':
        channel.qos(command.count, command);
        break;
      case 'tx.select':
        channel.selectTransactions();
        break;
      case 'confirm.select':
        channel.selectConfirms();
        break;
      case 'tx.commit':
        channel.commit();
        break;
      case 'tx.rollback':
        channel.rollback();
        break;
      case 'close':
        return this.#close(command.on);
      default:
    }
    return 'ok';
  }

  #publish(command: On<'publish'>, { user }: Owner, { channel }: Side): string {
    const { id, exchange, key, headers = {}, mandatory, expiration, userId, size } = command;
    const resolved = this.#broker.resolve({ exchange, key, headers, userId, user });
    const expirationUs = expiration === undefined ? undefined : readExpiration(expiration) * 1000;
    const { BCC: _, ...told } = headers;
    const envelope: Envelope = {
      message: { id, type: 'T', key, body: id, headers: told, parsed: true },
      text: id,
      lineage: id,
      entry: -1,
      expirationUs,
      durable: false,
      exchange,
      routingKey: key,
      otherKeys: resolved.otherKeys,
      bcc: resolved.bcc,
      content: { body: new Uint8Array(size ?? id.length), properties: {} },
    };
    channel.hold(() => {
      // Until 3.12 the queue that the default exchange names is looked for at the commit; the broker has it as later versions do.
      const { queues } = exchange === '' ? this.#broker.resolve({ exchange, key, headers }) : resolved;
      const { returned } = this.#broker.publish(envelope, queues, { mandatory });
      if (returned) this.#hear('', `returned ${id}`);
    });
    return 'ok';
  }

  #consume(command: On<'consume'>, owner: Owner, side: Side): string {
    const { queue: name, tag, exclusive = false, noAck = false, arguments: given = {} } = command;
    side.channel.checkTag(tag);
    const queue = this.#topology.queueFor(name, owner);
    const priority = consumerPriority(name, wireTable(given));
    const take = (one: Delivered): void => {
      if (!noAck) side.held.set(one.tag, `${tag} ${one.copy.envelope.message.id}`);
      this.#hear(tag, `${tag} takes ${print(one)}`);
    };
    side.channel.consume(queue, { tag, exclusive, autoAck: noAck, priority }, take, () =>
      this.#hear(tag, `${tag} is cancelled`),
    );
    return 'ok';
  }

  #get({ queue: name, noAck = false }: On<'get'>, owner: Owner, side: Side): string {
    const got = side.channel.get(this.#topology.queueToGet(name, owner), { autoAck: noAck });
    if (!got) return 'nothing';
    if (!noAck) side.held.set(got.tag, `${name} ${got.copy.envelope.message.id}`);
    return `got ${print(got)}, left ${got.left}`;
  }

  #hear(tag: string, what: string): void {
    const all = this.#heard.get(tag) ?? [];
    this.#heard.set(tag, all);
    all.push(what);
  }

  #state(): string {
    const queues = QUEUES.map((name) => {
      try {
        const { messages, consumers } = this.#topology.declareQueue({ name, passive: true }, this.#observer);
        return `${name} ${messages}/${consumers}`;
      } catch (error) {
        return `${name} ${replyOf(error)?.replyCode}`;
      }
    });
    const exchanges = EXCHANGES.filter((name) => {
      try {
        this.#topology.declareExchange({ name, type: '', passive: true });
        return true;
      } catch {
        return false;
      }
    });
    return [...queues, ...exchanges].join(', ');
  }
}

/** The types that the client library gives to numbers: as small as they fit. */
function wireTable(plain: Plain = {}): Table {
  return Object.fromEntries(
    Object.entries(tableOf(plain)).map(([name, field]): [string, Field] => {
      const { type, value } = field;
      if (type !== 'signedint') return [name, field];
      const size = Math.abs(Number(value));
      return [name, { type: size < 128 ? 'byte' : size < 32_768 ? 'short' : type, value }];
    }),
  );
}

function settle(command: On<'ack' | 'nack' | 'reject'>, { channel, held }: Side): string {
  const all = byName(held);
  const tag = all[command.pick % Math.max(1, all.length)];
  if (tag === undefined) return 'nothing to settle';
  held.delete(tag);
  if (command.do === 'ack') channel.ack(tag);
  else if (command.do === 'nack') channel.nack(tag, command);
  else channel.reject(tag, command);
  return 'ok';
}

/** Tags in the order of what they are called: the order of what several queues deliver is open. */
export function byName(held: ReadonlyMap<number, string>): number[] {
  const list = [...held].toSorted(([a, x], [b, y]) => (x < y ? -1 : x > y ? 1 : a - b));
  return list.map(([tag]) => tag);
}

function print({ copy, redelivered }: Delivered): string {
  const { id, headers } = copy.envelope.message;
  return printMessage(id, redelivered, headers);
}
