/** The failures saved in `repros/` of the folder at hand, replayed before a campaign looks for others. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { ScenarioResult } from '../properties/runner/result.ts';
import type { Crew } from '../properties/runner/hands.ts';
import type { ReplayedFailure } from '../properties/runner/saved.ts';
import type { Engine } from './engine.ts';
import type { Host } from './host.ts';
import type { Job } from './jobs.ts';
import type { Found } from './scenarios.ts';

const FOLDER = 'repros';

interface With {
  readonly host: Host;
  readonly engine: Engine;
  readonly crew: Crew;
}

/**
 * Those of the job's scenario. They are about code that is meant to be right: a wrong variant is there to fail.
 *
 * @throws EddyError EDDY_REPRO when a file there is no saved failure
 */
export async function savedFirst(
  { found: { scenario, source }, variant }: Job,
  { host, engine, crew }: With,
): Promise<readonly ReplayedFailure[]> {
  const folder = join(host.cwd, FOLDER);
  if (variant !== 'correct' || !existsSync(folder)) return [];
  const saved = engine.savedIn(folder).map(({ file, repro }) => ({ file: relative(host.cwd, file), repro }));
  return engine.replaySaved(scenario, variant, saved, crew.handsFor({ source, scenario: scenario.name, variant }));
}

/** The campaign's result with what became of them: one that fails again fails it, one that is stale leaves it open. */
export function withSaved(
  result: ScenarioResult,
  { known: isKnown, path }: Found,
  replayed: readonly ReplayedFailure[],
): ScenarioResult {
  if (replayed.length === 0) return result;
  const again = replayed.flatMap(({ failure }) => {
    if (!failure) return [];
    return isKnown ? [failure] : [{ ...failure, scenarioFile: path }];
  });
  const known = new Set(again.map(({ property, name }) => `${property} ${name}`));
  const others = result.failures.filter(({ property, name }) => !known.has(`${property} ${name}`));
  const diverged = result.diverged ?? replayed.find((each) => each.diverged)?.diverged;
  const isStale = replayed.some(({ saved }) => saved.verdict === 'stale');
  return {
    ...result,
    verdict: again.length > 0 ? 'fail' : result.verdict === 'pass' && isStale ? 'unknown' : result.verdict,
    saved: replayed.map(({ saved }) => saved),
    failures: [...again, ...others],
    ...(diverged ? { diverged } : {}),
  };
}
