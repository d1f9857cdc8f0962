/** What a replay showed, for people. */
import type { ReplayResult } from '../properties/runner/replay.ts';
import type { ReplayTold } from './output.ts';
import { failsNearby } from '../reports/exit-codes.ts';
import { threwWords } from '../reports/standing.ts';
import { nearbyText } from '../reports/terminal/nearby-text.ts';
import type { Paint } from '../reports/terminal/paint.ts';
import { visible } from '../reports/terminal/terminal-text.ts';
import { clip } from '../reports/text.ts';
import { entryText, isFault } from '../reports/terminal/timeline.ts';

const SAYS_MAX = 400;
const TRACE_LINE_MAX = 400;

const WORDS: Readonly<Record<ReplayResult['verdict'], string>> = {
  reproduced: '✗ reproduced: it fails as it did',
  fixed: '✓ fixed: it holds, and every needed fault took effect',
  'no-effect': '? inconclusive: it did not fail, and what was needed to say that it holds did not come up',
  stale: '? stale: what a fault names is gone',
  diverged: '✗ not deterministic: two replays differed',
};

export function replayLines({ repro, variant, result, trace }: ReplayTold, paint: Paint): readonly string[] {
  const { verdict, faults, says, moved, neighbourhood, history, failure } = result;
  const color = verdict === 'fixed' ? paint.green : verdict === 'reproduced' ? paint.red : paint.yellow;
  // Each fault has a line of its own.
  const statuses = new Set(faults.map(({ sentence, status }) => `${status}: ${sentence}`));
  const another = variant === repro.variant ? '' : ` (it was found in ${visible(repro.variant)})`;
  return [
    ...(trace ? [...history.map((entry) => traceLine(entry, paint)), ''] : []),
    `${visible(repro.scenario)} (${visible(variant)}), ${visible(repro.property)}${another}`,
    failsNearby(result) ? paint.red(SHIFTED) : color(WORDS[verdict]),
    ...says.filter((text) => !statuses.has(text)).map((text) => `  ${told(text)}`),
    ...faults.map(({ sentence, status }) => `  ${paint.yellow(status.padEnd(11))} ${visible(sentence)}`),
    ...moved
      .filter((text) => !statuses.has(`moved: ${text}`))
      .map((text) => `  ${paint.dim('moved')}       ${visible(text)}`),
    ...(failure?.happened === undefined ? [] : [`  ${paint.dim('happened')}    ${told(failure.happened)}`]),
    ...(failure?.thrown === undefined ? [] : [`  ${paint.dim('threw')}       ${told(threwWords(failure.thrown))}`]),
    ...(neighbourhood ? [`  ${paint.dim('nearby')}      ${nearbyText(neighbourhood)}`] : []),
  ];
}

/** It holds where it failed, and fails nearby: no fix, only another timing. */
const SHIFTED = '✗ not fixed: it holds under this seed, and fails under others; only the timing has moved';

function told(text: string): string {
  return clip(visible(text), SAYS_MAX);
}

function traceLine(entry: ReplayResult['history'][number], paint: Paint): string {
  const fault = isFault(entry);
  return (fault ? paint.yellow : paint.plain)(`${fault ? '⚡' : '  '}${entryText(entry, TRACE_LINE_MAX)}`);
}
