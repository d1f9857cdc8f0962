/** `eddy repro`: replays a saved failure and says whether it still happens. */
import type { ReplayResult, Repro } from '../../properties/runner/replay.ts';
import type { ScenarioResult } from '../../properties/runner/result.ts';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import { EddyError } from '../../sim/errors.ts';
import { replayExit, replayVerdict } from '../../reports/exit-codes.ts';
import { writtenReport } from '../finish.ts';
import { type Host, runLimitMs } from '../host.ts';
import { humanOutput } from '../human.ts';
import { jobsOf } from '../jobs.ts';
import { jsonOutput } from '../output.ts';
import { version } from '../../reports/project.ts';
import { prepareOut } from '../out.ts';
import { readNamed } from '../read-file.ts';
import { findScenarios, type Found } from '../scenarios.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import { shellWord } from '../../reports/replay.ts';
import { usage } from '../usage.ts';

export interface ReproOptions {
  readonly trace?: boolean;
  readonly neighbourhood?: boolean;
  readonly variant?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** @param file the scenario's file, for one that its name does not find */
export async function repro(
  what: string,
  file: string | undefined,
  options: ReproOptions,
  host: Host,
  engine: Engine = realEngine,
): Promise<number> {
  const saved = savedFailure(what, host, engine);
  const found = await scenarioOf(saved, file, host);
  const variant = options.variant ?? saved.variant;
  if (options.variant !== undefined) jobsOf([found], variant, engine.seedOf, false);
  if (options.out !== undefined) prepareOut(options.out, host.cwd);
  const output = options.json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  const command = host.typed.map(shellWord).join(' ');
  const { seed, scenario } = saved;
  output.start({ eddy: version(), command, seed, given: true, scenarios: [{ scenario, seed }] });
  const result = await replayed(saved, found, { variant, neighbourhood: options.neighbourhood === true }, host, engine);
  output.replayed({ repro: saved, variant, result, trace: options.trace === true });
  const exitCode = replayExit(result);
  const verdict = replayVerdict(result);
  const report =
    options.out === undefined
      ? undefined
      : writtenReport(
          {
            schema: 1,
            eddy: version(),
            seed,
            command,
            verdict,
            exitCode,
            scenarios: [asScenario(found.scenario, saved, variant, result)],
          },
          options.out,
          { host, engine },
        );
  output.end({ verdict, exitCode, report });
  return exitCode;
}

/** A token is its own text; anything else is the path of a file, which is named where it is wrong. */
function savedFailure(what: string, { cwd }: Host, { readRepro }: Engine): Repro {
  if (/^eddy\d+\./.test(what)) return readRepro(what);
  const text = readNamed({ file: what, cwd, give: 'give a token (eddy1....) or the path of a saved failure' });
  try {
    return readRepro(text);
  } catch (error) {
    if (error instanceof EddyError) throw new EddyError(error.code, `${what}: ${error.message}`, error.data);
    throw error;
  }
}

async function scenarioOf(saved: Repro, file: string | undefined, host: Host): Promise<Found> {
  if (file === undefined && /[\\/]|\.[cm]?[jt]sx?$/.test(saved.scenario))
    throw usage(`The failure is of a scenario "${saved.scenario}"; name the file that holds it as a second argument`);
  const found = await findScenarios([file ?? saved.scenario], host);
  const one = found.find(({ scenario }) => scenario.name === saved.scenario);
  if (!one)
    throw usage(`${file} holds no scenario "${saved.scenario}", which the failure is of; name the file that does`);
  return one;
}

async function replayed(
  saved: Repro,
  { scenario, source }: Found,
  o: { variant: string; neighbourhood: boolean },
  host: Host,
  engine: Engine,
): Promise<ReplayResult> {
  const limitMs = runLimitMs(host.env);
  host.watch({ phase: 'run', what: visible(`${scenario.name} (${o.variant})`), limitMs });
  const crew = engine.crew(1, limitMs);
  const hands = crew.handsFor({ source, scenario: scenario.name, variant: o.variant });
  try {
    return await engine.replay(scenario, saved, { ...o, source, hands });
  } finally {
    host.watch({ phase: 'idle' });
    await crew.close();
  }
}

/** What the report shows of a replay. */
function asScenario(shape: ScenarioShape, saved: Repro, variant: string, result: ReplayResult): ScenarioResult {
  const verdict = replayVerdict(result);
  const wrong = shape.wrong[variant];
  return {
    scenario: shape.name,
    story: shape.story,
    variant,
    expected: wrong ? wrong.breaks : 'pass',
    ...(wrong && { because: wrong.because, caught: verdict === 'fail' && wrong.breaks === saved.property }),
    seed: saved.seed,
    verdict,
    runs: 1 + (result.neighbourhood?.runs ?? 0),
    digest: result.digest,
    properties: shape.properties
      .filter(({ id }) => id === saved.property)
      .map(({ id, name, kind }) => ({ id, name, kind, verdict, exercised: 1, says: result.says.join('; ') })),
    faults: [],
    assumes: shape.faults.assumes ?? [],
    without: shape.faults.without ?? {},
    failures: result.failure ? [result.failure] : [],
  };
}
