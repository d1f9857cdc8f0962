/**
 * Where dead letters go: through the exchange that their queue names, with its key or those that they came with. One that would
 * come to a queue again though nobody rejected it on the way is dropped, and nobody is told. Sources: RabbitMQ
 * documentation, "Dead Letter Exchanges"; rabbit_dead_letter.erl, rabbit_fifo_dlx_worker.erl.
 */
import type { Envelope } from '../message.ts';
import type { BrokerJournal } from './broker.ts';
import { dead, type DeadLetter, isCycle } from './deaths.ts';
import type { Version } from './profile.ts';
import type { Copy, GivenUp, Queue } from './queue.ts';
import { Retained } from './retained.ts';
import type { Settings } from './settings.ts';
import type { Exchanges } from './topology/exchanges.ts';

/** What the broker lends to them. */
export interface Surroundings {
  readonly exchanges: Exchanges;
  readonly journal: BrokerJournal;
  readonly version: Version;
  readonly nowUs: () => number;
  /** Since 1970. */
  readonly nowMs: () => number;
  queue(name: string): Queue;
  arrive(envelope: Envelope, queue: string): void;
}

interface Letter {
  readonly from: Queue;
  readonly copy: Copy;
  readonly letter: DeadLetter;
  readonly reason: GivenUp;
}

/** Waits for this: that there is a queue for it at all. */
const ANY_ROUTE = '';

export class DeadLetters {
  readonly #retained: Retained;

  constructor(readonly around: Surroundings) {
    this.#retained = new Retained((us, run) => around.journal.later(us, run));
  }

  gaveUp(from: Queue, copy: Copy, reason: GivenUp): void {
    const { exchanges, journal, nowMs, version } = this.around;
    const to = addressOf(from.options);
    if (!to || (!exchanges.has(to.exchange) && !from.isAtLeastOnce)) {
      journal.dropped(copy.envelope, from.name, reason);
      return;
    }
    const letter = { from, copy, letter: dead(copy.envelope, from.name, reason, to, nowMs(), version), reason };
    const routed = this.#routesOf(letter.letter);
    const targets = openTo(letter, routed);
    if (routed.length > 0 && targets.length === 0) journal.dropped(copy.envelope, from.name, 'cycle');
    else if (from.isAtLeastOnce) this.#keepUntilTaken(letter);
    else if (targets.length === 0) journal.dropped(copy.envelope, from.name, reason);
    else {
      for (const name of targets) {
        if (!this.#send(letter, name)) journal.dropped(copy.envelope, name, 'refused');
      }
    }
  }

  /** A queue has room again, or is gone. */
  targetHasRoom(name: string): void {
    this.#retained.targetHasRoom(name);
  }

  /** Something was declared or bound: what had nowhere to go may have now. */
  routesChanged(): void {
    this.#retained.targetHasRoom(ANY_ROUTE);
  }

  get unfinished(): readonly string[] {
    return this.#retained.unfinished;
  }

  #routesOf({ exchange, routingKey, otherKeys = [], message }: DeadLetter): readonly string[] {
    return this.around.exchanges.route(exchange, { keys: [routingKey, ...otherKeys], headers: message.headers });
  }

  /** Each of its queues takes it once, now or later. */
  #keepUntilTaken(letter: Letter): void {
    const taken = new Set<string>();
    this.#retained.keep(letter.from, () => {
      const targets = openTo(letter, this.#routesOf(letter.letter));
      for (const name of targets) {
        if (taken.has(name)) continue;
        if (!this.#send(letter, name)) return name;
        taken.add(name);
      }
      return targets.length === 0 ? ANY_ROUTE : undefined;
    });
  }

  /** @returns false when the queue that it is to go to refuses it */
  #send({ from, copy, letter, reason }: Letter, to: string): boolean {
    const { journal, nowUs } = this.around;
    const target = this.around.queue(to);
    // A quorum queue tells those of its limit who wait for confirms: other senders of dead letters do not.
    if (target.wouldRefuse(letter) && (!target.isQuorum || from.isAtLeastOnce)) {
      if (target.options.overflow !== 'reject-publish-dlx') return false;
      journal.deadLettered(copy, from.name, to, reason);
      target.refuse(letter, nowUs());
      return true;
    }
    journal.deadLettered(copy, from.name, to, reason);
    this.around.arrive(letter, to);
    return true;
  }
}

/** Those of its targets to which it may go: a cycle without a rejection in it would never end. */
function openTo({ letter, reason }: Letter, routed: readonly string[]): readonly string[] {
  return reason === 'rejected' ? routed : routed.filter((name) => !isCycle(letter, name));
}

function addressOf({ deadLetterTo, deadLetterExchange, deadLetterKey }: Settings): Address | undefined {
  if (deadLetterTo !== undefined) return { exchange: '', key: deadLetterTo };
  return deadLetterExchange === undefined ? undefined : { exchange: deadLetterExchange, key: deadLetterKey };
}

/** Without a key: with those that the message came with. */
export interface Address {
  readonly exchange: string;
  readonly key: string | undefined;
}
