/**
 * What code under test threw and nobody caught, in words, for people. It stands beside the history: texts and lines differ
 * between engines, so entries have the class of an error and its code only.
 */
import { basename, dirname, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { framesOf } from './stack.ts';
import { sentenceOf, stackOf, type Thrown } from './thrown.ts';

/** Of what says something else each time nobody reads more. */
const DIFFERENT_MAX = 5;
const SAYS_MAX = 300;

export class Throws {
  readonly #all = new Map<string, { -readonly [name in keyof Thrown]: Thrown[name] }>();

  note(by: string, error: unknown): void {
    const says = sentenceOf(error).slice(0, SAYS_MAX);
    const key = `${by}\n${says}`;
    const before = this.#all.get(key);
    if (before) before.times++;
    else if (this.#all.size < DIFFERENT_MAX) this.#all.set(key, { by, says, ...lineOf(error), times: 1 });
  }

  /** In the order in which each came first. */
  get all(): readonly Thrown[] {
    return [...this.#all.values()];
  }
}

const OWN = dirname(fileURLToPath(import.meta.url)) + sep;

function lineOf(error: unknown): { readonly at?: string } {
  const frames = framesOf(stackOf(error) ?? '');
  const frame = frames.find(({ file }) => !file.startsWith(OWN) && !file.includes(`${sep}node_modules${sep}`));
  return frame ? { at: `${basename(frame.file)}:${frame.line}` } : {};
}
