/**
 * A client's connection to one node of the log broker: requests are taken up one after the other, and answered in their order.
 * Source: SocketServer.scala (a channel is muted until its request is answered).
 *
 * What cannot be read ends the connection, as brokers do it; the requests before it are answered first.
 */
import type { Chain } from '../../../kernel/chain.ts';
import type { Moment } from '../../../kernel/context.ts';
import type { World } from '../../../kernel/world.ts';
import type { Session, Wire } from '../../../network/wire.ts';
import type { Process } from '../../../services/process.ts';
import { FrameReader } from '../frames.ts';
import { type OpenedRequest, openRequest, writeUnsupportedApiVersions } from '../requests.ts';
import type { KafkaEndpoint } from './endpoint.ts';
import { Exchange } from './exchange.ts';
import type { Fetching } from './reads.ts';

export class KafkaSession implements Session {
  /** What the client has been reading last. */
  fetching: Fetching | undefined;
  /** Its fetches that wait are the turns of one chain, whichever turn of the client's sends them. */
  polls: Chain | undefined;
  /** The connection broke: what was not taken up never will be. */
  isCut = false;
  readonly #frames = new FrameReader();
  #queue: Exchange<never>[] = [];
  #isGoing = false;
  #isRefusing = false;
  #isIntroduced = false;

  constructor(
    readonly endpoint: KafkaEndpoint,
    readonly wire: Wire,
    /** The broker that was dialled; undefined: whichever it is. */
    readonly node: number | undefined,
  ) {}

  /** See EndpointOptions. */
  get sendsWhole(): boolean {
    return this.endpoint.options.cutsAnswers !== true;
  }

  get process(): Process {
    return this.wire.process;
  }

  get world(): World {
    return this.endpoint.log.simulation.world;
  }

  receive(bytes: Uint8Array, moment: Moment): void {
    if (this.#isRefusing) return;
    const { frames, refused } = this.#frames.push(bytes);
    for (const frame of frames) if (!this.#isRefusing) this.#take(frame, moment);
    if (refused !== undefined) this.refuse(moment);
  }

  closed(how: 'ended' | 'reset'): void {
    this.isCut = how === 'reset';
    this.endpoint.left(this);
    for (const exchange of this.#queue) exchange.hungUp?.();
    // What has arrived and was not taken up sees that it is too late.
    if (this.isCut) for (const exchange of this.#queue) exchange.begin();
  }

  add(exchange: Exchange<never>): void {
    this.#queue.push(exchange);
  }

  isFirst(exchange: Exchange<never>): boolean {
    return this.#queue[0] === exchange;
  }

  /** Nothing of what follows is read: when what came before is answered the connection ends. */
  refuse(moment: Moment): void {
    if (this.#isRefusing) return;
    this.#isRefusing = true;
    const header = { apiKey: -1, apiVersion: 0, correlationId: -1, clientId: null };
    const last = new Exchange<never>(this, header, moment, () => Buffer.alloc(0));
    this.add(last);
    last.inTurn(() => {
      last.drop();
      this.wire.end();
    });
  }

  /** Goes on with the first request, as far as it can. */
  next(): void {
    if (this.#isGoing) return;
    this.#isGoing = true;
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      if (first.isDone) {
        const { bytes, moment } = this.#queue.shift() as Exchange<never>;
        if (bytes) this.world.inChain(first.chain, () => this.wire.send(bytes, moment));
      } else if (!first.begin() || !first.isDone) break;
    }
    this.#isGoing = false;
  }

  #take(frame: Buffer, moment: Moment): void {
    const opened = openRequest(frame);
    if (opened.kind === 'refused') this.refuse(moment);
    else if (opened.kind === 'unsupportedApiVersions') {
      const exchange = new Exchange<never>(this, opened.header, moment, () =>
        writeUnsupportedApiVersions(opened.header),
      );
      this.add(exchange);
      exchange.inTurn(() => exchange.respond(undefined as never));
    } else this.#handle(opened, moment);
  }

  #handle(opened: OpenedRequest, moment: Moment): void {
    if (!this.#isIntroduced) {
      this.#isIntroduced = true;
      this.wire.introduced?.(opened.header.clientId ?? '');
    }
    const handler = this.endpoint.handlers.get(opened.api.key);
    // An outside client's process is known by its name from here on.
    const whose = moment.ref.at === 'work' ? this.process.work : moment;
    if (!handler?.(this, opened, whose)) this.refuse(moment);
  }
}
