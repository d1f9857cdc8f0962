/**
 * At-least-once dead-lettering: a quorum queue keeps its dead letters until the queue that they go to has taken them, and
 * tries again after a while. They count towards its length limit. Sources: RabbitMQ documentation, "Quorum Queues" (Dead
 * Lettering); rabbit_fifo_dlx_worker.erl.
 */
import type { Queue } from './queue.ts';

/** A letter that was refused is sent again after three minutes. */
const RETRY_US = 180_000_000;

/** Sends a letter. @returns which queue it waits for ('': that there is one at all); undefined: it was taken */
type Send = () => string | undefined;

interface Kept {
  readonly source: Queue;
  to: string;
  readonly send: Send;
}

export class Retained {
  readonly #kept: Kept[] = [];
  /** Queues that get their letters once more. */
  readonly #retrying = new Set<string>();

  constructor(readonly later: (us: number, run: () => void) => void) {}

  /** Sends a letter; one that is refused is kept. */
  keep(source: Queue, send: Send): void {
    const to = send();
    if (to === undefined) return;
    this.#kept.push({ source, to, send });
    source.retain(1);
  }

  /** A queue has room again: what waits for it is sent with the next round. */
  targetHasRoom(to: string): void {
    if (this.#retrying.has(to) || !this.#kept.some((each) => each.to === to)) return;
    this.#retrying.add(to);
    this.later(RETRY_US, () => {
      this.#retrying.delete(to);
      this.#sendAll(to);
    });
  }

  get unfinished(): readonly string[] {
    return this.#kept.map(({ source, to }) =>
      to === ''
        ? `a dead letter of ${source.name} has nowhere to go`
        : `a dead letter of ${source.name} waits for room in ${to}`,
    );
  }

  #sendAll(to: string): void {
    for (const each of this.#kept.filter((kept) => kept.to === to)) {
      const next = each.send();
      if (next !== undefined) {
        each.to = next;
        continue;
      }
      this.#kept.splice(this.#kept.indexOf(each), 1);
      each.source.retain(-1);
    }
  }
}
