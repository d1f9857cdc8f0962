/**
 * What of a consumer's deliveries is in hand. A delivery is under way while its handler's promise is open, or, where there is
 * no such promise, while a call or a one-shot timer of its moment is. One that nobody has looked at yet (it stands in a
 * buffer of RxJS) is in hand while any other is under way: then its turn is still to come.
 */
import type { Moment } from '../../../kernel/context.ts';
import type { World } from '../../../kernel/world.ts';
import type { Process } from '../../../services/process.ts';
import type { Pump } from './pump.ts';

/** Later than what strikes after the answer that it waited for. */
const LOOK_US = 2;

/** A delivery, or a batch of them. */
export interface InHand {
  readonly pump: Pump;
  readonly moments: readonly Moment[];
  /** Somebody has begun to read it. */
  readonly isRead: boolean;
  /** The next one need not wait for it. */
  readonly isCommitted: boolean;
  /** Where a handler's promise says when it is done: whether it is. */
  readonly isHandled: boolean | undefined;
}

export class Hands {
  /** Those under way, the longest first, and since when. */
  readonly #busy = new Map<InHand, number>();
  readonly #unread = new Set<InHand>();
  #waiting: { readonly isMeant: (one: InHand) => boolean; readonly go: () => void }[] = [];
  #watches = false;

  constructor(
    readonly world: World,
    readonly process: Process,
    readonly limitUs: number,
    /** Something has been under way for longer than the limit. */
    readonly tooLong: () => void,
  ) {}

  get isIdle(): boolean {
    return this.#busy.size === 0;
  }

  /** What never ends, in words. */
  get unfinished(): readonly string[] {
    return [...this.#busy.keys()].flatMap(({ moments }) =>
      moments.map(({ printed, waitsFor }) => {
        const what = waitsFor === undefined ? 'something outside its ports' : waitsFor;
        return `${printed} at ${this.process.label} is still being handled; it waits for ${what}`;
      }),
    );
  }

  take(one: InHand): void {
    this.#begin(one);
    for (const moment of one.moments) {
      moment.watcher = { busy: () => this.#again(one), idle: () => this.#rested(one) };
    }
  }

  /** Whether it is done is seen when this step's code has run. */
  look(one: InHand): void {
    this.world.spawn(LOOK_US, () => this.#look(one));
  }

  /** Runs when nothing of these is under way any more; at once if nothing is. */
  whenDone(isMeant: (one: InHand) => boolean, go: () => void): void {
    this.#waiting.push({ isMeant, go });
    this.#tell();
  }

  #look(one: InHand): void {
    const { pump } = one;
    if (!this.process.alive) return;
    if (one.isCommitted && one.isHandled !== false) pump.release(one);
    if (isUnderWay(one)) {
      pump.go();
      return;
    }
    this.#busy.delete(one);
    if (one.isRead || one.isCommitted || one.isHandled === true) pump.release(one);
    else this.#unread.add(one);
    if (this.isIdle) {
      // Nobody is at work who would come to them: they are left lying, and others are not to wait for them.
      const left = [...this.#unread];
      this.#unread.clear();
      for (const each of left) {
        each.pump.release(each);
        if (each.pump !== pump) each.pump.goSoon();
      }
    }
    this.#tell();
    pump.go();
  }

  #rested(one: InHand): void {
    if (one.isHandled === undefined) this.look(one);
  }

  /** Code that works for it has begun something anew. */
  #again(one: InHand): void {
    if (one.isHandled !== undefined || this.#busy.has(one)) return;
    this.#unread.delete(one);
    this.#begin(one);
    if (!one.isCommitted) one.pump.hold(one);
  }

  #begin(one: InHand): void {
    this.#busy.set(one, this.world.nowUs);
    this.#watch();
  }

  #tell(): void {
    if (this.#waiting.length === 0) return;
    const open = [...this.#busy.keys(), ...this.#unread];
    const ready = this.#waiting.filter(({ isMeant }) => !open.some(isMeant));
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((each) => !ready.includes(each));
    for (const { go } of ready) this.world.spawn(0, go);
  }

  /** One watch at a time, for whatever has been under way the longest. */
  #watch(): void {
    const [oldestUs] = this.#busy.values();
    if (this.#watches || oldestUs === undefined || this.limitUs === Infinity) return;
    this.#watches = true;
    this.world.watch(Math.max(0, oldestUs + this.limitUs - this.world.nowUs), () => {
      this.#watches = false;
      const [sinceUs] = this.#busy.values();
      if (!this.process.alive || sinceUs === undefined) return;
      if (this.world.nowUs - sinceUs < this.limitUs) this.#watch();
      else this.tooLong();
    });
  }
}

function isUnderWay({ isHandled, moments }: InHand): boolean {
  return isHandled === undefined ? moments.some(({ pending }) => pending > 0) : !isHandled;
}
