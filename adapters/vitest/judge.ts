/** What a campaign's result means for one test: it passes with a note, it is skipped, or it throws the whole story. */
import type { TestContext } from 'vitest';
import type { Property } from '../../properties/property.ts';
import { kindsOf, type ScenarioShape } from '../../properties/scenario.ts';
import type { FailureResult, ScenarioResult } from '../../properties/runner/result.ts';
import { EXERCISED_MIN } from '../../properties/runner/tally.ts';
import { count } from '../../reports/text.ts';
import { propertyLabel } from '../../reports/standing.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import type { Suite } from './suite.ts';
import { trouble } from './trouble.ts';

/** @throws EddyError EDDY_PROPERTY_FAILED, EDDY_INCONCLUSIVE, EDDY_NOT_DETERMINISTIC */
export async function judgeProperty(
  suite: Suite,
  result: ScenarioResult,
  property: Property,
  ctx: TestContext,
): Promise<void> {
  const failure = result.failures.find(({ property: id, name }) => id === property.id && name === property.name);
  if (failure) await fail(suite, failure, ctx);
  if (result.diverged) throw trouble('EDDY_NOT_DETERMINISTIC', result.diverged.says, suite.called);
  const found = result.properties.find(({ id, name }) => id === property.id && name === property.name);
  const { verdict = 'unknown', exercised = 0, says = '' } = found ?? {};
  if (verdict === 'fail')
    throw trouble('EDDY_PROPERTY_FAILED', `${propertyLabel(property)}: ${visible(says)}`, suite.called);
  if (verdict === 'unknown')
    return unknown(suite, ctx, unknownText(suite, result, propertyLabel(property), { says, exercised }));
  const ends = says === '' ? '' : `; of its ends ${visible(says)}`;
  const note = result.unended ? `${ends}; ${visible(result.unended.says)}` : ends;
  await ctx.annotate(`exercised in ${exercised} of ${count(result.runs, 'run')}${note}`, 'eddy');
}

function unknownText(
  suite: Suite,
  result: ScenarioResult,
  label: string,
  { says, exercised }: { says: string; exercised: number },
): string {
  const idle = withoutEffect(suite.shape, result);
  const enough = runsFor(result.runs, exercised);
  return [
    `? ${visible(suite.shape.name)} (${visible(result.variant)}): nothing can be said of ${visible(label)}`,
    `  after    ${count(result.runs, 'run')}, seed ${suite.seed}`,
    `  because  ${visible(says)}`,
    ...(idle.length === 0 ? [] : [`  faults   that never took effect: ${idle.join(', ')}`]),
    ...(result.unended ? [`  unended  ${visible(result.unended.says)}`] : []),
    // More of them would end so too.
    ...(enough > result.runs && !result.unended
      ? [`  next     make more runs: { runs: ${enough} } is likely to be enough`]
      : []),
  ].join('\n');
}

/** As many as let a premise come up often enough that came up so often in these, and a quarter more; 0: none does. */
function runsFor(runs: number, exercised: number): number {
  if (exercised === 0) return 0;
  return Math.ceil((runs * EXERCISED_MIN * 5) / 4 / exercised / 10) * 10;
}

/** The kinds that the scenario claims to survive, and this campaign did not try on it. */
function withoutEffect(shape: ScenarioShape, { faults }: ScenarioResult): readonly string[] {
  const struck = new Set(faults.filter(({ tookEffect }) => tookEffect > 0).map(({ kind }) => kind));
  return kindsOf(shape).filter((kind) => !struck.has(kind));
}

/** @throws EddyError EDDY_INCONCLUSIVE, unless such tests are to be skipped */
export function unknown({ options, called }: Suite, ctx: TestContext, text: string): void {
  if (options.onUnknown === 'skip') ctx.skip(text);
  throw trouble('EDDY_INCONCLUSIVE', text, called);
}

/** @throws EddyError EDDY_PROPERTY_FAILED with what the terminal shows of the failure; the page is attached */
export async function fail({ findings, called }: Suite, failure: FailureResult, ctx: TestContext): Promise<never> {
  const { text, page } = findings.tell(failure);
  await ctx.annotate('the page about it', 'eddy', { path: page, contentType: 'text/html' });
  throw trouble('EDDY_PROPERTY_FAILED', text, called);
}

/** @throws EddyError EDDY_MISSED when the variant got away, EDDY_NOT_DETERMINISTIC */
export async function judgeVariant(suite: Suite, result: ScenarioResult, by: string, ctx: TestContext): Promise<void> {
  if (result.caught === true) {
    const caught = result.failures.find(({ property }) => property === result.expected);
    return void (await ctx.annotate(`caught in ${count(caught?.found.run ?? result.runs, 'run')}`, 'eddy'));
  }
  if (result.diverged) throw trouble('EDDY_NOT_DETERMINISTIC', result.diverged.says, suite.called);
  const others = result.properties.filter(({ verdict }) => verdict === 'fail').map(propertyLabel);
  const idle = withoutEffect(suite.shape, result);
  const text = [
    `✗ ${visible(suite.shape.name)} (${visible(result.variant)}) was missed: ${visible(by)} did not fail in ${count(result.runs, 'run')}`,
    `  wrong    ${visible(result.because ?? '')}`,
    ...(others.length === 0 ? [] : [`  failed   instead: ${visible(others.join(', '))}`]),
    ...(idle.length === 0 ? [] : [`  faults   that never took effect: ${idle.join(', ')}`]),
    `  seed     ${suite.seed}`,
  ];
  throw trouble('EDDY_MISSED', text.join('\n'), suite.called);
}
