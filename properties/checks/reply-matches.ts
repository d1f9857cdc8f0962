/**
 * Q1 reply-matches: of each request at most one reply is accepted, it is the reply to that request, and none that comes when the
 * requester has given up.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys, quietly } from './keys.ts';
import { Standing } from './standing.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

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
  checkArguments('replyMatches', {
    requested: [requested, 'keyed'],
    accepted: [accepted, 'keyed'],
    answers: [o?.answers, 'function'],
    givenUp: [o?.givenUp, 'keyed?'],
  });
  checkSlips('replyMatches', o, { answers: true, givenUp: true, name: true });
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

interface Acceptance<A> {
  /** The request that the requester took it for. */
  readonly key: string;
  readonly value: A;
  readonly entry: Entry;
}

class Matches<A> implements KeptFold {
  readonly #requests = new Standing();
  #accepted: Acceptance<A>[] = [];
  readonly #taken = new Standing();
  readonly #gone = new Standing();
  readonly #keys = new Keys();

  constructor(
    readonly requested: Keyed<unknown>,
    readonly accepted: Keyed<A>,
    readonly o: Replies<A>,
  ) {}

  see(entry: Entry): void {
    this.#requests.add(this.#keys.in(this.requested, entry)?.key, entry);
    const reply = this.#keys.in(this.accepted, entry);
    if (reply) this.#accepted.push({ ...reply, entry });
    this.#taken.add(reply?.key, entry);
    if (this.o.givenUp) this.#gone.add(this.#keys.in(this.o.givenUp, entry)?.key, entry);
  }

  unsee(lost: Entry): void {
    this.#requests.remove(this.#keys.in(this.requested, lost)?.key, lost);
    const key = this.#keys.in(this.accepted, lost)?.key;
    this.#accepted = this.#accepted.filter(({ entry }) => entry !== lost);
    this.#taken.remove(key, lost);
    if (this.o.givenUp) this.#gone.remove(this.#keys.in(this.o.givenUp, lost)?.key, lost);
  }

  /** Judged in the end: that a request was sent may be heard of behind its reply. */
  end(): Verdict {
    for (const each of this.#accepted) {
      const wrong = this.#wrongWith(each);
      if (wrong) return { verdict: 'fail', says: wrong.says, evidence: wrong.of.toSorted((a, b) => a.n - b.n) };
    }
    return passed(this.#taken.size, `${this.accepted.says}${this.#keys.says}`);
  }

  #wrongWith({ key, value, entry }: Acceptance<A>): { says: string; of: readonly Entry[] } | undefined {
    const [request, first, up] = [this.#requests, this.#taken, this.#gone].map((each) => each.first(key));
    if (!request) return { says: `a reply was accepted for "${key}", which was never requested`, of: [entry] };
    const answers = quietly(() => this.o.answers(value));
    if (answers !== key) {
      const of = answers === undefined ? [] : this.#requests.of(answers).slice(0, 1);
      const whose = answers === undefined ? 'a reply that names no request' : `the reply to "${answers}"`;
      return { says: `request "${key}" accepted ${whose}`, of: [request, ...of, entry] };
    }
    if (first && first !== entry) return { says: `request "${key}" accepted two replies`, of: [first, entry] };
    if (!up) return undefined;
    const says = up.n < entry.n ? 'accepted a reply after it was given up' : 'was given up behind its reply';
    return { says: `request "${key}" ${says}`, of: [up, entry] };
  }
}
