/** The server's side of one connection over HTTP/1.1: its requests in order, each an operation of the code that sent it. */
import type { Chain } from '../../kernel/chain.ts';
import { type Moment, runIn } from '../../kernel/context.ts';
import type { Session, Wire } from '../../network/wire.ts';
import { BadRequest, type HttpRequestBytes, Requests } from '../../protocols/http/requests.ts';
import type { HttpReply } from '../../protocols/http/reply.ts';
import { CONTINUE, responseBytes } from '../../protocols/http/responses.ts';
import { type Answer, type Operation, perform } from '../../services/operation.ts';
import { messageOf } from '../../thrown.ts';
import type { HttpRuntime } from './runtime.ts';

/** What the client hears instead of an answer: the connection breaks. */
const CUT = new Error('cut');

/** It answers this instead. */
class Instead extends Error {
  constructor(readonly reply: HttpReply) {
    super('instead');
  }
}

/** So long load balancers wait for the server behind them, most by default. */
const TIMEOUT_US = 60_000_000;

interface Queued {
  readonly request: HttpRequestBytes;
  readonly moment: Moment;
  readonly chain: Chain | undefined;
}

export class HttpSession implements Session {
  readonly #requests = new Requests();
  readonly #queue: Queued[] = [];
  #isBusy = false;
  #isLeaving = false;
  #isGone = false;

  constructor(
    readonly runtime: HttpRuntime,
    readonly wire: Wire,
  ) {}

  receive(bytes: Uint8Array, moment: Moment): void {
    if (this.#isLeaving) return;
    const { chain } = this.runtime.simulation.world;
    this.#requests.push(bytes);
    try {
      for (let next = this.#requests.next(); next; next = this.#requests.next())
        this.#queue.push({ request: next, moment, chain });
      if (this.#requests.isAsked) this.wire.send(CONTINUE, moment);
    } catch (error) {
      if (!(error instanceof BadRequest)) throw error;
      this.#isLeaving = true;
      this.wire.send(responseBytes({ status: 400, body: { error: error.message } }, 'GET'), moment);
      this.wire.end();
    }
    this.#work();
  }

  closed(how: 'ended' | 'reset'): void {
    this.#isLeaving = true;
    // A server that has a request goes on with it, though nobody waits for the answer.
    if (how === 'reset') this.#isGone = true;
    else this.#work();
  }

  #work(): void {
    if (this.#isBusy || this.#isGone) return;
    const next = this.#queue.shift();
    if (!next) return;
    this.#isBusy = true;
    this.runtime.simulation.world.inChain(next.chain, () => this.#operate(next));
  }

  #operate({ request, moment }: Queued): void {
    const { runtime, wire } = this;
    const { process } = wire;
    const asked = runtime.asked(request);
    const context = { world: runtime.simulation.world, actor: process, moment };
    const operation: Operation<HttpReply> = {
      runtime,
      phrase: asked.phrase,
      class: 'call',
      touches: asked.touches,
      connection: runtime.name,
      breaks: true,
      timeoutUs: TIMEOUT_US,
      isLostOnWay: () => wire.isHalfOpen,
      waitsOut: (goOn) => runtime.silence.over(goOn),
      effect: (answer) => runIn(context, () => this.#effect(asked.perform, request, moment, answer)),
      refused: () => CUT,
      failed: () => new Instead({ status: 503, body: { error: 'unavailable' } }),
      unknown: () => CUT,
    };
    perform<HttpReply>(
      process,
      moment,
      operation,
      (reply) => this.#answer(reply, request, moment),
      (error) => {
        if (error === CUT) this.#break();
        else this.#answer(error instanceof Instead ? error.reply : failure(error), request, moment);
      },
    );
  }

  #effect(
    act: (wire: Wire, moment: Moment, answer: Answer<HttpReply>) => void,
    { method }: HttpRequestBytes,
    moment: Moment,
    answer: Answer<HttpReply>,
  ): void {
    if (this.#isGone) {
      answer.fail(CUT);
      return;
    }
    act(this.wire, moment, {
      ok: (reply) => {
        // If the connection breaks between effect and answer, a part of the answer is on its way.
        this.wire.answerDue = responseBytes(reply, method);
        answer.ok(reply);
      },
      fail: (error) => answer.fail(error),
    });
  }

  #answer(reply: HttpReply, { method, headers }: HttpRequestBytes, moment: Moment): void {
    if (this.wire.isOpen) {
      this.wire.answer(responseBytes(reply, method), moment);
      if (headers['connection']?.toLowerCase() === 'close') this.wire.end();
    }
    this.#isBusy = false;
    this.#work();
  }

  #break(): void {
    // Over a half-open connection nobody hears of it.
    if (!this.wire.isHalfOpen) this.wire.reset();
    this.#isBusy = false;
    this.#work();
  }
}

/** What a reply throws is the server's own failure. */
function failure(error: unknown): HttpReply {
  return { status: 500, body: { error: messageOf(error) } };
}
