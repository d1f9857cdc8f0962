/** How a scenario's variant stands in the campaign: the one place where reports judge what is good news. */
import type { CampaignResult, FailureResult, ScenarioResult } from '../properties/runner/result.ts';
import { thrownText } from '../properties/runner/thrown-text.ts';
import { count } from './text.ts';

/**
 * `holds`, `fails`: code that is meant to be right. `caught`, `missed`: a wrong variant beside the right one.
 * `blamed`: a wrong variant that was asked for by name and fails as the user's own code would.
 */
export type Standing = 'holds' | 'fails' | 'inconclusive' | 'caught' | 'missed' | 'blamed';

const RIGHT = { pass: 'holds', fail: 'fails', unknown: 'inconclusive' } as const;

/** With `--variant all` the right variant is always in the result; without it, a wrong one was asked for by name. */
export function standingOf(result: CampaignResult, of: ScenarioResult): Standing {
  if (of.expected === 'pass') return RIGHT[of.verdict];
  const besideRight = result.scenarios.some((other) => other.scenario === of.scenario && other.expected === 'pass');
  const isClean = of.verdict !== 'fail';
  // Without a digest time was up before it was caught: it may be yet.
  if (!of.caught && (besideRight || isClean)) return isClean && of.digest === undefined ? 'inconclusive' : 'missed';
  return result.verdict === 'fail' && !besideRight ? 'blamed' : 'caught';
}

/** Whether the campaign failed because of it. */
export function isTrouble(standing: Standing): boolean {
  return standing === 'fails' || standing === 'missed' || standing === 'blamed';
}

/** `caught after 14 runs by I1`. */
export function standingWords(of: ScenarioResult, standing: Standing): string {
  if (standing === 'missed') return `missed: ${of.expected} did not fail in ${count(of.runs, 'run')}`;
  if (standing !== 'caught' && standing !== 'blamed') return standing;
  const found = of.failures.find(({ property }) => property === of.expected)?.found.run;
  const after = found === undefined ? '' : ` after ${count(found, 'run')}`;
  return standing === 'caught' ? `caught${after} by ${of.expected}` : `fails${after}`;
}

/** `D1 no-loss`; a property of the user's whose id is its name is said once. */
export function propertyLabel(of: { readonly id: string; readonly name: string }): string {
  return of.id === of.name ? of.id : `${of.id} ${of.name}`;
}

export function failureLabel(of: FailureResult): string {
  return propertyLabel({ id: of.property, name: of.name });
}

/** `found in run 12 by singles`. */
export function foundWords({ found }: FailureResult): string {
  if (found.strategy === 'pinned') return 'pinned';
  return found.strategy === 'saved'
    ? 'saved earlier, it fails again'
    : `found in run ${found.run} by ${found.strategy}`;
}

/** Which kinds of fault were planned and never changed anything: why a campaign is inconclusive. */
export function withoutEffect(of: ScenarioResult): readonly string[] {
  return of.faults.filter(({ tookEffect }) => tookEffect === 0).map(({ kind }) => kind);
}

export function countOf(result: CampaignResult, ...of: readonly Standing[]): number {
  return result.scenarios.filter((scenario) => of.includes(standingOf(result, scenario))).length;
}

const ENDED_BY: Readonly<Record<number, string>> = { 3: 'Not deterministic', 70: 'Internal error', 130: 'Interrupted' };

/** What ended the campaign, in one or two words. */
export function verdictWord(result: CampaignResult): string {
  const { exitCode, verdict } = result;
  return ENDED_BY[exitCode] ?? { pass: 'Passed', fail: 'Failed', unknown: 'Inconclusive' }[verdict];
}

/** `1 variant fails; 2 hold; 9 wrong variants caught`. */
export function tally(result: CampaignResult): string {
  const broken = countOf(result, 'fails', 'blamed');
  const held = countOf(result, 'holds');
  // A matrix takes a wrong variant as it is.
  const right = result.scenarios[0]?.matrix ? 'variant' : 'right variant';
  const parts: readonly (readonly [n: number, of: string, are: string])[] = [
    [broken, 'variant', broken === 1 ? 'fails' : 'fail'],
    [countOf(result, 'missed'), 'wrong variant', 'missed'],
    [result.scenarios.filter(({ diverged }) => diverged).length, 'variant', 'not deterministic'],
    [countOf(result, 'inconclusive'), 'variant', 'inconclusive'],
    [held, right, held === 1 ? 'holds' : 'hold'],
    [countOf(result, 'caught'), 'wrong variant', 'caught'],
  ];
  const said = parts.filter(([n]) => n > 0).map(([n, of, are]) => `${count(n, of)} ${are}`);
  const runs = result.scenarios.reduce((sum, scenario) => sum + scenario.runs, 0);
  return [...said, `${count(runs, 'run')} in all`].join('; ');
}

/** What the code under test threw and nobody caught, the first of it first. */
export function threwWords(thrown: NonNullable<FailureResult['thrown']>): string {
  return thrown.map(thrownText).join('; ');
}
