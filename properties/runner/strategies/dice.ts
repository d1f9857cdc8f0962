/** Draws of a search: the n-th is the same whatever it is for, and how many there were is part of what is known. */
import type { KeyedRandom } from '../../../sim/kernel/random.ts';
import type { Candidate } from '../candidates.ts';
import type { Knowledge } from '../knowledge.ts';

export class Dice {
  constructor(
    readonly random: KeyedRandom,
    readonly known: Knowledge,
  ) {}

  /** A whole number of 32 bits. */
  next(): number {
    return this.random.uint32(this.known.draws++);
  }

  pick<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : list[this.next() % list.length];
  }

  shuffled<T>(list: readonly T[]): T[] {
    const left = [...list];
    return list.map(() => left.splice(this.next() % left.length, 1)[0] as T);
  }

  /** All kinds are equally likely, and each class within it, however many sites they fit. */
  pickByKind(candidates: readonly Candidate[]): Candidate | undefined {
    const kind = this.pick([...new Set(candidates.map(({ fault }) => fault.kind))]);
    const ofKind = candidates.filter(({ fault }) => fault.kind === kind);
    const of = this.pick([...new Set(ofKind.map((each) => each.class))]);
    return this.pick(ofKind.filter((each) => each.class === of));
  }
}
