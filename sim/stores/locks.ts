/**
 * Row and unique-key locks, held until their transaction ends, waited for in order of arrival. Who would close a circle
 * of waits is refused at once (PostgreSQL lets a second pass and then picks the one that looks: the effect is the same).
 */
export interface Owner {
  readonly id: number;
}

interface Waiter<O> {
  readonly owner: O;
  readonly go: () => void;
}

interface Lock<O> {
  owner: O;
  readonly waiting: Waiter<O>[];
}

export class Locks<O extends Owner> {
  readonly #locks = new Map<string, Lock<O>>();
  readonly #waitsFor = new Map<O, string>();

  /**
   * Calls `go` once the owner holds the lock, at once if it is free.
   * @returns 'deadlock' when waiting would close a circle; `go` is not called then
   */
  acquire(name: string, owner: O, go: () => void): 'held' | 'waiting' | 'deadlock' {
    const lock = this.#locks.get(name);
    if (!lock || lock.owner === owner) {
      if (!lock) this.#locks.set(name, { owner, waiting: [] });
      go();
      return 'held';
    }
    if (this.#reaches(lock.owner, owner)) return 'deadlock';
    lock.waiting.push({ owner, go });
    this.#waitsFor.set(owner, name);
    return 'waiting';
  }

  isHeldBy(name: string, owner: O): boolean {
    return this.#locks.get(name)?.owner === owner;
  }

  isHeldByAnother(name: string, owner: O): boolean {
    const lock = this.#locks.get(name);
    return lock !== undefined && lock.owner !== owner;
  }

  /** Gives up all that the owner holds and waits for; those who waited go on, in order. */
  release(owner: O): void {
    this.#waitsFor.delete(owner);
    for (const [name, lock] of this.#locks) {
      const at = lock.waiting.findIndex((waiter) => waiter.owner === owner);
      if (at >= 0) lock.waiting.splice(at, 1);
      if (lock.owner === owner) this.#pass(name, lock);
    }
  }

  releaseOne(name: string, owner: O): void {
    const lock = this.#locks.get(name);
    if (lock?.owner === owner) this.#pass(name, lock);
  }

  #pass(name: string, lock: Lock<O>): void {
    const next = lock.waiting.shift();
    if (!next) {
      this.#locks.delete(name);
      return;
    }
    lock.owner = next.owner;
    this.#waitsFor.delete(next.owner);
    next.go();
  }

  /** Whether `from` waits, over any number of others, for `to`. */
  #reaches(from: O, to: O): boolean {
    for (let at: O | undefined = from; at; ) {
      if (at === to) return true;
      const name: string | undefined = this.#waitsFor.get(at);
      at = name === undefined ? undefined : this.#locks.get(name)?.owner;
    }
    return false;
  }
}
