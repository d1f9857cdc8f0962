/**
 * Who waits for whose end. A statement that meets another transaction's row waits for that transaction and is then tried
 * again; who has waited longest is tried first. Who would close a circle is refused at once (PostgreSQL lets a second pass
 * and then picks the one that looks: the effect is the same).
 */
interface Waiting<O> {
  readonly owner: O;
  readonly on: O;
  readonly again: () => void;
}

/** Picks one of so many that may be next; a run always takes the first. */
export type Choose = (options: number) => number;

export class Waits<O> {
  #waiting: Waiting<O>[] = [];

  constructor(readonly choose: Choose) {}

  /** @returns false when waiting would close a circle: then nobody waits */
  add(owner: O, on: O, again: () => void): boolean {
    if (this.#reaches(on, owner)) return false;
    this.#waiting.push({ owner, on, again });
    return true;
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

  /** Whether `from` waits, over any number of others, for `to`. */
  #reaches(from: O, to: O): boolean {
    if (from === to) return true;
    return this.#waiting.some(({ owner, on }) => owner === from && this.#reaches(on, to));
  }
}
