/**
 * Carries the requests of a consumer to the brokers and the answers back, each on a step of its own. What is lost with the
 * connection is sent again when it is back, as clients do; nothing is sent or read by a process that stands still.
 */
import { combine, hashText } from '../../../kernel/random.ts';
import type { LogConnection } from '../connection.ts';

const LATENCY_MIN_US = 150;
const LATENCY_MAX_US = 900;

type Reply<T> = (answer: T) => void;

interface Request {
  send(): void;
}

export class Courier {
  readonly #open = new Set<Request>();
  readonly #hash: number;
  #nth = 0;

  constructor(
    readonly connection: LogConnection,
    name: string,
  ) {
    this.#hash = hashText(name);
  }

  get #world() {
    return this.connection.runtime.simulation.world;
  }

  /** Microseconds that the process will still stand still for. */
  get pausedUs(): number {
    return Math.max(0, this.connection.process.pausedUntilUs - this.#world.nowUs);
  }

  /** Whether what is sent now comes to the brokers. */
  get isThrough(): boolean {
    const { connection } = this;
    return connection.process.alive && connection.isOpen && !connection.isHalfOpen;
  }

  /** A time that this consumer takes for something, different each time. */
  drawUs(minUs: number, maxUs: number): number {
    return this.#world.random.between(combine(this.#hash, this.#nth++), minUs, maxUs);
  }

  /** `there` runs at the brokers, `back` in the client with what `there` replied, once. */
  ask<T>(there: (reply: Reply<T>) => void, back: Reply<T>): void {
    const { process, runtime } = this.connection;
    let sent = 0;
    const land = (nth: number, answer: T): void => {
      // Whatever was lost with a connection has been sent anew since.
      if (!process.alive || nth !== sent || !this.#open.has(request)) return;
      if (this.pausedUs > 0) this.#world.spawn(this.pausedUs, () => land(nth, answer));
      else if (this.isThrough) {
        this.#open.delete(request);
        back(answer);
      }
    };
    const request: Request = {
      send: () => {
        const nth = ++sent;
        this.#world.spawn(this.pausedUs + this.drawUs(LATENCY_MIN_US, LATENCY_MAX_US), () => {
          if (nth !== sent || !this.isThrough || !this.#open.has(request)) return;
          const reply = (answer: T): void =>
            void this.#world.spawn(this.drawUs(LATENCY_MIN_US, LATENCY_MAX_US), () => land(nth, answer));
          runtime.whenSpeaking(() => there(reply));
        });
      },
    };
    this.#open.add(request);
    if (this.connection.isOpen) request.send();
  }

  /** Runs after a while, when the process is not standing still. */
  later(delayUs: number, go: () => void): void {
    const { process } = this.connection;
    this.#world.spawn(delayUs + this.pausedUs, () => {
      if (!process.alive) return;
      if (this.pausedUs > 0) this.later(0, go);
      else go();
    });
  }

  /** The connection is there again. */
  back(): void {
    for (const request of this.#open) request.send();
  }

  /** Nobody waits for answers any more. */
  forget(): void {
    this.#open.clear();
  }
}
