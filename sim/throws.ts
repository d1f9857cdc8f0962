/**
 * What code under test threw and nobody caught, in words, for people. It stands beside the history: texts and lines differ
 * between engines, so entries have the class of an error and its code only. Errors of one class from one line are one kind,
 * whatever id their texts name.
 */
import { thrownAt } from './stack.ts';
import { nameOf, sentenceOf, type Thrown } from './thrown.ts';

/** Of what throws something else each time nobody reads more. */
const TOLD_MAX = 5;
/** To read a stack takes as long as hundreds of steps: so many are read, and what comes later goes by its class. */
const READ_MAX = 20;
const SAYS_MAX = 300;

interface Kind extends Thrown {
  readonly name: string;
  times: number;
}

export class Throws {
  readonly #kinds: Kind[] = [];
  readonly #read = new Map<string, Kind>();

  note(by: string, error: unknown): void {
    const says = shown(sentenceOf(error));
    const text = `${by}\n${says}`;
    const kind = this.#read.get(text) ?? this.#kindOf(by, error, says);
    if (this.#read.size < READ_MAX) this.#read.set(text, kind);
    kind.times++;
  }

  #kindOf(by: string, error: unknown, says: string): Kind {
    const name = nameOf(error);
    const isRead = this.#read.size < READ_MAX;
    const at = isRead ? thrownAt(error) : undefined;
    const isThere = (kind: Kind): boolean => (at === undefined ? kind.says === says : kind.at === at);
    const found = this.#kinds.find((kind) => kind.by === by && kind.name === name && (!isRead || isThere(kind)));
    if (found) return found;
    const kind = { by, name, says, ...(at !== undefined && { at }), times: 0 };
    this.#kinds.push(kind);
    return kind;
  }

  /** Those that were thrown most often, in the order in which each came first. */
  get all(): readonly Thrown[] {
    const most = new Set(this.#kinds.toSorted((a, b) => b.times - a.times).slice(0, TOLD_MAX));
    return this.#kinds
      .filter((kind) => most.has(kind))
      .map(({ by, says, at, times }) => ({ by, says, ...(at !== undefined && { at }), times }));
  }
}

/** On one line, and not endless. */
function shown(text: string): string {
  const line = text.slice(0, 2 * SAYS_MAX).replace(/[\p{Cc}\s]+/gu, ' ');
  return line.length <= SAYS_MAX ? line : `${line.slice(0, SAYS_MAX - 1).replace(/\p{Cs}$/u, '')}…`;
}
