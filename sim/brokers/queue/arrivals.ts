/** A message on its way into queues: it is there when each of them has taken it, once. */
export class Arrivals {
  readonly #missing: Set<string>;
  #then: (() => void) | undefined;

  constructor(queues: readonly string[]) {
    this.#missing = new Set(queues);
  }

  get areThere(): boolean {
    return this.#missing.size === 0;
  }

  /** Called each time that a copy comes into a queue. */
  came(queue: string): void {
    if (this.#missing.delete(queue) && this.areThere) this.#then?.();
  }

  /** Goes on now, or when the last one has come. */
  whenThere(go: () => void): void {
    if (this.areThere) go();
    else this.#then = go;
  }
}
