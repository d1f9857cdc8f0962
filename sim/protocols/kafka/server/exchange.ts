/** One request of a connection and its answer, which has its place among the others. */
import type { Chain } from '../../../kernel/chain.ts';
import type { Moment } from '../../../kernel/context.ts';
import type { RequestHeader } from '../headers.ts';
import type { KafkaSession } from './session.ts';

export class Exchange<R> {
  /** It has nothing more to do: answered, or never to be. */
  isDone = false;
  /** What goes to the client when its turn is over. */
  bytes: Buffer | undefined;
  /** The connection is gone: whatever waits for something else (records, a time) waits no longer. */
  hungUp: (() => void) | undefined;
  /** The chain of timers that it goes on for: that of the turn that sent it, or of its own wait. */
  chain: Chain | undefined;
  #go: (() => void) | undefined;
  #hasBegun = false;
  #due: { readonly response: unknown; readonly bytes: Buffer } | undefined;

  constructor(
    readonly session: KafkaSession,
    readonly header: RequestHeader,
    readonly moment: Moment,
    readonly write: (response: R) => Buffer,
  ) {
    this.chain = session.world.chain;
  }

  /** Brokers take up one request of a connection when the one before it is answered. */
  inTurn(go: () => void): void {
    this.#go = go;
    this.session.next();
  }

  /** Its turn has come, if it has arrived. @returns whether it is at work, or was */
  begin(): boolean {
    if (this.#hasBegun) return true;
    const go = this.#go;
    if (!go) return false;
    this.#hasBegun = true;
    go();
    return true;
  }

  /** On a step of its own. */
  respond(response: R): void {
    this.#done(this.write(response));
  }

  /** What the client will be answered: if the connection breaks now, a part of it arrives. */
  due(response: R): void {
    const { wire, sendsWhole } = this.session;
    if (!wire.isOpen) return;
    this.#due = { response, bytes: this.write(response) };
    if (!sendsWhole) wire.answerDue = this.#due.bytes;
  }

  /** In the settle step of an operation, which has entered the client's process. */
  answer(response: R, moment: Moment): void {
    const { session } = this;
    const bytes = this.#due?.response === response ? this.#due.bytes : this.write(response);
    if (session.isFirst(this)) {
      session.wire.answer(bytes, moment);
      this.#done();
    } else this.#done(bytes);
  }

  /** The answer is lost, and with it the connection. */
  breakOff(): void {
    const { wire } = this.session;
    wire.answerDue = undefined;
    if (!wire.isHalfOpen) wire.reset();
    this.#done();
  }

  /** It gets no answer. */
  drop(): void {
    this.#done();
  }

  #done(bytes?: Buffer): void {
    if (this.isDone) return;
    this.isDone = true;
    if (this.#due && this.session.wire.answerDue === this.#due.bytes) this.session.wire.answerDue = undefined;
    this.bytes = bytes;
    this.hungUp = undefined;
    this.session.next();
  }
}
