/**
 * One client connection at the queue broker: its frames, its channels, its end. What a method does is in channel.ts and beside it.
 *
 * Methods take effect in the order in which they were sent, over all channels of the connection: what one waits for (a fault,
 * an alarm) holds up those behind it.
 *
 * A server's heartbeats have no timer of their own: whatever comes from the client is answered with one when nothing was sent for
 * a while, a heartbeat always. A connection that is idle falls asleep as a whole.
 */
import { EddyError } from '../../errors.ts';
import type { Moment } from '../../kernel/context.ts';
import { combine, hashText } from '../../kernel/random.ts';
import type { Session, Wire } from '../../network/wire.ts';
import { Lane } from '../../services/lane.ts';
import { Flow } from '../../brokers/queue/flow.ts';
import type { Link } from '../../brokers/queue/link.ts';
import { refusal, type Reply as Refusal, replyOf } from '../../brokers/queue/refusal.ts';
import type { QueueRuntime } from '../../brokers/queue/runtime.ts';
import { AmqpChannel } from './channel.ts';
import { type Frame, FRAME, FrameReader, HEARTBEAT_FRAME } from './codec/frames.ts';
import { type Arguments, type Method, readMethod } from './codec/method.ts';
import { type MethodName, shapeOf } from './codec/methods.ts';
import { type Access, Handshake, start, TUNE } from './handshake.ts';
import { methodFrame } from './out.ts';

const HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

const LATENCY_MIN_US = 150;
const LATENCY_MAX_US = 900;

export class AmqpSession implements Session, Link {
  readonly losses = 0;
  readonly label: string;
  readonly lane = new Lane();
  /** While a message of it comes late to a queue nothing more is read. */
  readonly flow = new Flow(() => this.lane.hold());
  readonly handshake: Handshake;
  readonly #reader = new FrameReader();
  readonly #channels = new Map<number, AmqpChannel>();
  readonly #hash: number;
  #state: 'header' | 'opening' | 'running' | 'closing' | 'deaf' = 'header';
  #isGone = false;
  /** An error waits for its turn: nothing is read until then. */
  #isFailing = false;
  #isBlocked = false;
  #waiting = 0;
  #sentUs = 0;
  #count = 0;

  constructor(
    readonly runtime: QueueRuntime,
    readonly wire: Wire,
    access: Access = {},
  ) {
    const { label } = wire.process;
    const nth = runtime.simulation.count(`amqp connection of ${label} to ${runtime.name}`);
    this.label = nth === 1 ? label : `${label}#${nth}`;
    this.#hash = hashText(`amqp ${this.label} to ${runtime.name}`);
    this.handshake = new Handshake(access);
    this.#reader.frameMax = TUNE.frameMax;
    runtime.attach(this);
  }

  get process() {
    return this.wire.process;
  }

  get world() {
    return this.runtime.simulation.world;
  }

  get user(): string {
    return this.handshake.user;
  }

  /** Whether what the client sent still takes effect. */
  get isOpen(): boolean {
    return !this.#isGone && this.process.alive;
  }

  get isHalfOpen(): boolean {
    return this.wire.isHalfOpen;
  }

  flowOf(): Flow {
    return this.flow;
  }

  unfinished(): readonly string[] {
    if (!this.process.alive) return [];
    return [...this.#channels.values()].flatMap((channel) => channel.unfinished());
  }

  receive(bytes: Uint8Array, moment: Moment): void {
    if (this.#state === 'deaf') return;
    this.#reader.add(bytes);
    this.#read(moment);
    this.#reader.keep();
    this.#beat();
  }

  #read(moment: Moment): void {
    if (this.#isFailing) return;
    try {
      if (this.#state === 'header') this.#readHeader();
      if (this.#state !== 'header') this.#readFrames(moment);
    } catch (error) {
      this.#isFailing = true;
      // What was sent before it still takes effect.
      this.inTurn(() => {
        this.#isFailing = false;
        this.failed(error, undefined);
        this.#read(moment);
      });
    }
  }

  closed(how: 'ended' | 'reset'): void {
    this.#state = 'deaf';
    // What was sent before the client closed in order still takes effect.
    if (how === 'ended') this.lane.arrive(this.lane.send(), () => this.#release());
    else this.#release();
  }

  /** Bytes to the client; its code that they wake runs for the moment. */
  send(bytes: Uint8Array, moment?: Moment): void {
    this.sent();
    this.wire.send(bytes, moment);
  }

  /** Something is on its way to the client. */
  sent(): void {
    this.#sentUs = this.world.nowUs;
  }

  /** In the order of the connection: now, if nothing is before it. */
  inTurn(go: () => void): void {
    const { chain } = this.world;
    this.lane.arrive(this.lane.send(), () => this.#go(chain, go));
  }

  /** As `inTurn`, on a later step. */
  later(go: () => void): void {
    const { world, lane } = this;
    const { chain } = world;
    const ticket = lane.send();
    const latencyUs = world.random.between(combine(this.#hash, ++this.#count), LATENCY_MIN_US, LATENCY_MAX_US);
    world.after(latencyUs, () => this.runtime.whenSpeaking(() => lane.arrive(ticket, () => this.#go(chain, go))));
  }

  #go(chain: AmqpSession['world']['chain'], go: () => void): void {
    if (this.isOpen) this.world.inChain(chain, go);
  }

  /** An alarm holds back what this connection publishes: it hears so once. */
  blocked(): void {
    this.runtime.simulation.outageMet(this.runtime.name);
    this.#waiting++;
    if (this.#isBlocked || !this.handshake.capabilities['connection.blocked']) return;
    this.#isBlocked = true;
    this.send(methodFrame(0, 'connection.blocked', { reason: 'low on memory' }));
  }

  /** What was held back goes on. */
  unblocked(): void {
    this.#waiting--;
    if (!this.#isBlocked || this.#waiting > 0) return;
    this.#isBlocked = false;
    if (this.isOpen) this.send(methodFrame(0, 'connection.unblocked', {}));
  }

  /** @throws what is no error of the protocol */
  failed(error: unknown, method: MethodName | undefined): void {
    const reply = replyOf(error);
    if (!reply) throw error;
    this.fail(reply, method, error instanceof EddyError && error.code === 'EDDY_FRAME_ERROR');
  }

  /** The broker closes the connection. `isLost`: where the next frame begins is not known. */
  fail({ replyCode, replyText }: Refusal, method: MethodName | undefined, isLost = false): void {
    if (this.#state === 'closing' || this.#state === 'deaf') return;
    const isEarly = this.#state !== 'running';
    const [classId, methodId] = method ? shapeOf(method).id : [0, 0];
    const isSilent = replyCode === ACCESS_REFUSED && !this.handshake.capabilities['authentication_failure_close'];
    if (!isSilent) this.send(methodFrame(0, 'connection.close', { replyCode, replyText, classId, methodId }));
    this.#state = 'closing';
    this.#closeChannels();
    if (isEarly || isLost) this.#end();
  }

  /** The channel is closed on both sides: its number is free. */
  forget(number: number): void {
    this.#channels.delete(number);
  }

  #readHeader(): void {
    const header = this.#reader.peek(HEADER.length);
    if (!header) return;
    if (!HEADER.equals(header)) {
      this.send(HEADER);
      this.#end();
      return;
    }
    this.#reader.skip(HEADER.length);
    this.#state = 'opening';
    const [name, args] = start(this.runtime.broker.shape.profile ?? '4.2');
    this.send(methodFrame(0, name, args as never));
  }

  #readFrames(moment: Moment): void {
    for (let next = this.#next(); next; next = this.#next()) {
      if (next.channel === 0) this.#takeOwn(next, moment);
      else this.#take(next, moment);
    }
  }

  #next(): Frame | undefined {
    return this.#state === 'deaf' ? undefined : this.#reader.next();
  }

  #take(frame: Frame, moment: Moment): void {
    const { type, channel: number } = frame;
    if (this.#state === 'closing') return;
    if (!KNOWN.has(type)) throw refusal('FRAME_ERROR', `unknown frame type ${type} on channel ${number}`);
    if (this.#state !== 'running' || type === FRAME.heartbeat) throw unexpected(frame);
    const channel = this.#channels.get(number) ?? this.#begin(number);
    channel.take(frame, moment);
  }

  #begin(number: number): AmqpChannel {
    const { channelMax } = this.handshake;
    if (this.#channels.size >= channelMax) {
      throw refusal(
        'NOT_ALLOWED',
        `number of channels opened (${this.#channels.size}) has reached the negotiated channel_max (${channelMax})`,
      );
    }
    const channel = new AmqpChannel(this, number);
    this.#channels.set(number, channel);
    return channel;
  }

  /** Channel 0 is the connection's own. */
  #takeOwn(frame: Frame, moment: Moment): void {
    const { type, payload } = frame;
    if (type === FRAME.heartbeat && payload.length === 0) {
      this.world.beat();
      if (this.#state === 'running') this.send(HEARTBEAT_FRAME);
      return;
    }
    if (type === FRAME.header || type === FRAME.body) throw unexpected(frame);
    if (type !== FRAME.method) throw refusal('FRAME_ERROR', `unknown frame type ${type} on channel 0`);
    const method = readMethod(payload);
    if (this.#state === 'closing') this.#takeClosing(method);
    else if (this.#state === 'opening') this.#takeOpening(method);
    else this.#takeRunning(method, moment);
  }

  #takeOpening(method: Method): void {
    const { handshake } = this;
    try {
      const answer = handshake.take(method);
      if (answer) this.send(methodFrame(0, answer[0], answer[1] as Partial<Arguments<MethodName>>));
    } catch (error) {
      this.failed(error, method.name);
      return;
    }
    if (method.name === 'connection.start-ok') this.wire.introduced?.(handshake.clientName);
    this.#reader.frameMax = handshake.frameMax;
    if (handshake.isDone) this.#state = 'running';
  }

  #takeRunning(method: Method, moment: Moment): void {
    switch (method.name) {
      case 'connection.close':
        this.later(() => {
          this.#closeChannels();
          this.send(methodFrame(0, 'connection.close-ok', {}), moment);
          this.#end();
        });
        return;
      case 'connection.update-secret':
        this.send(methodFrame(0, 'connection.update-secret-ok', {}), moment);
        return;
      default:
        this.failed(refusal('CHANNEL_ERROR', 'unexpected method in connection state running'), method.name);
    }
  }

  #takeClosing(method: Method): void {
    if (method.name === 'connection.close-ok') this.#end();
    if (method.name === 'connection.close') this.send(methodFrame(0, 'connection.close-ok', {}));
  }

  /** Nothing was sent for so long that the client may miss its heartbeats. */
  #beat(): void {
    const { heartbeat } = this.handshake;
    if (this.#state !== 'running' || heartbeat === 0) return;
    if (this.world.nowUs - this.#sentUs >= heartbeat * 500_000) this.send(HEARTBEAT_FRAME);
  }

  #end(): void {
    this.#state = 'deaf';
    this.wire.end();
  }

  #closeChannels(): void {
    for (const channel of this.#channels.values()) channel.release();
    this.#channels.clear();
  }

  #release(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#closeChannels();
    this.runtime.broker.topology.ownerGone(this);
    this.runtime.detach(this);
    this.world.changed();
  }
}

const ACCESS_REFUSED = 403;
const KNOWN: ReadonlySet<number> = new Set(Object.values(FRAME));

function unexpected({ type, payload }: Frame): EddyError {
  const octets = [...payload.subarray(0, 16)].join(',');
  return refusal('UNEXPECTED_FRAME', `type ${type}, first 16 octets = <<${octets}>>`);
}
