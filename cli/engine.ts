/** The rooms below, as the commands use them; a spec hands in others. */
import { campaign, seedOf } from '../properties/runner/campaign.ts';
import { singCanary } from '../properties/runner/detection/canary.ts';
import { correctRuns } from '../properties/runner/detection/correct.ts';
import { detect as detectOne, type Effort, FULL, QUICK } from '../properties/runner/detection/detect.ts';
import { sabotaged } from '../properties/runner/detection/sabotage/sabotage.ts';
import { ThreadCrew } from '../properties/runner/crew/crew.ts';
import type { Crew } from '../properties/runner/hands.ts';
import { matrix } from '../properties/runner/matrix.ts';
import { readRepro, replay, writeRepro } from '../properties/runner/replay.ts';
import { replaySaved, savedIn } from '../properties/runner/saved.ts';
import { annotations } from '../reports/annotations.ts';
import { readResult } from '../reports/json.ts';
import { writeReports } from '../reports/write.ts';

export const engine = {
  crew: (workers: number, limitMs: number): Crew => new ThreadCrew({ workers, limitMs }),
  campaign,
  detect: detectOne,
  correctRuns,
  singCanary,
  sabotaged,
  effort: { full: FULL, quick: QUICK } as Readonly<Record<'full' | 'quick', Effort>>,
  matrix,
  seedOf,
  readRepro,
  replay,
  writeRepro,
  savedIn,
  replaySaved,
  annotations,
  readResult,
  writeReports,
};

export type Engine = typeof engine;
