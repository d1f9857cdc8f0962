/**
 * Who waits for whose end. A statement that meets another transaction's row waits for that transaction and is then tried
 * again; who has waited longest is tried first. Who closes a circle is refused at once (PostgreSQL lets a second pass, and
 * refuses who looks first: mostly who came last).
 */
interface Waiting<O> {
  readonly owner: O;
  readonly on: O;
  readonly again: () => void;
  readonly refuse: (error?: Error) => void;
}

/** Picks one of so many that may be next; a run always takes the first. */
export type Choose = (options: number) => number;

export class Waits<O> {
  #waiting: Waiting<O>[] = [];

  constructor(readonly choose: Choose) {}

  /**
   * @param again tries the statement again
   * @param refuse is called instead of it on one of those who wait in a circle
   */
  add(owner: O, on: O, again: () => void, refuse: (error?: Error) => void): void {
    const mine = { owner, on, again, refuse };
    const circle = this.#path(on, owner);
    const victim = circle ? this.choose(circle.length + 1) : 0;
    if (!circle || victim > 0) this.#waiting.push(mine);
    if (circle) (circle[victim - 1] ?? mine).refuse();
  }

  /** Refuses whatever of it waits. */
  refuse(owner: O, error: Error): void {
    for (const each of this.#waiting.filter((waiting) => waiting.owner === owner)) each.refuse(error);
  }

  /** The transaction has ended or is aborted: it waits no more, and those who waited for it are tried again. */
  over(ended: O): void {
    if (this.#waiting.length === 0) return;
    const freed = this.#waiting.filter(({ owner, on }) => on === ended && owner !== ended);
    this.#waiting = this.#waiting.filter(({ owner, on }) => on !== ended && owner !== ended);
    while (freed.length > 0) {
      const [next] = freed.splice(freed.length > 1 ? this.choose(freed.length) : 0, 1);
      next?.again();
    }
  }

  /** Who waits, one for the other, between `from` and `to`; nothing if `from` does not wait for `to`. */
  #path(from: O, to: O): Waiting<O>[] | undefined {
    if (from === to) return [];
    for (const waiting of this.#waiting) {
      const path = waiting.owner === from ? this.#path(waiting.on, to) : undefined;
      if (path) return [waiting, ...path];
    }
    return undefined;
  }
}
