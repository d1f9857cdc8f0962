/** `eddy detect`: how many runs the search needs to catch each wrong variant, and whether it accuses what is right. */
import type { CorrectRuns } from '../../properties/runner/detection/correct.ts';
import type { Detection, DetectOptions, Effort } from '../../properties/runner/detection/detect.ts';
import { summaryOf } from '../../properties/runner/detection/summary.ts';
import { shellWord } from '../../reports/replay.ts';
import { type Engine, engine as realEngine } from '../engine.ts';
import { detectExit, detectVerdict, EXIT } from '../../reports/exit-codes.ts';
import { type Host, runLimitMs } from '../host.ts';
import { humanOutput } from '../human.ts';
import { replayCommand } from '../keep.ts';
import { readCount } from '../options.ts';
import { jsonOutput, type Output } from '../output.ts';
import { progressOf } from '../progress.ts';
import { version } from '../../reports/project.ts';
import { detectionResult } from '../detection-result.ts';
import { writtenReport } from '../finish.ts';
import { prepareOut } from '../out.ts';
import { findScenarios, type Found } from '../scenarios.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import { troubleExit } from '../trouble.ts';

/** As typed. */
export interface DetectTyped {
  readonly quick?: boolean;
  readonly seeds?: string;
  readonly runs?: string;
  /** Also writes the report there. */
  readonly out?: string;
  readonly json?: boolean;
}

interface With {
  readonly host: Host;
  readonly engine: Engine;
  readonly output: Output;
  readonly effort: Effort;
}

interface Measured {
  readonly detections: Detection[];
  readonly corrects: CorrectRuns[];
}

export async function detect(
  names: readonly string[],
  typed: DetectTyped,
  host: Host,
  engine: Engine = realEngine,
): Promise<number> {
  const effort = effortOf(typed, engine);
  const found = await findScenarios(names, host);
  if (typed.out !== undefined) prepareOut(typed.out, host.cwd);
  const output = typed.json ? jsonOutput(host.out) : humanOutput(host.out, host.colors);
  const command = host.typed.map(shellWord).join(' ');
  const scenarios = found.map(({ scenario }) => ({ scenario: scenario.name, seed: 1 }));
  output.start({ eddy: version(), command, seed: 1, given: true, scenarios });
  output.effort({ ...effort, quick: typed.quick === true });
  const measured: Measured = { detections: [], corrects: [] };
  try {
    for (const canary of await watched('canary', host, (o) => engine.singCanary(o))) output.canary(canary);
    for (const one of found) await measure(one, measured, { host, engine, output, effort });
  } catch (trouble) {
    const exitCode = host.signal.aborted ? EXIT.interrupted : troubleExit(trouble);
    output.end({ verdict: 'unknown', exitCode });
    if (host.signal.aborted) return exitCode;
    throw trouble;
  }
  const { detections, corrects } = measured;
  output.detectSummary({
    ...summaryOf(detections, corrects, effort),
    quick: typed.quick === true,
    seeds: effort.seeds,
  });
  const exitCode = detectExit(detections, corrects, host.signal.aborted);
  const verdict = detectVerdict(exitCode);
  const result = { ...detectionResult(detections, corrects, effort), command, verdict, exitCode };
  const report = typed.out === undefined ? {} : { report: writtenReport(result, typed.out, { host, engine }) };
  output.end({ verdict, exitCode, ...report });
  return exitCode;
}

/** @throws EddyError EDDY_USAGE */
function effortOf({ quick, seeds, runs }: DetectTyped, engine: Engine): Effort {
  const usual = engine.effort[quick === true ? 'quick' : 'full'];
  return {
    ...usual,
    ...(seeds === undefined ? {} : { seeds: readCount('--seeds', seeds) }),
    ...(runs === undefined ? {} : { randomRuns: readCount('--runs', runs) }),
  };
}

/** The correct variant, then the wrong ones; of a scenario that has none, those made by sabotage. */
async function measure(found: Found, { detections, corrects }: Measured, w: With): Promise<void> {
  const { scenario } = found;
  const { host, engine, output, effort } = w;
  const { name } = scenario;
  if (host.signal.aborted) return;
  const correct = await watched(`${name} (correct)`, host, (o) => engine.correctRuns(scenario, { ...effort, ...o }));
  corrects.push(correct);
  output.correctRuns({ correct, replayOf: ({ token }) => replayCommand(token, found, host) });
  const wrong = scenario.variants.map((variant) => ({ shape: scenario, variant, of: variant, what: undefined }));
  const made = (wrong.length > 0 ? [] : await engine.sabotaged(scenario)).map(({ shape, variant, what }) => ({
    shape,
    variant: 'correct',
    of: variant,
    what,
  }));
  for (const { of, what, ...given } of [...wrong, ...made]) {
    if (host.signal.aborted) return;
    const measured = await watched(`${name} (${of})`, host, (o) => engine.detect(given, { ...effort, ...o }));
    // What was cut off after too few seeds is no measurement.
    if (host.signal.aborted && measured.random.seeds < effort.seeds) return;
    const detection = { ...measured, variant: of, ...(what === undefined ? {} : { sabotage: what }) };
    detections.push(detection);
    output.detected(detection);
  }
}

type Around = Pick<DetectOptions, 'signal' | 'onProgress'>;

async function watched<T>(label: string, host: Host, work: (o: Around) => Promise<T>): Promise<T> {
  const progress = progressOf(label, host, label.endsWith('(correct)') ? 'runs' : 'campaigns');
  host.watch({ phase: 'run', what: visible(label), limitMs: runLimitMs(host.env) });
  try {
    return await work({ signal: host.signal, onProgress: progress.update });
  } finally {
    progress.stop();
    host.watch({ phase: 'idle' });
  }
}
