/**
 * D4 log-integrity: there is one value for each offset, as those who consume see it, and a record that was produced once
 * stands at no more than one offset. What a failover cut off stood nowhere. What the application produces again, or a
 * fault makes it produce again, is another record.
 */
import type { Message } from '../../sim/brokers/message.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, pick, type Selector } from '../../sim/selectors.ts';
import { type Entry, type Fold, passed, type Property, type Verdict } from '../property.ts';
import { equal } from './equal.ts';
import { type At, cutOff, placeName, recordAt, type RecordAt } from './log-entries.ts';
import { concerns } from './messages.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** @param published records as a log took them; what is delivered of them is looked at too */
export function logIntegrity(published: Selector<Message>, o: { name?: string } = {}): Property {
  checkArguments('logIntegrity', { published: [published, 'selector'] });
  checkSlips('logIntegrity', o, { name: true });
  return {
    id: 'D4',
    name: o.name ?? 'log-integrity',
    kind: 'safety',
    selectors: [published],
    start: () => new Integrity(published),
  };
}

interface Standing {
  readonly at: RecordAt;
  readonly entry: Entry;
}

interface Failure {
  readonly says: string;
  readonly evidence: readonly Entry[];
  /** Where the records stand that contradict each other: one that is cut off does no more. */
  readonly of: readonly RecordAt[];
}

class Integrity implements Fold {
  readonly #log: At;
  /** By place. */
  readonly #standing = new Map<string, Standing>();
  /** By producer and call. */
  readonly #produced = new Map<string, Standing>();
  /** By place: the first delivery. */
  readonly #given = new Map<string, Entry>();
  #exercised = 0;
  #failures: Failure[] = [];

  constructor(readonly published: Selector<Message>) {
    this.#log = patternOf(published);
  }

  see(entry: Entry): void {
    const cut = cutOff(entry, this.#log);
    if (cut) this.#cutOff(cut);
    const at = RECORDS.has(entry.kind) && concerns(entry, this.#log) ? recordAt(entry) : undefined;
    if (!at) return;
    if (entry.kind === 'delivered') this.#comes(placeName(at), entry);
    else if (pick(this.published, entry)) this.#stands(at, entry);
  }

  end(): Verdict {
    const [failed] = this.#failures;
    if (!failed) return passed(this.#exercised, this.published.says);
    const says = `${this.published.says}: ${failed.says}`;
    return { verdict: 'fail', says, evidence: failed.evidence };
  }

  #stands(at: RecordAt, entry: Entry): void {
    this.#exercised++;
    const place = placeName(at);
    const before = this.#standing.get(place);
    if (before) this.#fail(`two records were appended at ${place}`, [before.entry, entry], [at]);
    this.#standing.set(place, { at, entry });
    if (at.isCopy || at.producer === undefined || at.call === undefined) return;
    const call = `${at.producer} ${at.call}`;
    const first = this.#produced.get(call);
    const both = first && `${placeName(first.at)} and at ${place}`;
    if (first) {
      this.#fail(`"${idOf(entry)}" was produced once, and stands at ${both}`, [first.entry, entry], [first.at, at]);
    }
    this.#produced.set(call, { at, entry });
  }

  #comes(place: string, entry: Entry): void {
    const first = this.#given.get(place);
    if (!first) this.#given.set(place, entry);
    else if (!isSame(first, entry)) {
      this.#fail(`${place} was handed out as "${idOf(first)}", and then as "${idOf(entry)}"`, [first, entry], []);
    }
  }

  #cutOff({ partition, to }: { partition: string; to: number }): void {
    const isGone = (at: RecordAt): boolean => at.partition === partition && at.offset >= to;
    for (const standing of [this.#standing, this.#produced]) {
      for (const [key, { at }] of standing) if (isGone(at)) standing.delete(key);
    }
    this.#failures = this.#failures.filter(({ of }) => !of.some(isGone));
  }

  #fail(says: string, evidence: readonly Entry[], of: readonly RecordAt[]): void {
    this.#failures.push({ says, evidence, of });
  }
}

const RECORDS = new Set(['published', 'delivered']);

function idOf(entry: Entry): string {
  return ((entry.data as Happened).value as Message).id;
}

/** A poison spoils what one consumer is handed, not what stands in the log. */
function isSame(a: Entry, b: Entry): boolean {
  const [one, other] = [recordAt(a), recordAt(b)];
  if (one?.lineage !== other?.lineage || idOf(a) !== idOf(b)) return false;
  if (one?.isPoisoned || other?.isPoisoned) return true;
  const [first, second] = [a, b].map(({ data }) => (data as Happened).value);
  return first === second || equal(first, second);
}
