/** The end of a campaign, whatever ended it: reports of what was found, the exit code. */
import { isAbsolute, relative, resolve } from 'node:path';
import { type CampaignResult, RESULT_SCHEMA, type ScenarioResult } from '../properties/runner/result.ts';
import type { Engine } from './engine.ts';
import { campaignExit, overall } from '../reports/exit-codes.ts';
import type { Host } from './host.ts';
import type { Output } from './output.ts';
import { comparedWith } from '../reports/since.ts';
import { version } from '../reports/project.ts';
import { guarded } from '../reports/failures.ts';
import { troubleExit } from './trouble.ts';

export interface Found {
  readonly results: readonly ScenarioResult[];
  /** What a campaign threw. */
  readonly trouble: unknown;
  readonly all: boolean;
  readonly out: string;
  readonly seed: number;
  readonly command: string;
  /** An earlier result: what is new since then is told. */
  readonly former?: CampaignResult | undefined;
}

interface With {
  readonly host: Host;
  readonly engine: Engine;
  readonly output: Output;
}

/** @throws what ended the campaigns, after what was found before is written */
export function finish(found: Found, { host, engine, output }: With): number {
  const { results, trouble, all, out } = found;
  const interrupted = host.signal.aborted;
  const exitCode =
    trouble === undefined || interrupted ? campaignExit(results, { all, interrupted }) : troubleExit(trouble);
  const verdict = trouble === undefined ? overall(results, all) : 'unknown';
  const made: CampaignResult = {
    schema: RESULT_SCHEMA,
    eddy: version(),
    seed: found.seed,
    command: found.command,
    verdict,
    exitCode,
    scenarios: results,
  };
  const result = found.former === undefined ? made : comparedWith(made, found.former);
  const report = results.length > 0 ? writtenReport(result, out, { host, engine }) : undefined;
  output.end({ verdict, exitCode, report });
  if (trouble !== undefined && !interrupted) throw trouble;
  return exitCode;
}

/** The path of the HTML page, relative where `--out` is. */
export function writtenReport(
  result: CampaignResult,
  out: string,
  { host, engine }: { host: Host; engine: Engine },
): string {
  if (host.env['GITHUB_ACTIONS'] === 'true' && !host.typed.includes('--json')) {
    for (const line of engine.annotations(result)) host.err(line);
  }
  const { html } = guarded(out, () => engine.writeReports(result, resolve(host.cwd, out)));
  return isAbsolute(out) ? html : relative(host.cwd, html);
}
