/** `eddy report`: renders a saved result again. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { EddyError } from '../../sim/errors.ts';
import type { CampaignResult } from '../../properties/runner/result.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import { EXIT } from '../../reports/exit-codes.ts';
import { writtenReport } from '../finish.ts';
import type { Host } from '../host.ts';
import { humanOutput } from '../human.ts';
import { jsonOutput } from '../output.ts';
import { prepareOut } from '../out.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import { clip } from '../../reports/text.ts';
import { usage } from '../usage.ts';

export interface ReportOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Ends with 0 when the report was written: what the campaign ended with is in it. */
export async function report(
  file: string,
  { out, json }: ReportOptions,
  host: Host,
  engine: Engine = realEngine,
): Promise<number> {
  const result = read(file, host, engine);
  prepareOut(out, host.cwd);
  const output = json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  const written = writtenReport(result, out, { host, engine });
  output.end({ verdict: result.verdict, exitCode: EXIT.pass, report: written });
  return EXIT.pass;
}

function read(file: string, { cwd }: Host, engine: Engine): CampaignResult {
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
