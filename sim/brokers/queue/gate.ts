/** Where what is published waits while something holds it up, and goes on in the order in which it came. */
export class Gate {
  readonly #waiting: (() => void)[] = [];
  /** Which of them is next: taking the first out of many is dear. */
  #next = 0;

  constructor(readonly isShut: () => boolean) {}

  get holdsBack(): boolean {
    return this.#next < this.#waiting.length;
  }

  /** Goes on now, or when the gate is open, in the order of asking. @returns whether it has to wait */
  holdBack(go: () => void): boolean {
    if (!this.isShut() && !this.holdsBack) {
      go();
      return false;
    }
    this.#waiting.push(go);
    return true;
  }

  /** Something has changed: who waits goes on as long as the gate is open. */
  look(): void {
    while (this.holdsBack && !this.isShut()) this.#take()?.();
  }

  #take(): (() => void) | undefined {
    const go = this.#waiting[this.#next++];
    if (!this.holdsBack) this.#next = this.#waiting.length = 0;
    return go;
  }
}
