/** Which specs a mutant has to pass: those near its file and quick ones first, so that most mutants end after a few. */
import type { Crew } from './crew.ts';
import { type Importers, specsThatSee } from './graph.ts';
import type { Journal } from './journal.ts';

/** Specs of commands, pages and packages start processes of their own; searches run for minutes. Neither is asked. */
const ASKED = /^(sim|properties\/checks|adapters|conformance|golden|scenarios)\//;
/** So many specs are measured in one go. */
const AT_ONCE = 8;

/** The specs of a file that may be asked, with their distances. @param within how their paths begin */
export function askable(file: string, importers: Importers, within: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    [...specsThatSee(file, importers)].filter(
      ([spec]) => ASKED.test(spec) && within.some((room) => spec.startsWith(room)),
    ),
  );
}

/**
 * The order in which they are asked.
 * @param budgetMs how long a mutant may be looked at, in usual times of specs
 */
export function chosen(distances: ReadonlyMap<string, number>, journal: Journal, budgetMs: number): readonly string[] {
  const known = [...distances].flatMap(([spec, distance]) => {
    const { ms, failed } = journal.specs.get(spec) ?? { ms: 0, failed: true };
    // One import further away is worth half as much; 10 ms is what loading it takes.
    return failed ? [] : [{ spec, ms, cost: (10 + ms) * 2 ** distance }];
  });
  let spentMs = 0;
  return known
    .toSorted((a, b) => a.cost - b.cost)
    .filter(({ ms }) => {
      if (spentMs + ms > budgetMs) return false;
      spentMs += ms;
      return true;
    })
    .map(({ spec }) => spec);
}

/** Runs on the code as it is those of the specs that were not run yet; one that fails there can kill nobody. */
export async function measure(
  specs: readonly string[],
  crew: Crew,
  journal: Journal,
  isOver: () => boolean,
): Promise<void> {
  for (;;) {
    const left = specs.filter((spec) => !journal.specs.has(spec)).slice(0, AT_ONCE);
    if (left.length === 0 || isOver()) return;
    const outcome = await crew.run({ changed: [], specs: left }, (spec, ms) => journal.add({ spec, ms }));
    if (outcome.is === 'passed') {
      for (const spec of left) if (!journal.specs.has(spec)) journal.add({ spec, ms: 0, failed: true });
    } else {
      const [first = ''] = outcome.by.split(' > ');
      const spec = left.includes(first) ? first : (left.find((each) => !journal.specs.has(each)) ?? first);
      journal.add({ spec, ms: 0, failed: true });
    }
  }
}
