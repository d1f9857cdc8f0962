/** A failure on the terminal: in full within 25 lines, or in at most 6 when it was expected. */
import type { FailureResult } from '../../properties/runner/result.ts';
import type { Paint } from './paint.ts';
import { visible } from './terminal-text.ts';
import { clip, clipMiddle } from '../text.ts';
import { failureLabel, foundWords, threwWords } from '../standing.ts';
import { wordsOf } from '../words.ts';
import { nearbyText } from './nearby-text.ts';
import { timeline } from './timeline.ts';

const SAYS_MAX = 400;
const STORY_MAX = 600;
const TWIN_MAX = 240;
const EVENTS_MAX = 8;
const FAULTS_MAX = 5;
const FAULTS_MAX_EXPECTED = 3;

/** What stands beside a failure that is not in it. */
export interface Around {
  /** The campaign's, which `--seed` takes; the failure's own is that of its run. */
  readonly seed: number;
  readonly replay: string;
  readonly report?: string | undefined;
}

/** The property, what it says, the faults that it needs, the command that replays it. */
export function expectedFailureLines(failure: FailureResult, replay: string, paint: Paint): readonly string[] {
  const needed = failure.faults.filter((fault) => fault.needed);
  return [
    `    ${propertyOf(failure)}: ${clip(visible(failure.says), SAYS_MAX)}`,
    ...(failure.happened === undefined ? [] : [`    ${paint.dim('happened')}  ${story(failure.happened)}`]),
    ...faultLines(needed, FAULTS_MAX_EXPECTED, paint).map((line) => `  ${line}`),
    ...(failure.cutShort ? [`    ${paint.dim('cut')}       shrinking was cut short: fewer faults may do`] : []),
    `    ${paint.dim('replay')}  ${visible(replay)}`,
  ];
}

export function failureLines(
  failure: FailureResult,
  { seed, replay, report }: Around,
  paint: Paint,
): readonly string[] {
  const { scenario, variant, name, found, workload, neighbourhood, outcome, why } = failure;
  const row = (title: string, text: string): string => `  ${paint.dim(title.padEnd(9))} ${text}`;
  const more = found.faults.length - failure.faults.length;
  const shrunk = more > 0 ? `; shrunk from ${found.faults.length} faults` : '';
  const cut = failure.cutShort ? '; shrinking was cut short' : '';
  const items = workload.length === 1 ? '1 item' : `${workload.length} items`;
  return [
    paint.red(`✗ ${visible(scenario)} (${visible(variant)}) violates ${propertyOf(failure)}`),
    row('expected', `${visible(name)} holds in every run that the fault model allows`),
    row('actual', told(failure.says)),
    ...(failure.happened === undefined ? [] : [row('happened', story(failure.happened))]),
    ...(failure.thrown === undefined ? [] : [row('threw', told(threwWords(failure.thrown)))]),
    ...(outcome === 'quiet' ? [] : [row(outcome, clip(visible(why.join('; ')), SAYS_MAX))]),
    row('seed', `${found.strategy === 'saved' ? failure.seed : seed} (${visible(foundWords(failure))}${shrunk}${cut})`),
    ...eventLines(failure, paint),
    ...faultLines(failure.faults, FAULTS_MAX, paint),
    row('workload', items),
    ...twinText(failure).map((text) => row('twin', text)),
    ...(neighbourhood.runs > 0 ? [row('nearby', nearbyText(neighbourhood))] : []),
    row('replay', visible(replay)),
    ...(report === undefined ? [] : [row('report', visible(report))]),
  ];
}

function told(text: string): string {
  return clip(visible(text), SAYS_MAX);
}

function story(text: string): string {
  return clipMiddle(visible(text), STORY_MAX);
}

/** Where the run that does not fail goes another way. */
function twinText({ twin, faults }: FailureResult): readonly string[] {
  if (!twin) return [];
  const differs =
    twin.without === undefined
      ? `under seed ${twin.seed}`
      : faults.length < 2
        ? 'without the fault'
        : `without ${twin.without}`;
  const [first] = twin.history;
  const there = first ? `goes on with ${first.process}: ${wordsOf(first)}` : 'ends';
  return [
    clip(
      visible(
        `${differs} it ${twin.verdict === 'pass' ? 'holds' : 'does not fail'}; from entry ${twin.partsAt} on it ${there}`,
      ),
      TWIN_MAX,
    ),
  ];
}

function propertyOf(failure: FailureResult): string {
  return visible(failureLabel(failure));
}

function eventLines(failure: FailureResult, paint: Paint): readonly string[] {
  const { lines, left } = timeline(failure, failure.thrown === undefined ? EVENTS_MAX : EVENTS_MAX - 1);
  const more = left + (failure.entriesCut > 0 ? failure.entriesCut : 0);
  const marks: Readonly<Record<string, readonly [string, (text: string) => string]>> = {
    fault: ['⚡', paint.yellow],
    evidence: ['▶ ', paint.red],
    cause: ['  ', paint.plain],
  };
  return [
    ...lines.map(({ mark, text }) => {
      const [sign, color] = marks[mark] ?? ['  ', paint.plain];
      return `  ${color(`${sign}${text}`)}`;
    }),
    ...(more > 0 ? [`    ${paint.dim(`and ${more} more in the report`)}`] : []),
  ];
}

function faultLines(faults: FailureResult['faults'], max: number, paint: Paint): readonly string[] {
  const shown = faults.length > max ? faults.slice(0, max - 1) : faults;
  return [
    ...shown.map(
      ({ sentence, needed }) => `  ${paint.yellow(needed ? 'needed   ' : '         ')} ${visible(sentence)}`,
    ),
    ...(shown.length < faults.length ? [`  ${paint.dim(`          and ${faults.length - shown.length} more`)}`] : []),
  ];
}
