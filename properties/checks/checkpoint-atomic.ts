/**
 * C2 checkpoint-atomic: a checkpoint at c goes with the effects of the events up to c, each of them once, and with those of
 * no later one. While a consumer is at work nobody sees the difference; it counts where somebody goes on from the
 * checkpoint: when the process that wrote last has died, and at the end. A second effect of one event counts at once.
 */
import { type Keyed, pick, type Selector } from '../../sim/selectors.ts';
import { endsAtBound, type Entry, passed, type Property, type Verdict } from '../property.ts';
import { asKept, type KeptFold } from './as-kept.ts';
import { Keys } from './keys.ts';
import { Standing } from './standing.ts';
import { endsProcess } from './versions.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

/** What `checkpointAtomic` is told besides. */
export interface Checkpointed<T> {
  /** What says that the view was emptied, to be built again: a row of it that is deleted. */
  readonly reset?: Selector<unknown>;
  /** Whether an event changes the view; default: each does. */
  readonly affects?: (event: T) => boolean;
  readonly name?: string;
}

/**
 * All keys are those of events. A transaction that writes one row for several events shows the last of them alone.
 * @param log every event, in order
 * @param effects committed changes of the view, by the event that each came from
 * @param checkpoint its committed values, by the last event that it covers; any other key: none is covered yet
 */
export function checkpointAtomic<T>(
  log: Keyed<T>,
  effects: readonly Keyed<unknown>[],
  checkpoint: readonly Keyed<unknown>[],
  o: Checkpointed<T> = {},
): Property {
  checkArguments('checkpointAtomic', {
    log: [log, 'keyed'],
    effects: [effects, 'keyed ones'],
    checkpoint: [checkpoint, 'keyed ones'],
    reset: [o.reset, 'selector?'],
    affects: [o.affects, 'function?'],
  });
  checkSlips('checkpointAtomic', o, { reset: true, affects: true, name: true });
  return {
    id: 'C2',
    name: o.name ?? 'checkpoint-atomic',
    kind: 'safety',
    selectors: [log, ...effects, ...checkpoint],
    start: () => asKept(new Atomicity(log, effects, checkpoint, o)),
  };
}

class Atomicity<T> implements KeptFold {
  /** Those of a transaction come when it is committed, and stand where they were appended. */
  readonly #events = new Standing();
  readonly #affecting = new Set<string>();
  /** Events without their effect. */
  #waiting = new Set<string>();
  #done = new Map<string, Entry>();
  /** The last event that has its effect. */
  #furthest: { readonly key: string; readonly place: number } | undefined;
  #covered: { readonly place: number; readonly entry: Entry } | undefined;
  /** The process that wrote last. */
  #writer: string | undefined;
  #exercised = 0;
  readonly #keys = new Keys();
  #failed: { says: string; evidence: Entry[] } | undefined;

  constructor(
    readonly log: Keyed<T>,
    readonly effects: readonly Keyed<unknown>[],
    readonly checkpoint: readonly Keyed<unknown>[],
    readonly o: Checkpointed<T>,
  ) {}

  see(entry: Entry): void {
    if (this.#failed) return;
    const event = this.#keys.in(this.log, entry);
    if (event) this.#remember(event.key, event.value, entry);
    if (this.o.reset && pick(this.o.reset, entry)) this.#forget(entry);
    for (const effect of this.effects) {
      const found = this.#keys.in(effect, entry);
      if (found) this.#happened(effect.says, found.key, entry);
    }
    for (const each of this.checkpoint) {
      const found = this.#keys.in(each, entry);
      if (!found) continue;
      this.#covered = { place: this.#placeOf(found.key) ?? -1, entry };
      this.#writer = entry.process;
    }
    const isOver = entry.kind === 'ended' && !endsAtBound(entry);
    if (isOver || (endsProcess(entry) && entry.process === this.#writer)) this.#judge(entry);
  }

  unsee(lost: Entry): void {
    const key = this.#keys.in(this.log, lost)?.key;
    this.#events.remove(key, lost);
    if (key === undefined || this.#events.first(key)) return;
    this.#affecting.delete(key);
    this.#waiting.delete(key);
  }

  end(): Verdict {
    if (this.#failed) return { verdict: 'fail', ...this.#failed };
    return passed(this.#exercised, `effect of an event${this.#keys.says}`);
  }

  #remember(key: string, value: T, entry: Entry): void {
    const isKnown = this.#events.first(key) !== undefined;
    this.#events.add(key, entry);
    if (isKnown || (this.o.affects && !this.o.affects(value))) return;
    this.#affecting.add(key);
    this.#waiting.add(key);
  }

  #placeOf(key: string): number | undefined {
    return this.#events.first(key)?.n;
  }

  #forget(entry: Entry): void {
    this.#waiting = new Set(this.#affecting);
    this.#done = new Map();
    this.#furthest = undefined;
    this.#writer = entry.process;
  }

  #happened(says: string, key: string, entry: Entry): void {
    const place = this.#placeOf(key);
    if (place === undefined) return;
    this.#exercised++;
    this.#writer = entry.process;
    const before = this.#done.get(key);
    if (before && !isOneCommit(before, entry))
      this.#failed = { says: `${says}: the effect of "${key}" was made twice`, evidence: [before, entry] };
    this.#done.set(key, entry);
    this.#waiting.delete(key);
    if (!this.#furthest || place > this.#furthest.place) this.#furthest = { key, place };
  }

  /** Somebody goes on from here. */
  #judge(entry: Entry): void {
    const upTo = this.#covered?.place ?? -1;
    const at = this.#covered ? [this.#covered.entry] : [];
    const missing = this.#firstUpTo(upTo);
    if (missing !== undefined) {
      const says = `the checkpoint covers "${missing}", whose effect is not there`;
      this.#failed = { says, evidence: [...at, entry] };
    } else if (this.#furthest && this.#furthest.place > upTo) {
      const { key } = this.#furthest;
      const says = `the effect of "${key}" is there, but the checkpoint does not cover it`;
      this.#failed = { says, evidence: [...at, this.#done.get(key) as Entry, entry] };
    }
  }

  /** The first event without its effect, if a checkpoint at this place covers it. */
  #firstUpTo(place: number): string | undefined {
    let first: { readonly key: string; readonly at: number } | undefined;
    for (const key of this.#waiting) {
      const at = this.#placeOf(key) ?? Infinity;
      if (at <= place && at < (first?.at ?? Infinity)) first = { key, at };
    }
    return first?.key;
  }
}

/** The changes of one transaction stand side by side in the history, with one time and one cause. */
function isOneCommit(a: Entry, b: Entry): boolean {
  return a.timeUs === b.timeUs && a.process === b.process && a.causes[0] === b.causes[0];
}
