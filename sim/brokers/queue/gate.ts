/** Where what is published waits while something holds it up, and goes on in the order in which it came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];

  constructor(readonly isShut: () => boolean) {}

  get holdsBack(): boolean {
    return this.#waiting.length > 0;
  }

  /** Goes on now, or when the gate is open, in the order of asking. @returns whether it has to wait */
  holdBack(go: () => void): boolean {
    if (!this.isShut() && this.#waiting.length === 0) {
      go();
      return false;
    }
    this.#waiting.push(go);
    return true;
  }

  /** Something has changed: who waits goes on as long as the gate is open. */
  look(): void {
    while (this.#waiting.length > 0 && !this.isShut()) this.#waiting.shift()?.();
  }
}
