/**
 * What is on its way to a client, in order. Each thing arrives on a step of its own, with a latency by its number; a share of
 * the bytes is cut in two that arrive one after the other, at a place that is drawn. A client that stands still, reads slowly or
 * cannot be reached keeps all that follows waiting.
 */
import type { Chain } from '../kernel/chain.ts';
import type { Moment } from '../kernel/context.ts';
import { combine } from '../kernel/random.ts';
import type { Step } from '../kernel/world.ts';
import type { Process } from '../services/process.ts';
import type { ClientEnd } from './end.ts';

export const LATENCY_MIN_US = 150;
export const LATENCY_MAX_US = 900;
/** One in so many is cut. */
const CUT_SHARE = 8;

export interface Arrival {
  readonly bytes?: Uint8Array | undefined;
  readonly moment?: Moment | undefined;
  readonly make?: () => { readonly bytes: Uint8Array; readonly moment: Moment } | undefined;
  /** Instead of bytes: what happens to the client's end. */
  readonly ends?: (client: ClientEnd) => void;
}

interface OnItsWay extends Arrival {
  readonly dueUs: number;
  readonly chain: Chain | undefined;
  readonly hash: number;
  /** The second part of what was cut. */
  readonly isRest?: boolean;
}

export class Arrivals {
  /** Bytes of all that is on its way; a delivery's are known when it arrives. */
  backlog = 0;
  #queue: OnItsWay[] = [];
  #lastUs = 0;
  #count = 0;
  #step: Step | undefined;
  #isFlushing = false;
  /** The client would take more. */
  #wants = true;

  constructor(
    readonly process: Process,
    readonly client: ClientEnd,
    /** The connection's address for draws. */
    readonly hash: number,
    /** Whether nothing comes through at present; `look` is to be called when that is over. */
    readonly isBlocked: () => boolean,
    readonly drained: () => void,
  ) {}

  get isWaiting(): boolean {
    return this.#queue.length > 0;
  }

  get #world() {
    return this.process.simulation.world;
  }

  /** @param chain the chain that it goes on for; `undefined`: it begins something of its own */
  add(arrival: Arrival, chain: Chain | undefined): void {
    const { nowUs, random } = this.#world;
    const hash = combine(this.hash, ++this.#count);
    const dueUs = Math.max(this.#lastUs, nowUs + random.between(hash, LATENCY_MIN_US, LATENCY_MAX_US));
    this.#lastUs = dueUs;
    this.backlog += arrival.bytes?.length ?? 0;
    const { bytes, moment, make, ends } = arrival;
    this.#queue.push({ bytes, moment, make, ends, dueUs, chain, hash } as OnItsWay);
    if (this.#queue.length === 1) this.look();
  }

  /** Bytes that arrive within the running step, behind all that is on its way; later, if the client takes no more. */
  addNow(bytes: Uint8Array, moment: Moment): void {
    const { nowUs, chain } = this.#world;
    this.backlog += bytes.length;
    this.#queue.push({ bytes, moment, dueUs: nowUs, chain, hash: combine(this.hash, ++this.#count) });
    if (!this.#isFlushing) this.#flush();
  }

  /** All that is on its way is lost. @param isWhole what has arrived in part arrives in full */
  clear(isWhole = false): void {
    const rest = isWhole ? this.#queue.filter((item) => item.isRest) : [];
    this.#queue = rest;
    this.backlog = rest.reduce((bytes, item) => bytes + (item.bytes?.length ?? 0), 0);
    if (rest.length === 0) this.#cancel();
  }

  /** The client takes more. */
  wants(): void {
    this.#wants = true;
    this.look();
  }

  /** Goes on with the first one when it is due, if nothing is in the way. */
  look(): void {
    const [first] = this.#queue;
    if (!first || this.#step || this.#isFlushing || !this.#wants || this.isBlocked()) return;
    const world = this.#world;
    world.inChain(first.chain, () => {
      this.#step = world.after(first.dueUs - world.nowUs, this.#arrive);
    });
  }

  readonly #arrive = (): void => {
    this.#step = undefined;
    const pausedUs = this.process.pausedUntilUs - this.#world.nowUs;
    if (pausedUs > 0) this.#step = this.#world.after(pausedUs, this.#arrive);
    else {
      if (this.#isFree) this.#hand();
      this.look();
    }
  };

  get #isFree(): boolean {
    return this.#queue.length > 0 && this.#wants && !this.isBlocked();
  }

  /**
   * Hands over one thing after the other within the step. Node emits on its next tick what was pushed, in the context of the
   * push: each waits for the tick of the one before it, so that no two are read as one.
   */
  #flush(): void {
    this.#isFlushing = true;
    while (this.#isFree && this.process.pausedUntilUs <= this.#world.nowUs) {
      this.#cancel();
      if (!this.#hand() || this.#queue.length === 0) continue;
      process.nextTick(() => this.#flush());
      return;
    }
    this.#isFlushing = false;
    this.look();
  }

  #cancel(): void {
    if (this.#step) this.#world.cancel(this.#step);
    this.#step = undefined;
  }

  /** @returns whether the client's code has been entered */
  #hand(): boolean {
    const item = this.#queue.shift();
    if (!item || !this.process.alive) return false;
    const { client, process } = this;
    const world = this.#world;
    if (item.ends) {
      const { ends } = item;
      world.enter(process, item.moment ?? process.work, () => ends(client));
      return true;
    }
    const whole = item.make ? item.make() : { bytes: item.bytes as Uint8Array, moment: item.moment ?? process.work };
    // What strikes on receipt may be the end of the process.
    if (!whole || !process.alive) return false;
    const { moment } = whole;
    const bytes = item.isRest ? whole.bytes : this.#cut(item, whole.bytes, moment);
    if (!item.make) this.backlog -= bytes.length;
    this.#wants = false;
    world.enter(process, moment, () => {
      if (client.arrive(bytes)) this.#wants = true;
    });
    if (this.backlog === 0) this.drained();
    return true;
  }

  /** @returns the part that arrives now */
  #cut(item: OnItsWay, bytes: Uint8Array, moment: Moment): Uint8Array {
    const { random, nowUs } = this.#world;
    const drawn = random.uint32(combine(item.hash, 1));
    if (drawn % CUT_SHARE !== 0 || bytes.length < 2) return bytes;
    const at = 1 + (Math.floor(drawn / CUT_SHARE) % (bytes.length - 1));
    const rest = bytes.subarray(at);
    const hash = combine(item.hash, 2);
    if (item.make) this.backlog += rest.length;
    const dueUs = nowUs + random.between(hash, LATENCY_MIN_US, LATENCY_MAX_US);
    this.#queue.unshift({ bytes: rest, moment, dueUs, chain: this.#world.chain, hash, isRest: true });
    return bytes.subarray(0, at);
  }
}
