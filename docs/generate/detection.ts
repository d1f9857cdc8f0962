/**
 * The page of detection power, made of what `eddy detect --json` printed: how many runs it takes to catch each wrong variant,
 * guided and at random, and how many runs of what is right raised no alarm.
 *
 *     npm run -s eddy -- detect --json > detect.jsonl && npm run docs:detection -- detect.jsonl
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { DetectionSummary } from '../../properties/runner/detection/summary.ts';

interface Runs {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly p90: number;
  readonly censored: number;
}

/** Lines of `detect`, of which a page is made; the schema of docs/json-output.schema.json has them whole. */
interface Variant {
  readonly scenario: string;
  readonly variant: string;
  readonly catalogue?: number;
  readonly expected: string;
  readonly guided: Runs;
  readonly random: Runs;
}
interface Correct {
  readonly scenario: string;
  readonly runs: number;
  readonly struck: number;
  readonly falseAlarms: number;
  readonly seldom: readonly string[];
}
type Summary = DetectionSummary & { readonly seeds: number };

const HARD_RUNS = 100;

export function detectionPage(lines: readonly string[]): string {
  const all = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as { readonly type: string });
  const of = <T>(type: string): T[] => all.filter((line) => line.type === type) as unknown as T[];
  const [summary] = of<Summary>('detect-summary');
  if (!summary) throw new Error('it has no line `detect-summary`: the measurement was not finished');
  return [
    '# Detection power',
    '',
    `How many runs a campaign makes until the property that a wrong variant breaks fails, over ${summary.seeds} seeds, probes counted:`,
    'the median with its 95 % interval, and for the guided search the 90th percentile. Both searches have the same kinds, sites',
    'and workloads. _Hard_ is what random search needs more than 100 runs for, at the median. This page is generated from',
    '`eddy detect --json` (`npm run docs:detection -- FILE`).',
    '',
    ...bars(summary),
    '',
    '| scenario | variant | no. | breaks | guided | p90 | random | |',
    '| --- | --- | ---: | --- | ---: | ---: | ---: | --- |',
    ...of<Variant>('detect').map(variantRow),
    '',
    'What is right, under the same faults: an alarm would be false.',
    '',
    '| scenario | runs | with a fault that took effect | false alarms | kinds with fewer than 30 effects |',
    '| --- | ---: | ---: | ---: | --- |',
    ...of<Correct>('detect-correct').map(correctRow),
    '',
  ].join('\n');
}

function bars({ variants, caught, hard, ratioHard, slower, overBudget, falseAlarms, correctRuns }: Summary): string[] {
  return [
    `- Caught within the budget of 1000 runs: ${caught} of ${variants}${named(overBudget)}.`,
    `- Guided slower than max(3, 1.5 times random), at the median: ${slower.length} of ${variants}${named(slower)}.`,
    `- Hard ones: ${hard}; there the guided search needs ${ratioHard ?? 'no'} times fewer runs (geometric mean).`,
    `- False alarms: ${falseAlarms} in ${correctRuns} runs.`,
  ];
}

function named(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

function variantRow({ scenario, variant, catalogue, expected, guided, random }: Variant): string {
  const isHard = random.median > HARD_RUNS;
  const cells = [scenario, variant, catalogue ?? '', expected, runs(guided), guided.p90, runs(random)];
  return `| ${cells.join(' | ')} | ${isHard ? 'hard' : ''} |`;
}

function runs({ median, low, high, censored }: Runs): string {
  return `${median} (${low} to ${high})${censored > 0 ? `, ${censored} seeds never` : ''}`;
}

function correctRow({ scenario, runs: made, struck, falseAlarms, seldom }: Correct): string {
  return `| ${scenario} | ${made} | ${Math.round((100 * struck) / made)} % | ${falseAlarms} | ${seldom.join(', ')} |`;
}

const [, script, file] = process.argv;
if (file !== undefined && script?.endsWith('detection.ts')) {
  writeFileSync(new URL('../detection.md', import.meta.url), detectionPage(readFileSync(file, 'utf8').split('\n')));
}
