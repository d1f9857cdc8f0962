/** What a command says to people. */
import type { FailureResult, Overall, ScenarioResult } from '../properties/runner/result.ts';
import { EXERCISED_MIN } from '../properties/runner/tally.ts';
import { EXIT, isCutOff, isMissed, judge } from '../reports/exit-codes.ts';
import { canaryLine, correctLines, detectedLines, detectHead, effortLines, summaryLines } from './detect-text.ts';
import { expectedFailureLines, failureLines } from '../reports/terminal/failure-text.ts';
import { listLines } from './list-text.ts';
import type { End, Output, ScenarioTold, Start } from './output.ts';
import { matrixLines } from './matrix-text.ts';
import { type Paint, paintOf } from '../reports/terminal/paint.ts';
import { savedLines } from './saved-text.ts';
import { replayLines } from './replay-text.ts';
import { visible } from '../reports/terminal/terminal-text.ts';
import { failureLabel, propertyLabel } from '../reports/standing.ts';
import { clip, count } from '../reports/text.ts';

const SAYS_MAX = 300;

/** Real failures wait for the end: there they name the report, and stand where the eye is. */
export function humanOutput(out: (line: string) => void, colors: boolean): Output {
  const paint = paintOf(colors);
  const failures: { failure: FailureResult; seed: number; replay: string }[] = [];
  let cap = { guided: 0, random: 0 };
  const lines = (all: readonly string[]): void => all.forEach((line) => out(line));
  return {
    start: (start) => lines(startLines(start, paint)),
    scenario: (told) => {
      lines(scenarioLines(told, paint));
      if (isExpected(told)) lines(caughtLines(told, paint));
      else
        failures.push(
          ...told.result.failures.map((failure) => ({
            failure,
            seed: told.result.seed,
            replay: told.replayOf(failure),
          })),
        );
    },
    matrix: ({ result, replayOf }) => {
      lines(matrixLines(result, paint));
      failures.push(...result.failures.map((failure) => ({ failure, seed: result.seed, replay: replayOf(failure) })));
    },
    replayed: (told) => lines(replayLines(told, paint)),
    listed: (found) => lines(listLines(found, paint)),
    effort: (effort) => {
      cap = { guided: effort.guidedRuns, random: effort.randomRuns };
      lines([...effortLines(effort, paint), '']);
    },
    canary: (canary) => out(canaryLine(canary, paint)),
    correctRuns: ({ correct, replayOf }) => {
      lines(['', ...correctLines(correct, paint), detectHead(paint)]);
      failures.push(...correct.failures.map((failure) => ({ failure, seed: failure.seed, replay: replayOf(failure) })));
    },
    detected: (detection) => lines(detectedLines(detection, cap, paint)),
    detectSummary: (summary) => lines(['', ...summaryLines(summary, paint)]),
    end: (end) => {
      for (const { failure, ...around } of failures) {
        lines(['', ...failureLines(failure, { ...around, report: end.report }, paint)]);
      }
      lines(['', endLine(end, paint)]);
    },
  };
}

function startLines({ eddy, seed, given, scenarios }: Start, paint: Paint): readonly string[] {
  const own = scenarios.map((one) => `${visible(one.scenario)} ${one.seed}`).join(', ');
  const seeds = given || scenarios.length === 0 ? `${seed}` : `${own} (from the name; --seed gives another)`;
  return [`${paint.bold(`Eddy ${eddy}`)}  seed ${seeds}`, ''];
}

const MARKS = { pass: '✓', fail: '✗', unknown: '?' } as const;

function colorOf(verdict: Overall, paint: Paint): (text: string) => string {
  return { pass: paint.green, fail: paint.red, unknown: paint.yellow }[verdict];
}

/** The expected property was violated by a wrong variant, as it should be. */
function isExpected({ result, all }: ScenarioTold): boolean {
  return all && result.variant !== 'correct' && result.caught === true;
}

/** The failure that was asked for; what else it broke is in the report. */
function caughtLines({ result, replayOf }: ScenarioTold, paint: Paint): readonly string[] {
  const failure = result.failures.find(({ property }) => property === result.expected);
  return failure ? expectedFailureLines(failure, replayOf(failure), paint) : [];
}

function scenarioLines(told: ScenarioTold, paint: Paint): readonly string[] {
  const { result, all, elapsedMs } = told;
  const verdict = judge(result, all);
  const head = `${MARKS[verdict]} ${visible(result.scenario).padEnd(16)} ${visible(result.variant).padEnd(26)}`;
  const runs = `${result.runs} ${result.runs === 1 ? 'run' : 'runs'}`.padStart(10);
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`.padStart(8);
  return [
    `${colorOf(verdict, paint)(`${head} ${wordOf(told).padEnd(16)}`)} ${paint.dim(`${runs} ${seconds}`)}`,
    ...savedLines(result.saved ?? [], paint),
    ...doubtLines(told, paint),
  ];
}

function wordOf({ result, all }: ScenarioTold): string {
  if (result.diverged) return 'not deterministic';
  if (isCutOff(result)) return 'cut off';
  if (isMissed(result, all)) return 'missed';
  if (all && result.variant !== 'correct') return `caught by ${result.expected}`;
  return { pass: 'holds', fail: 'fails', unknown: 'inconclusive' }[result.verdict];
}

/** Why it is not plain: two runs differed, a wrong variant got away, or a premise never came up. */
function doubtLines(told: ScenarioTold, paint: Paint): readonly string[] {
  if (isExpected(told)) return [];
  const { result } = told;
  const needless = result.properties.filter(({ verdict, says }) => verdict === 'pass' && says !== undefined);
  const missed = result.caught === false && result.because !== undefined;
  return [
    ...(result.diverged ? [paint.red(`    ${clip(visible(result.diverged.says), SAYS_MAX)}`)] : []),
    ...(result.leaked
      ? [
          `    ${paint.yellow('?')} leaked: ${result.leaked.count} calls of code that went on when its run was over: ${clip(visible(result.leaked.calls.join('; ')), SAYS_MAX)}`,
        ]
      : []),
    ...(missed
      ? [
          `    ${visible(result.expected)} should fail: ${clip(visible(result.because ?? ''), SAYS_MAX)}${inItsPlace(result)}`,
        ]
      : []),
    ...unknownLines(result, paint),
    ...unendedLines(told, paint),
    ...needless.map(({ id, name, says }) =>
      paint.dim(
        `    ${visible(propertyLabel({ id, name }))} holds; of its ends ${clip(visible(says ?? ''), SAYS_MAX)}`,
      ),
    ),
  ];
}

/** Runs that went on until a bound, and what replays the first. */
function unendedLines({ result: { unended }, replayOf }: ScenarioTold, paint: Paint): readonly string[] {
  if (!unended) return [];
  const { says, token } = unended;
  return [
    `    ${paint.yellow('?')} ${clip(visible(says), SAYS_MAX)}`,
    ...(token === '' ? [] : [paint.dim(`      ${replayOf({ token })}`)]),
  ];
}

/** Of a wrong variant that is missed: what failed, if not what should. */
function inItsPlace({ failures }: ScenarioResult): string {
  const others = [...new Set(failures.map(failureLabel))];
  return others.length === 0 ? '' : `; in its place failed ${clip(visible(others.join(', ')), SAYS_MAX)}`;
}

/** Of a campaign that ended at its first failure nothing else was to be expected. */
function unknownLines({ properties, runs, verdict }: ScenarioResult, paint: Paint): readonly string[] {
  const unknown = properties.filter((property) => property.verdict === 'unknown');
  const mark = `    ${paint.yellow('?')}`;
  if (verdict === 'fail' && runs < EXERCISED_MIN && unknown.length > 1)
    return [`${mark} nothing can be said of ${unknown.length} others: it ended after ${count(runs, 'run')}`];
  return unknown.slice(0, 5).map(({ id, name, says, exercised }) => {
    const why = says ?? `its premise came up in ${count(exercised, 'run')}`;
    return `${mark} ${visible(propertyLabel({ id, name }))}: ${clip(visible(why), SAYS_MAX)}`;
  });
}

function endLine({ verdict, exitCode, report }: End, paint: Paint): string {
  const where = report === undefined ? '' : `  report: ${visible(report)}`;
  if (exitCode === EXIT.interrupted) return `${paint.yellow('? interrupted')}${where}`;
  const word = { pass: 'pass', fail: 'fail', unknown: 'inconclusive' }[verdict];
  return `${colorOf(verdict, paint)(`${MARKS[verdict]} ${word}`)}${where}`;
}
