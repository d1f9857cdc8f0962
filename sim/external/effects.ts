/** What calls of a system outside do: each attempt is `called`; it is `applied` unless the system knows its key already. */
import { ownCopy, frozenCopy } from '../history/freeze.ts';
import { hashValue } from '../history/hash.ts';
import type { Answer } from '../services/operation.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';

export interface Asked<A> {
  readonly process: Process;
  readonly call: string;
  /** Frozen. */
  readonly request: unknown;
  readonly causes: readonly number[];
  /** The request's idempotency key. */
  key(): string | undefined;
  /** What it throws is a definite refusal: nothing is applied. */
  reply(): A;
  /** Whether this reply refuses: it is answered, and nothing is applied. */
  refuses?(reply: A): boolean;
}

export class Effects {
  /** By call and idempotency key. */
  readonly #answers = new Map<string, unknown>();

  constructor(
    readonly name: string,
    readonly simulation: Simulation,
  ) {}

  perform<A>(asked: Asked<A>, answer: Answer<A>): void {
    const { call, request } = asked;
    this.#record('called', asked);
    try {
      const key = asked.key();
      const id = key === undefined ? undefined : `${call} ${key}`;
      if (id !== undefined && this.#answers.has(id)) {
        answer.ok(ownCopy(this.#answers.get(id) as A));
        return;
      }
      const reply = asked.reply();
      if (!asked.refuses?.(reply)) {
        this.simulation.world.overwrote(hashValue(request));
        this.#record('applied', asked);
        if (id !== undefined) this.#answers.set(id, frozenCopy(reply));
      }
      answer.ok(ownCopy(reply));
    } catch (error) {
      answer.fail(error);
    }
  }

  #record<A>(kind: 'called' | 'applied', { process, call, request, causes }: Asked<A>): void {
    this.simulation.record(process.label, kind, { component: this.name, channels: [call], value: request }, causes);
  }
}
