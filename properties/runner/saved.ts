/**
 * The failing-case database: failures saved in files, replayed before anything new is looked for. What became of each is told
 * apart: it fails again, it is fixed, it is fixed where its operation has moved to, a fault of it had no effect, it is stale.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { EddyError } from '../../sim/errors.ts';
import type { ScenarioShape } from '../scenario.ts';
import type { Hands } from './hands.ts';
import { readRepro, replay, type ReplayResult } from './replay.ts';
import type { Repro } from './repro.ts';
import type { Divergence, FailureResult, SavedReplay } from './result.ts';

export interface SavedFailure {
  readonly file: string;
  readonly repro: Repro;
}

/** One that was replayed, with its failure where it fails again. */
export interface ReplayedFailure {
  readonly saved: SavedReplay;
  readonly failure?: FailureResult;
  readonly diverged?: Divergence;
}

/**
 * The saved failures in a file, or in the `.json` files of a folder, sorted by name.
 *
 * @throws EddyError EDDY_REPRO when there is no such path, or a file is no saved failure
 */
export function savedIn(path: string): readonly SavedFailure[] {
  return filesIn(path).map((file) => {
    try {
      return { file, repro: readRepro(readFileSync(file, 'utf8')) };
    } catch (error) {
      const why = error instanceof EddyError ? error.message : 'it cannot be read';
      throw new EddyError('EDDY_REPRO', `${file}: ${why}; mend or remove it`, { file });
    }
  });
}

/** Those of the scenario, each replayed on the variant; `hands` make the runs, else this thread does. */
export async function replaySaved(
  shape: ScenarioShape,
  variant: string,
  all: readonly SavedFailure[],
  hands?: Hands,
): Promise<readonly ReplayedFailure[]> {
  const replayed: ReplayedFailure[] = [];
  for (const { file, repro } of all) {
    if (repro.scenario === shape.name) replayed.push(await replayedOne(shape, variant, { file, repro }, hands));
  }
  return replayed;
}

/** A scenario that no longer has its property, or its items, has left it behind. */
async function replayedOne(
  shape: ScenarioShape,
  variant: string,
  { file, repro }: SavedFailure,
  hands: Hands | undefined,
): Promise<ReplayedFailure> {
  try {
    return became(file, repro, await replay(shape, repro, { variant, ...(hands ? { hands } : {}) }));
  } catch (error) {
    if (!(error instanceof EddyError) || error.code !== 'EDDY_REPRO') throw error;
    const { property, name } = repro;
    return { saved: { file, property, name, verdict: 'stale', says: [error.message] } };
  }
}

function became(
  file: string,
  repro: Repro,
  { verdict, says, moved, failure, diverged }: ReplayResult,
): ReplayedFailure {
  const { property, name } = repro;
  const found = { run: 0, strategy: 'saved', faults: repro.faults.map(({ sentence }) => sentence) };
  return {
    saved: { file, property, name, verdict: verdict === 'fixed' && moved.length > 0 ? 'moved' : verdict, says },
    ...(failure ? { failure: { ...failure, file, found: { ...found, items: repro.workload.length } } } : {}),
    ...(diverged ? { diverged } : {}),
  };
}

function filesIn(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith('.json'));
    return names.toSorted().map((name) => join(path, name));
  } catch {
    throw new EddyError('EDDY_REPRO', `There are no saved failures at "${path}": no such file or folder`, { path });
  }
}
