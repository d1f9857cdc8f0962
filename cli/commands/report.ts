/** `eddy report`: renders a saved result again. */
import { type Engine, engine as realEngine } from '../engine.ts';
import { EXIT } from '../../reports/exit-codes.ts';
import { comparedWith } from '../../reports/since.ts';
import { writtenReport } from '../finish.ts';
import type { Host } from '../host.ts';
import { humanOutput } from '../human.ts';
import { jsonOutput } from '../output.ts';
import { prepareOut } from '../out.ts';
import { readSavedResult } from '../read-result.ts';

export interface ReportOptions {
  readonly out: string;
  /** An earlier result: what is new since then is told. */
  readonly since?: string;
  readonly json?: boolean;
}

/** Ends with 0 when the report was written: what the campaign ended with is in it. */
export async function report(
  file: string,
  { out, since, json }: ReportOptions,
  host: Host,
  engine: Engine = realEngine,
): Promise<number> {
  const saved = readSavedResult(file, host, engine);
  const result = since === undefined ? saved : comparedWith(saved, readSavedResult(since, host, engine));
  prepareOut(out, host.cwd);
  const output = json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  const written = writtenReport(result, out, { host, engine });
  output.end({ verdict: result.verdict, exitCode: EXIT.pass, report: written });
  return EXIT.pass;
}
