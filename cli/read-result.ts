/** A result.json that an earlier run wrote. */
import { EddyError } from '../sim/errors.ts';
import type { CampaignResult } from '../properties/runner/result.ts';
import type { Engine } from './engine.ts';
import type { Host } from './host.ts';
import { readNamed, shownFile } from './read-file.ts';
import { usage } from './usage.ts';

/** @throws EddyError EDDY_USAGE when it is missing or no result */
export function readSavedResult(file: string, { cwd }: Host, engine: Engine): CampaignResult {
  const text = readNamed({ file, cwd, give: 'give the result.json that eddy run wrote into its --out folder' });
  try {
    return engine.readResult(text);
  } catch (error) {
    const why = error instanceof EddyError ? error.message : 'it is no result that eddy run wrote; give a result.json';
    throw usage(`${shownFile(file)}: ${why}`);
  }
}
