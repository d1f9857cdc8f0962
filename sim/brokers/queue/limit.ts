/**
 * A queue's limit, in messages and in bytes of their bodies: only what is ready counts, and dead letters that are kept. A classic queue
 * at its limit refuses the next message; a quorum queue notices that it holds more than its limit, and takes messages again when
 * it holds no more than four fifths of it. Sources: RabbitMQ documentation, "Queue Length Limit"; rabbit_amqqueue_process.erl
 * (`will_overflow`), rabbit_fifo.erl.
 */
import type { Envelope } from '../message.ts';
import type { Copy } from './queue.ts';
import type { Settings } from './settings.ts';

export class Limit {
  readonly #messages: number;
  readonly #bytesMax: number;
  /** Whether the head goes. At the limit a quorum queue drops it where it is to dead-letter what it refuses: it cannot. */
  readonly drops: boolean;
  readonly isSet: boolean;
  /** Of the bodies that are ready, where there is a limit on them. */
  #bytes = 0;
  #isRefusing = false;

  constructor(
    { overflow, maxLength = Infinity, maxLengthBytes = Infinity }: Settings,
    readonly isQuorum: boolean,
  ) {
    this.#messages = maxLength;
    this.#bytesMax = maxLengthBytes;
    this.isSet = maxLength !== Infinity || maxLengthBytes !== Infinity;
    this.drops = overflow !== 'reject-publish' && (overflow !== 'reject-publish-dlx' || isQuorum);
  }

  /** A copy comes (1) or goes (-1). */
  weigh({ envelope }: Copy, sign: 1 | -1): void {
    if (this.#bytesMax !== Infinity) this.#bytes += sign * bytesOf(envelope);
  }

  /** Whether a queue of so many messages refuses the next one, if it is no larger than nothing. */
  refuses(length: number): boolean {
    if (!this.isSet || this.drops) return false;
    return this.isQuorum ? this.#isRefusing : length >= this.#messages || this.#bytes > this.#bytesMax;
  }

  /** As `refuses`, for this message: a classic queue looks at its size. */
  refusesThis(length: number, envelope: Envelope): boolean {
    if (this.refuses(length)) return true;
    if (this.#bytesMax === Infinity || this.drops || this.isQuorum) return false;
    return this.#bytes + bytesOf(envelope) > this.#bytesMax;
  }

  isPassed(length: number): boolean {
    return length > this.#messages || this.#bytes > this.#bytesMax;
  }

  /** A quorum queue holds so many messages now. */
  notice(holds: number): void {
    if (this.isPassed(holds)) this.#isRefusing = true;
    else if (holds <= takesAgain(this.#messages) && this.#bytes <= takesAgain(this.#bytesMax)) this.#isRefusing = false;
  }
}

const takesAgain = (limit: number): number => Math.trunc((limit * 8) / 10);

/** What counts towards a limit in bytes: the body. */
function bytesOf({ content, text }: Envelope): number {
  return content ? content.body.length : Buffer.byteLength(text);
}
