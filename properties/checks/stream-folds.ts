/** Streams of events as they are appended, and the states that they fold to. Going forward costs each event once. */
import { sentenceOf } from '../../sim/thrown.ts';
import type { Entry } from '../property.ts';
import type { Evolution, Versioned } from './streams.ts';

interface Stream<T, S> {
  readonly events: { readonly value: T; readonly entry: Entry }[];
  /** How many of them are in the state. */
  folded: number;
  state: S;
}

type Folded<S> =
  | { readonly how: 'folded'; readonly state: S; readonly entry: Entry }
  | { readonly how: 'missing' }
  | { readonly how: 'threw'; readonly why: string; readonly entry: Entry };

export class StreamFolds<T extends Versioned, S> {
  readonly #streams = new Map<string, Stream<T, S>>();

  constructor(readonly evolution: Evolution<T, S>) {}

  add(value: T, entry: Entry): void {
    const stream = this.#streams.get(value.stream) ?? { events: [], folded: 0, state: this.evolution.initial() };
    this.#streams.set(value.stream, stream);
    stream.events.push({ value, entry });
  }

  /** The last event of each stream. */
  ends(): readonly T[] {
    return [...this.#streams.values()].flatMap(({ events }) => events.slice(-1).map(({ value }) => value));
  }

  /** The state as of a version, with the entry of the last event in it. */
  at(name: string, version: number): Folded<S> {
    const stream = this.#streams.get(name);
    const last = stream?.events[stream.folded - 1];
    if (!stream) return { how: 'missing' };
    if (last && last.value.version > version) {
      stream.folded = 0;
      stream.state = this.evolution.initial();
    }
    for (;;) {
      const next = stream.events[stream.folded];
      if (!next || next.value.version > version) break;
      try {
        stream.state = this.evolution.apply(stream.state, next.value);
      } catch (error) {
        return {
          how: 'threw',
          why: sentenceOf(error),
          entry: next.entry,
        };
      }
      stream.folded++;
    }
    const at = stream.events[stream.folded - 1];
    return at?.value.version === version ? { how: 'folded', state: stream.state, entry: at.entry } : { how: 'missing' };
  }
}
