/** Which scenario in which variant: one campaign each. */
import type { Found } from './scenarios.ts';
import { suggestion, usage } from './usage.ts';

export interface Job {
  readonly found: Found;
  readonly variant: string;
  readonly seed: number;
}

/**
 * `all` is the correct variant and every wrong one. Of several scenarios, those that have the variant are run.
 * @param takesAll false: there is one variant to a command
 * @throws EddyError EDDY_USAGE when none of them has it
 */
export function jobsOf(
  found: readonly Found[],
  variant: string,
  seedOf: (name: string) => number,
  takesAll = true,
): readonly Job[] {
  const jobs = found.flatMap((one) =>
    variantsOf(one)
      .filter((name) => variant === 'all' || name === variant)
      .map((name) => ({ found: one, variant: name, seed: seedOf(one.scenario.name) })),
  );
  if (jobs.length > 0) return jobs;
  const known = [...new Set([...(takesAll ? ['all'] : []), ...found.flatMap(variantsOf)])];
  const whose = found.length === 1 ? `Scenario ${found[0]?.scenario.name} has` : 'These scenarios have';
  throw usage(`${whose} no variant "${variant}"${suggestion(variant, known)}`);
}

function variantsOf({ scenario }: Found): readonly string[] {
  return ['correct', ...scenario.variants];
}
