/** summary.md: the campaign on one screen, for a pull request or a job summary. */
import type { CampaignResult, FailureResult, ScenarioResult } from '../properties/runner/result.ts';
import { mdBlock, mdCode, mdRow, mdText } from './markdown-text.ts';
import { campaignCommand, replayCommands } from './replay.ts';
import { sinceSentences } from './since.ts';
import {
  failureLabel,
  foundWords,
  isTrouble,
  standingOf,
  standingWords,
  threwWords,
  tally,
  verdictWord,
  withoutEffect,
} from './standing.ts';
import { clip, count, shownList } from './text.ts';

const WORKLOAD_MAX = 4_000;
const SAYS_MAX = 2_000;

export function writeMarkdown(result: CampaignResult): string {
  const blocks = [
    `# Eddy: ${verdictWord(result)}`,
    `**${mdText(tally(result))}.** Seed ${result.seed}, Eddy ${mdText(result.eddy)}.`,
    mdBlock(campaignCommand(result), 'sh'),
    ...sinceSentences(result).map((sentence) => `${mdText(sentence)}.`),
    table(result),
    ...result.scenarios.flatMap((of) => sections(result, of)),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function table(result: CampaignResult): string {
  const rows = result.scenarios.map((of) =>
    mdRow([
      mdText(of.scenario),
      mdText(of.variant),
      mdText(of.expected === 'pass' ? 'pass' : `caught by ${of.expected}`),
      mdText(standingWords(of, standingOf(result, of))),
      String(of.runs),
    ]),
  );
  return [
    mdRow(['scenario', 'variant', 'expected', 'verdict', 'runs']),
    mdRow(['---', '---', '---', '---', '---:']),
    ...rows,
  ].join('\n');
}

/** Trouble in full; a catch is the harness doing its work, and the page explains it. */
function sections(result: CampaignResult, of: ScenarioResult): readonly string[] {
  const standing = standingOf(result, of);
  const title = `${mdText(of.scenario)} (${mdText(of.variant)})`;
  const blocks: string[] = [];
  if (of.diverged) blocks.push(`## ${title}: not deterministic`, mdText(of.diverged.says));
  if (of.unended && standing !== 'caught')
    blocks.push(`## ${title}: runs without an end`, `${mdText(clip(of.unended.says, SAYS_MAX))}.`);
  if (standing === 'inconclusive') blocks.push(`## ${title}: inconclusive`, ...inconclusive(of));
  if (!isTrouble(standing)) return blocks;
  if (of.failures.length === 0 || standing === 'missed')
    blocks.push(`## ${title}: ${mdText(standingWords(of, standing))}`, mdText(of.because ?? ''));
  return [...blocks.filter(Boolean), ...of.failures.flatMap((failure) => explained(title, failure))];
}

function inconclusive(of: ScenarioResult): readonly string[] {
  const unknown = of.properties.filter(({ verdict }) => verdict === 'unknown');
  const lines = unknown.map(
    ({ id, name, exercised, says }) =>
      `- ${mdText(`${id} ${name}`)}: exercised in ${count(exercised, 'run')}${says === undefined ? '' : `; ${mdText(says)}`}`,
  );
  const kinds = withoutEffect(of);
  if (kinds.length > 0) lines.push(`- Faults that never took effect: ${mdText(kinds.join(', '))}`);
  return lines.length > 0 ? [lines.join('\n')] : [];
}

function explained(title: string, failure: FailureResult): readonly string[] {
  const faults = failure.faults.map(({ sentence, needed }) => `- ${mdCode(sentence)}${needed ? ' **needed**' : ''}`);
  const { runs, failed } = failure.neighbourhood;
  const nearby = runs > 0 ? ` Of ${count(runs, 'run')} of this plan under other seeds, ${failed} fail too.` : '';
  const replay = replayCommands(failure);
  const found = foundWords(failure);
  return [
    `## ${title}: ${mdText(failureLabel(failure))}`,
    mdText(clip(failure.says, SAYS_MAX)),
    ...(failure.happened === undefined ? [] : [`What happened: ${mdText(clip(failure.happened, SAYS_MAX))}.`]),
    ...(failure.thrown === undefined ? [] : [`Nobody caught: ${mdText(clip(threwWords(failure.thrown), SAYS_MAX))}.`]),
    failure.faults.length === 0
      ? 'It takes no fault.'
      : `It takes ${count(faults.length, 'fault')}:\n\n${faults.join('\n')}`,
    `Workload: ${count(failure.workload.length, 'item')}. ${mdText(found.charAt(0).toUpperCase() + found.slice(1))}.${nearby}`,
    mdBlock(clip(shownList(failure.workload), WORKLOAD_MAX), 'json'),
    replay ? `Replay it:\n\n${mdBlock(replay.installed, 'sh')}` : 'Nothing was saved that replays it.',
  ];
}
