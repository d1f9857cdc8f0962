/** All mutants of a file: what each mutator makes of each place. */
import { parseSync } from 'oxc-parser';
import { literals } from './mutators/literals.ts';
import { methods } from './mutators/methods.ts';
import type { Edit, Mutator } from './mutators/mutator.ts';
import { operators } from './mutators/operators.ts';
import { awaits, conditions, removals } from './mutators/statements.ts';
import { placesIn } from './tree.ts';

export interface Mutant extends Edit {
  /** From the project's folder on. */
  readonly file: string;
  readonly line: number;
  /** What stood there. */
  readonly from: string;
}

const MUTATORS: readonly Mutator[] = [operators, literals, conditions, removals, methods, awaits];

export function mutantsOf(file: string, text: string): readonly Mutant[] {
  return placesIn(parseSync(file, text).program).flatMap((place) =>
    MUTATORS.flatMap((mutator) =>
      mutator(place, text).map((edit) => ({
        ...edit,
        file,
        line: text.slice(0, edit.start).split('\n').length,
        from: text.slice(edit.start, edit.end),
      })),
    ),
  );
}

/** The file's text with the change made. */
export function mutated(text: string, { start, end, to }: Edit): string {
  return text.slice(0, start) + to + text.slice(end);
}

/** The same for the same change of the same text. */
export function idOf({ file, start, end, to }: Mutant): string {
  return `${file}:${start}-${end}:${to}`;
}

/** One line for people: where, what was done, and what stood there. */
export function described({ file, line, what, from, to }: Mutant): string {
  const one = (text: string): string => {
    const flat = text.replace(/\s+/g, ' ');
    return flat.length > 60 ? `${flat.slice(0, 59)}…` : flat;
  };
  return `${file}:${line}  ${what}: ${one(from)}${to === '' || to === ';' ? '' : ` -> ${one(to)}`}`;
}
