/** One channel of a client's connection: its frames to methods, its methods to what they do. */
import type { Moment } from '../../kernel/context.ts';
import { Channel } from '../../brokers/queue/channel.ts';
import type { LiveDelivery } from '../../brokers/queue/live.ts';
import { refusal, type Reply as Refusal, replyOf } from '../../brokers/queue/refusal.ts';
import { Assembler, type Command } from './assembler.ts';
import { type Frame, FRAME } from './codec/frames.ts';
import { type Arguments, type Method, readMethod } from './codec/method.ts';
import { type MethodName, shapeOf } from './codec/methods.ts';
import { cancel, consume, get } from './consuming.ts';
import { declaring } from './declaring.ts';
import { methodFrame } from './out.ts';
import { publish } from './publishing.ts';
import type { AmqpSession } from './session.ts';
import { acknowledge, commit, recover, rollback, type Settled } from './settling.ts';

/** The largest body that the broker takes. Source: RabbitMQ configuration, `max_message_size` (16 MiB since 4.0). */
const BODY_MAX = 16_777_216;

export class AmqpChannel {
  readonly core: Channel;
  /** Deliveries in the client's hands, by their tags. */
  readonly lives = new Map<number, LiveDelivery>();
  /** Settled in the transaction at hand. */
  settled: Settled[] = [];
  /** The tag of the next message to be confirmed; `undefined`: nobody asked for confirms. */
  confirms: number | undefined;
  /** What an empty queue name means. */
  lastQueue: string | undefined;
  /** The queue behind `amq.rabbitmq.reply-to`. */
  replyQueue: string | undefined;
  #state: 'new' | 'open' | 'closing' | 'closed' = 'new';
  readonly #assembler = new Assembler(BODY_MAX);
  #moment: Moment | undefined;

  constructor(
    readonly session: AmqpSession,
    readonly number: number,
  ) {
    const { world } = session;
    this.core = new Channel(() => world.nowUs);
  }

  /** Whether what was sent on it still takes effect. */
  get isOpen(): boolean {
    return this.#state === 'open' && this.session.isOpen;
  }

  unfinished(): readonly string[] {
    return [...this.lives.values()].filter((live) => live.isOpen).map((live) => live.saysWhatItWaitsFor());
  }

  take(frame: Frame, moment: Moment): void {
    if (this.#state === 'closing' || this.#state === 'closed') {
      this.#takeClosing(frame, moment);
      return;
    }
    // A message belongs to whoever sent its first frame.
    if (frame.type === FRAME.method) this.#moment = moment;
    const command = this.#assembler.take(frame);
    if (command) this.#heard(command, this.#moment ?? moment);
  }

  #heard(command: Command, moment: Moment): void {
    const { session } = this;
    const { method } = command;
    const { name } = method;
    if (this.#state === 'new') {
      if (name !== 'channel.open') throw refusal('CHANNEL_ERROR', "expected 'channel.open'");
      this.#state = 'open';
      session.inTurn(() => this.reply('channel.open-ok', {}, moment));
      return;
    }
    switch (name) {
      case 'basic.publish':
        publish(this, method.args, command, moment);
        return;
      case 'basic.ack':
      case 'basic.nack':
      case 'basic.reject':
        acknowledge(this, method);
        return;
      case 'tx.commit':
        commit(this, moment);
        return;
      default:
    }
    const go = (): void => this.guard(name, () => this.#perform(method, moment));
    if (AT_ONCE.has(name)) session.inTurn(go);
    else session.later(go);
  }

  #perform(method: Method, moment: Moment): void {
    const answer = declaring(this, method);
    if (answer) {
      if (!('noWait' in method.args && method.args.noWait)) this.reply(answer[0], answer[1] as never, moment);
      return;
    }
    switch (method.name) {
      case 'basic.consume':
        return consume(this, method.args, moment);
      case 'basic.cancel':
        return cancel(this, method.args, moment);
      case 'basic.get':
        return get(this, method.args, moment);
      case 'basic.recover':
      case 'basic.recover-async':
        return recover(this, method, moment);
      case 'tx.rollback':
        return rollback(this, moment);
      case 'channel.close':
        this.#close();
        this.session.forget(this.number);
        return this.reply('channel.close-ok', {}, moment);
      case 'channel.open':
        throw refusal('CHANNEL_ERROR', "second 'channel.open' seen");
      case 'channel.close-ok':
        return undefined;
      default:
        return this.#configure(method, moment);
    }
  }

  #configure(method: Method, moment: Moment): void {
    switch (method.name) {
      case 'basic.qos': {
        const { prefetchSize, prefetchCount, global } = method.args;
        if (prefetchSize !== 0) throw refusal('NOT_IMPLEMENTED', `prefetch_size!=0 (${prefetchSize})`);
        this.core.qos(prefetchCount, { global });
        return this.reply('basic.qos-ok', {}, moment);
      }
      case 'confirm.select':
        this.core.selectConfirms();
        this.confirms ??= 1;
        return method.args.noWait ? undefined : this.reply('confirm.select-ok', {}, moment);
      case 'tx.select':
        this.core.selectTransactions();
        return this.reply('tx.select-ok', {}, moment);
      case 'channel.flow':
        if (!method.args.active) throw refusal('NOT_IMPLEMENTED', 'active=false');
        return this.reply('channel.flow-ok', { active: true }, moment);
      case 'access.request':
        return this.reply('access.request-ok', { reserved1: 1 }, moment);
      default:
        throw refusal('COMMAND_INVALID', 'unimplemented method');
    }
  }

  reply<N extends MethodName>(name: N, args: Partial<Arguments<N>>, moment?: Moment): void {
    this.session.send(methodFrame(this.number, name, args), moment);
  }

  /** Does it if the channel is still open; what the broker refuses closes the channel or the connection. */
  guard(name: MethodName, go: () => void): void {
    if (!this.isOpen) return;
    try {
      go();
    } catch (error) {
      const reply = replyOf(error);
      if (!reply) throw error;
      this.refused(reply, name);
    }
  }

  refused(reply: Refusal, name: MethodName): void {
    if (reply.closes === 'connection') this.session.fail(reply, name);
    else this.fail(reply, name);
  }

  /** The broker closes the channel: what the client sends on it is passed over until it has heard. */
  fail({ replyCode, replyText }: Refusal, name: MethodName | undefined): void {
    if (this.#state !== 'open') return;
    const [classId, methodId] = name ? shapeOf(name).id : [0, 0];
    this.#close();
    this.#state = 'closing';
    this.reply('channel.close', { replyCode, replyText, classId, methodId });
  }

  /** Its connection is over. */
  release(): void {
    this.#close();
  }

  #close(): void {
    this.#state = 'closed';
    this.lives.clear();
    this.settled = [];
    const { isUnused } = this.core;
    this.core.close();
    // Pools of channels close those that nobody uses and open others, for ever.
    if (!isUnused) this.session.world.changed();
  }

  #takeClosing({ type, payload }: Frame, moment: Moment): void {
    if (type !== FRAME.method) return;
    const { name } = readMethod(payload);
    if (name === 'channel.close') this.reply('channel.close-ok', {}, moment);
    if (name === 'channel.close-ok' || name === 'channel.close') this.session.forget(this.number);
  }
}

/** What changes nothing in the broker takes no step of its own. */
const AT_ONCE: ReadonlySet<MethodName> = new Set<MethodName>([
  'basic.qos',
  'confirm.select',
  'tx.select',
  'channel.flow',
  'access.request',
]);
