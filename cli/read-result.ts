/** A result.json that an earlier run wrote. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EddyError } from '../sim/errors.ts';
import type { CampaignResult } from '../properties/runner/result.ts';
import { visible } from '../reports/terminal/terminal-text.ts';
import { clip } from '../reports/text.ts';
import type { Engine } from './engine.ts';
import type { Host } from './host.ts';
import { usage } from './usage.ts';

/** @throws EddyError EDDY_USAGE when it is missing or no result */
export function readSavedResult(file: string, { cwd }: Host, engine: Engine): CampaignResult {
  const shown = visible(clip(file, 200));
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw usage(`${shown}: ${why}; give the result.json that eddy run wrote into its --out folder`);
  }
  try {
    return engine.readResult(text);
  } catch (error) {
    const why = error instanceof EddyError ? error.message : 'it is no result that eddy run wrote; give a result.json';
    throw usage(`${shown}: ${why}`);
  }
}
