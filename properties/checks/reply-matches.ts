/**
 * Q1 reply-matches: of each request at most one reply is accepted, it is the reply to that request, and none that comes when the
 * requester has given up.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, type Fold, passed, type Property, type Verdict } from '../property.ts';
import { asKept } from './as-kept.ts';
import { Keys, quietly } from './keys.ts';

/** What `replyMatches` is told besides. */
export interface Replies<A> {
  /** The request that the accepted reply itself answers: the correlation id that it came with. */
  readonly answers: (accepted: A) => string | undefined;
  /** Where the requester waits no longer, by request. */
  readonly givenUp?: Keyed<unknown>;
  readonly name?: string;
}

/** @param accepted by the request that the requester took it for */
export function replyMatches<A>(requested: Keyed<unknown>, accepted: Keyed<A>, o: Replies<A>): Property {
  const { givenUp } = o;
  return {
    id: 'Q1',
    name: o.name ?? 'reply-matches',
    kind: 'safety',
    selectors: [requested, accepted],
    alternatives: givenUp ? [givenUp] : [],
    start: () => asKept(new Matches(requested, accepted, o)),
  };
}

class Matches<A> implements Fold {
  readonly #requests = new Map<string, Entry>();
  readonly #taken = new Map<string, Entry>();
  readonly #gone = new Map<string, Entry>();
  readonly #keys = new Keys();
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly requested: Keyed<unknown>,
    readonly accepted: Keyed<A>,
    readonly o: Replies<A>,
  ) {}

  see(entry: Entry): void {
    const asked = this.#keys.in(this.requested, entry)?.key;
    if (asked !== undefined && !this.#requests.has(asked)) this.#requests.set(asked, entry);
    const reply = this.#keys.in(this.accepted, entry);
    if (reply) this.#accepts(reply.key, reply.value, entry);
    const up = this.o.givenUp && this.#keys.in(this.o.givenUp, entry)?.key;
    if (up === undefined || this.#gone.has(up)) return;
    this.#gone.set(up, entry);
    const before = this.#taken.get(up);
    if (before) this.#fail(`request "${up}" was given up behind its reply`, before, entry);
  }

  end(): Verdict {
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(this.#taken.size, `${this.accepted.says}${this.#keys.says}`);
  }

  #accepts(key: string, value: A, entry: Entry): void {
    const [request, before, up] = [this.#requests.get(key), this.#taken.get(key), this.#gone.get(key)];
    if (!before) this.#taken.set(key, entry);
    if (!request) return this.#fail(`a reply was accepted for "${key}", which was never requested`, entry);
    const answers = quietly(() => this.o.answers(value));
    if (answers !== key) {
      const of = answers === undefined ? undefined : this.#requests.get(answers);
      const whose = answers === undefined ? 'a reply that names no request' : `the reply to "${answers}"`;
      return this.#fail(`request "${key}" accepted ${whose}`, request, ...(of ? [of] : []), entry);
    }
    if (before) return this.#fail(`request "${key}" accepted two replies`, before, entry);
    if (up) this.#fail(`request "${key}" accepted a reply after it was given up`, up, entry);
  }

  #fail(says: string, ...evidence: readonly Entry[]): void {
    this.#failed ??= { says, evidence: evidence.toSorted((a, b) => a.n - b.n) };
  }
}
