/** What detection showed, for people: a line for each variant, then what all of them say. */
import type { CorrectRuns } from '../properties/runner/detection/correct.ts';
import type { Detection } from '../properties/runner/detection/detect.ts';
import type { RunsToCatch } from '../properties/runner/detection/interval.ts';
import { isHard } from '../properties/runner/detection/summary.ts';
import type { CanaryResult } from '../properties/runner/detection/canary.ts';
import type { EffortTold, SummaryTold } from './output.ts';
import type { Paint } from '../reports/terminal/paint.ts';
import { visible } from '../reports/terminal/terminal-text.ts';

export function effortLines({ quick, seeds, guidedRuns, randomRuns, correctRuns }: EffortTold, paint: Paint): string[] {
  return [
    `${seeds} seeds; guided campaigns of at most ${guidedRuns} runs, random ones of ${randomRuns}; ${correctRuns} runs of each correct variant`,
    ...(quick ? [paint.yellow('--quick: enough to see that something broke; quote no number of it')] : []),
  ];
}

export function canaryLine({ variant, runs }: CanaryResult, paint: Paint): string {
  return paint.dim(`canary ${variant}: caught in run ${runs}`);
}

const NAME = 44;

export function detectHead(paint: Paint): string {
  return paint.dim(
    `  ${'variant'.padEnd(NAME)} ${'breaks'.padEnd(7)} ${'guided'.padEnd(14)} ${'p90'.padStart(5)}   ${'random'.padEnd(18)} ${'hard'}`,
  );
}

export function detectedLines(detection: Detection, cap: { guided: number; random: number }, paint: Paint): string[] {
  const { scenario, variant, expected, caught, guided, random, sabotage, violated, diverged } = detection;
  const sign = caught ? paint.green('✓') : sabotage === undefined ? paint.red('✗') : paint.yellow('?');
  const name = visible(`${scenario} ${variant}`).padEnd(NAME);
  const breaks = visible(expected === 'any' ? violated.slice(0, 2).join(',') || '-' : expected).padEnd(7);
  const times = isHard(detection) ? `${rounded(random.median / guided.median)}x` : '';
  const line = `${sign} ${name} ${breaks} ${median(guided, cap.guided).padEnd(14)} ${most(guided.p90, guided, cap.guided).padStart(5)}   ${median(random, cap.random).padEnd(18)} ${times}`;
  return [
    line.trimEnd(),
    ...(diverged ? [`    ${paint.red(`not deterministic: ${visible(diverged.says)}`)}`] : []),
    ...(caught ? [] : [`    ${missedWords(detection)}`]),
  ];
}

function missedWords({ guided, sabotage }: Detection): string {
  const times = `caught with ${guided.seeds - guided.censored} of ${guided.seeds} seeds`;
  if (sabotage === undefined) return `missed: ${times}`;
  return `${times}, though ${visible(sabotage)}: the scenario survives that, or no property shows it`;
}

/** `13 [8, 21]`, of those that were not found `>5000`. */
function median(of: RunsToCatch, cap: number): string {
  return `${most(of.median, of, cap)} [${most(of.low, of, cap)}, ${most(of.high, of, cap)}]`;
}

function most(runs: number, { censored }: RunsToCatch, cap: number): string {
  return censored > 0 && runs >= cap ? `>${cap}` : `${runs}`;
}

function rounded(ratio: number): string {
  return ratio >= 10 ? `${Math.round(ratio)}` : ratio.toFixed(1);
}

export function correctLines(
  { scenario, runs, struck, falseAlarms, below, violated, seldom }: CorrectRuns,
  paint: Paint,
): string[] {
  const name = visible(`${scenario} correct`).padEnd(NAME);
  if (falseAlarms > 0) {
    const of = visible(violated.join(', '));
    return [`${paint.red('✗')} ${name} ${paint.red(`accused: ${of} failed in ${runs} runs`)}`];
  }
  const rare =
    seldom.length > 0 && runs >= 10_000 ? [`    ${paint.yellow(`seldom took effect: ${seldom.join(', ')}`)}`] : [];
  const calm =
    struck * 2 < runs ? [`    ${paint.yellow(`a fault took effect in ${struck} of ${runs} runs only`)}`] : [];
  if (below === undefined) return [`${paint.yellow('?')} ${name} no run was made`];
  return [
    `${paint.green('✓')} ${name} no failure in ${runs} runs means p < ${Number(below.toPrecision(2))} for a run of this generator`,
    ...rare,
    ...calm,
  ];
}

export function summaryLines(summary: SummaryTold, paint: Paint): string[] {
  const { variants, caught, falseAlarms, correctRuns, hard, ratioHard, sabotages, sabotagesCaught } = summary;
  const { slower, overBudget, quick } = summary;
  const named = (names: readonly string[]): string =>
    visible(names.slice(0, 6).join(', ') + (names.length > 6 ? ', …' : ''));
  return [
    ...(variants > 0 ? [`${caught} of ${variants} wrong variants caught within the budget`] : []),
    ...(sabotages > 0 ? [`${sabotagesCaught} of ${sabotages} sabotages caught`] : []),
    `${falseAlarms} false alarms in ${correctRuns} runs of correct variants`,
    ...(hard > 0
      ? [
          `${hard} hard for random search (median above 100 runs): guided needs ${ratioHard} times fewer, geometric mean`,
        ]
      : []),
    ...(slower.length > 0 ? [paint.yellow(`guided is slower than random for ${named(slower)}`)] : []),
    ...(overBudget.length > 0 ? [paint.red(`not within the budget: ${named(overBudget)}`)] : []),
    ...(quick ? [paint.dim('quick: few seeds and low caps, so these are no measurements')] : []),
  ];
}
