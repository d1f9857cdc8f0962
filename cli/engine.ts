/** The rooms below, as the commands use them; a spec hands in others. */
import { campaign, seedOf } from '../properties/runner/campaign.ts';
import { matrix } from '../properties/runner/matrix.ts';
import { readRepro, replay, writeRepro } from '../properties/runner/replay.ts';
import { replaySaved, savedIn } from '../properties/runner/saved.ts';
import { annotations } from '../reports/annotations.ts';
import { readResult } from '../reports/json.ts';
import { writeReports } from '../reports/write.ts';

export const engine = {
  campaign,
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
