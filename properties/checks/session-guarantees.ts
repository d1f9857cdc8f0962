/**
 * C3 session-guarantees: within a session nothing that is shown is older than what the session was told is written (read your
 * writes), or than what it was shown before (monotonic reads). The words are those of Terry et al., "Session guarantees for weakly
 * consistent replicated data" (1994). Trap: an answer such as "not yet" shows nothing and is no old answer.
 */
import type { Keyed } from '../../sim/selectors.ts';
import { type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys, quietly } from './keys.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** How far somebody has come in an order of writes: a position, an offset, a version. */
export type Place = number | bigint;

/** What of its reads a session may rely on. */
export interface Session<R, W> {
  /** How far what is shown had come; `undefined`: it shows nothing that was written. */
  readonly at: (read: R) => Place | undefined;
  /** What a session is told is written, and where. Without it monotonic reads alone are asked for. */
  readonly writes?: { readonly told: Keyed<W>; readonly at: (write: W) => Place | undefined };
  readonly name?: string;
}

/** @param read by session; by session and thing where places are counted for each thing by itself. What has no key was promised nothing */
export function sessionGuarantees<R, W>(read: Keyed<R>, o: Session<R, W>): Property {
  checkArguments('sessionGuarantees', {
    read: [read, 'keyed'],
    at: [o?.at, 'function'],
    'writes.told': [o?.writes?.told, 'keyed?'],
    'writes.at': [o?.writes?.at, 'function?'],
  });
  checkSlips('sessionGuarantees', o, { at: true, writes: true, name: true });
  return {
    id: 'C3',
    name: o.name ?? 'session-guarantees',
    kind: 'safety',
    selectors: o.writes ? [read, o.writes.told] : [read],
    start: () => asKept(new Guarantees(read, o)),
  };
}

/** The furthest that a session knows of. */
interface Known {
  readonly place: Place;
  readonly how: 'written' | 'shown';
  readonly entry: Entry;
}

class Guarantees<R, W> implements KeptFold {
  readonly #known = new Map<string, Known>();
  readonly #keys = new Keys();
  #exercised = 0;
  #failed: { says: string; evidence: readonly Entry[] } | undefined;

  constructor(
    readonly read: Keyed<R>,
    readonly o: Session<R, W>,
  ) {}

  see(entry: Entry): void {
    const { writes } = this.o;
    // One entry may be both: what an answer shows is judged before what it says of a write.
    const shown = this.#keys.in(this.read, entry);
    const place = shown && quietly(() => this.o.at(shown.value));
    if (shown && place !== undefined) this.#shows(shown.key, place, entry);
    const write = writes && this.#keys.in(writes.told, entry);
    const at = write && quietly(() => writes.at(write.value));
    if (write && at !== undefined) this.#knows(write.key, { place: at, how: 'written', entry });
  }

  end(): Verdict {
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(
      this.#exercised,
      `${this.read.says} behind another read or a write of its session${this.#keys.aside}`,
    );
  }

  /** What a failover cut off was never written: nothing is promised by it. */
  unsee(lost: Entry): void {
    const { writes } = this.o;
    const write = writes && this.#keys.in(writes.told, lost);
    if (write && this.#known.get(write.key)?.entry === lost) this.#known.delete(write.key);
  }

  #shows(key: string, place: Place, entry: Entry): void {
    const before = this.#known.get(key);
    if (before) {
      this.#exercised++;
      if (place < before.place)
        this.#failed ??= {
          says: `session "${key}" was shown ${place} after ${before.place} was ${before.how}`,
          evidence: [before.entry, entry],
        };
    }
    this.#knows(key, { place, how: 'shown', entry });
  }

  #knows(key: string, known: Known): void {
    const before = this.#known.get(key);
    if (!before || known.place > before.place) this.#known.set(key, known);
  }
}
