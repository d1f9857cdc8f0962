/** Draws mutants of a folder, each with the same chance, and leaves out those that the compiler refuses. */
import { hashText, KeyedRandom } from '../../sim/kernel/random.ts';
import { Compiler } from './compiler.ts';
import type { Copy } from './copy.ts';
import type { Journal } from './journal.ts';
import { idOf, type Mutant, mutantsOf } from './mutants.ts';

export interface Drawn {
  /** All that the folder has, refused ones among them. */
  readonly all: number;
  readonly mutants: readonly Mutant[];
  /** How many of those looked at the compiler refused. */
  readonly refused: number;
}

/** @param under a folder, or one file */
export function allUnder(copy: Copy, under: string): readonly Mutant[] {
  return copy.files
    .filter((file) => file === under || file.startsWith(`${under}/`))
    .filter((file) => !/\.(spec|fixture)\.ts$/.test(file))
    .flatMap((file) => mutantsOf(file, copy.read(file)));
}

/** @param wanted how many that compile */
export function draw(copy: Copy, journal: Journal, all: readonly Mutant[], wanted: number, seed: number): Drawn {
  const random = new KeyedRandom(seed);
  const order = all
    .map((mutant) => ({ mutant, at: random.uint32(hashText(idOf(mutant))) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ mutant }) => mutant);
  const mutants: Mutant[] = [];
  let looked = 0;
  while (mutants.length < wanted && looked < order.length) {
    const next = order.slice(looked, looked + wanted - mutants.length);
    looked += next.length;
    mutants.push(...known(copy, journal, next));
  }
  return { all: all.length, mutants, refused: looked - mutants.length };
}

/** Those of them that compile. */
function known(copy: Copy, journal: Journal, mutants: readonly Mutant[]): readonly Mutant[] {
  const fresh = mutants.filter((mutant) => !journal.mutants.has(idOf(mutant)));
  if (fresh.length > 0) {
    const compiler = new Compiler(copy);
    for (const mutant of fresh)
      journal.add({ mutant: idOf(mutant), outcome: { is: compiler.accepts(mutant) ? 'compiles' : 'refused' } });
    compiler.close();
  }
  return mutants.filter((mutant) => journal.mutants.get(idOf(mutant))?.is !== 'refused');
}
