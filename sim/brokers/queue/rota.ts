/**
 * Whose turn it is: of the consumers that have room those of highest priority, in turn. With a single active consumer all
 * goes to that one, until it leaves. Sources: RabbitMQ documentation, "Consumer Priorities", "Consumers" (Single Active Consumer);
 * rabbit_queue_consumers.erl, rabbit_fifo.erl.
 */
import type { Taker } from './queue.ts';

export interface Rota {
  add(taker: Taker): void;
  remove(taker: Taker): void;
  /** Whether all goes to this one. */
  isActive(taker: Taker): boolean;
  /** Hands one copy to whose turn it is; false when nobody has room. */
  serve(give: (taker: Taker) => void): boolean;
  /** Something was settled, so that somebody may have room again. */
  refresh(): void;
}

/** All consumers take part. */
export class InTurn implements Rota {
  /** Those who may be asked: higher priority first, then longest waiting. */
  readonly #waiting: Taker[] = [];
  /** Those who were found to have no room; each waits again, behind its equals, when it has. */
  readonly #blocked: Taker[] = [];

  /**
   * @param eager a quorum queue knows at once that a consumer has no room left; a classic queue finds out when it has
   * something for it, and until then the consumer keeps its turn
   */
  constructor(readonly eager: boolean) {}

  add(taker: Taker): void {
    insert(this.#waiting, taker);
  }

  remove(taker: Taker): void {
    without(this.#waiting, taker);
    without(this.#blocked, taker);
  }

  isActive(): boolean {
    return false;
  }

  serve(give: (taker: Taker) => void): boolean {
    for (let taker = this.#waiting.shift(); taker; taker = this.#waiting.shift()) {
      if (!taker.hasRoom) {
        this.#blocked.push(taker);
        continue;
      }
      insert(this.#waiting, taker);
      give(taker);
      if (this.eager && !taker.hasRoom && without(this.#waiting, taker)) this.#blocked.push(taker);
      return true;
    }
    return false;
  }

  refresh(): void {
    for (const taker of this.#blocked.filter(({ hasRoom }) => hasRoom)) {
      without(this.#blocked, taker);
      insert(this.#waiting, taker);
    }
  }
}

/** One consumer takes part; another one takes over when it leaves. */
export class SingleActive implements Rota {
  #active: Taker | undefined;
  readonly #waiting: Taker[] = [];

  /**
   * @param byPriority whether the next one is chosen by priority
   * @param makesWay whether the active one, once it has nothing in flight, makes way for one of higher priority; until
   * then it is handed nothing more
   */
  constructor(
    readonly byPriority: boolean,
    readonly makesWay: boolean,
  ) {}

  add(taker: Taker): void {
    if (this.byPriority) insert(this.#waiting, taker);
    else this.#waiting.push(taker);
    this.refresh();
  }

  remove(taker: Taker): void {
    without(this.#waiting, taker);
    if (this.#active === taker) this.#active = undefined;
    this.refresh();
  }

  isActive(taker: Taker): boolean {
    return this.#active === taker;
  }

  serve(give: (taker: Taker) => void): boolean {
    if (!this.#active?.hasRoom || this.#isOutranked) return false;
    give(this.#active);
    return true;
  }

  refresh(): void {
    if (this.#active && this.#isOutranked && this.#active.outstanding === 0) {
      const before = this.#active;
      this.#active = this.#waiting.shift();
      insert(this.#waiting, before);
    }
    this.#active ??= this.#waiting.shift();
  }

  get #isOutranked(): boolean {
    const [next] = this.#waiting;
    return this.makesWay && next !== undefined && this.#active !== undefined && next.priority > this.#active.priority;
  }
}

/** Before those of lower priority, behind its equals. */
function insert(list: Taker[], taker: Taker): void {
  let at = list.length;
  while (at > 0 && (list[at - 1] as Taker).priority < taker.priority) at--;
  list.splice(at, 0, taker);
}

function without(list: Taker[], taker: Taker): boolean {
  const at = list.indexOf(taker);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
