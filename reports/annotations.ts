/**
 * Annotations for GitHub Actions: printed to stdout, they show at the top of the run.
 * Source: GitHub documentation, "Workflow commands for GitHub Actions".
 */
import type { CampaignResult, ScenarioResult } from '../properties/runner/result.ts';
import { replayCommands } from './replay.ts';
import { failureLabel, isTrouble, standingOf, standingWords, withoutEffect } from './standing.ts';
import { isFresh } from './since.ts';
import { clip, visible } from './text.ts';

/** GitHub shows about as much; a log line need not hold more. */
const MESSAGE_MAX = 4_000;

/** One line each: an error for whatever fails the campaign, a warning for what is inconclusive. */
export function annotations(result: CampaignResult): readonly string[] {
  return result.scenarios.flatMap((of) => [...divergence(of), ...verdict(result, of)]);
}

function divergence(of: ScenarioResult): readonly string[] {
  return of.diverged ? [line('error', `${of.scenario} ${of.variant}: not deterministic`, of.diverged.says)] : [];
}

function verdict(result: CampaignResult, of: ScenarioResult): readonly string[] {
  const standing = standingOf(result, of);
  const title = `${of.scenario} ${of.variant}`;
  if (standing === 'inconclusive') {
    const kinds = withoutEffect(of);
    const why = of.properties.flatMap(({ id, says, verdict: its }) =>
      its === 'unknown' ? [`${id}: ${says ?? 'never exercised'}`] : [],
    );
    const never = kinds.length === 0 ? [] : [`never took effect: ${kinds.join(', ')}`];
    return [line('warning', `${title}: inconclusive`, [...why, ...never].join('\n') || 'no verdict')];
  }
  if (!isTrouble(standing)) return [];
  if (standing === 'missed' || of.failures.length === 0) return [line('error', title, standingWords(of, standing))];
  return of.failures.map((failure) => {
    const replay = replayCommands(failure)?.installed;
    const parts = [failure.says, ...failure.faults.map(({ sentence }) => sentence), ...(replay ? [replay] : [])];
    const fresh = isFresh(result, failure) ? ' (new)' : '';
    return line('error', `${title}: ${failureLabel(failure)}${fresh}`, parts.join('\n'));
  });
}

function line(level: 'error' | 'warning', title: string, message: string): string {
  return `::${level} title=${property(clip(title, 200))}::${data(clip(message, MESSAGE_MAX))}`;
}

function data(text: string): string {
  return visible(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
