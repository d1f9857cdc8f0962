/** Requests of one connection come to the broker in the order in which they were sent, however long each one takes. */
export interface Ticket {
  go: (() => void) | undefined;
}

export class Lane {
  readonly #sent: Ticket[] = [];
  #holds = 0;

  send(): Ticket {
    const ticket = { go: undefined };
    this.#sent.push(ticket);
    return ticket;
  }

  /** It is there, or will never be: whoever is at the front goes on. */
  arrive(ticket: Ticket, go: () => void): void {
    ticket.go = go;
    this.#goOn();
  }

  /** The one at hand has to wait, and all behind it. @returns what lets them go on */
  hold(): () => void {
    this.#holds++;
    return () => {
      this.#holds--;
      this.#goOn();
    };
  }

  #goOn(): void {
    while (this.#holds === 0 && this.#sent[0]?.go) this.#sent.shift()?.go?.();
  }
}
