/** Who waits for the high watermark to reach an offset. Source: DelayedProduce.scala. */
import type { KafkaErrorName } from './kafka-error.ts';

export type Tell = (error: KafkaErrorName | undefined) => void;

interface Waiting {
  readonly offset: number;
  readonly tell: Tell;
}

export class Purgatory {
  #waiting: Waiting[] = [];
  /** The lowest offset that somebody waits for. */
  #next = Infinity;

  add(offset: number, tell: Tell): void {
    this.#waiting.push({ offset, tell });
    this.#next = Math.min(this.#next, offset);
  }

  /** Tells those whose offset is reached. */
  reached(highWatermark: number, error: KafkaErrorName | undefined): void {
    if (highWatermark < this.#next) return;
    const done = this.#waiting.filter(({ offset }) => offset <= highWatermark);
    this.#set(this.#waiting.filter(({ offset }) => offset > highWatermark));
    for (const { tell } of done) tell(error);
  }

  /** Tells everybody that it will not be. */
  fail(error: KafkaErrorName): void {
    const waiting = this.#waiting;
    this.#set([]);
    for (const { tell } of waiting) tell(error);
  }

  #set(waiting: Waiting[]): void {
    this.#waiting = waiting;
    this.#next = waiting.reduce((least, { offset }) => Math.min(least, offset), Infinity);
  }
}
