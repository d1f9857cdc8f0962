/** `chaos.pinned`: one run with the faults that somebody names, such as what happened last night. */
import { type TestContext, test } from 'vitest';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { seedOf } from '../../properties/runner/campaign.ts';
import { type PinnedRun, pinnedRun } from '../../properties/runner/pinned.ts';
import type { FailureResult, ScenarioResult } from '../../properties/runner/result.ts';
import type { RunInput } from '../../properties/runner/run.ts';
import { plainName } from '../../reports/failures.ts';
import { propertyLabel } from '../../reports/standing.ts';
import { visible } from '../../reports/terminal/terminal-text.ts';
import { Findings } from './findings.ts';
import type { Place } from './place.ts';
import { NO_TIME_OUT } from './suite.ts';
import { atCall, type CallSite, trouble } from './trouble.ts';

export function pinnedTest(
  title: string,
  shape: ScenarioShape,
  input: RunInput<unknown>,
  place: Place,
  called: CallSite,
): void {
  const seed = input.seed ?? seedOf(shape.name);
  const { variant = 'correct' } = input;
  test(title, NO_TIME_OUT, (ctx) =>
    atCall(called, async () => {
      const made = await pinnedRun(shape, input);
      const [first] = made.failures;
      if (first) {
        const part = `pinned-${plainName(title)}`;
        const findings = new Findings(shape, place, { seed, runs: 1, variant }, called, part);
        await failed(findings, asResult(shape, variant, seed, made), title, ctx, called);
      }
      const open = openQuestions(made);
      if (open.length > 0) throw trouble('EDDY_INCONCLUSIVE', open.join('\n'), called);
      const { noEffect } = made;
      if (noEffect.length > 0) await ctx.annotate(`came up and changed nothing: ${noEffect.join('; ')}`, 'eddy');
    }),
  );
}

/** A run that is not the one that was meant, or says nothing. */
function openQuestions({ notReached, properties }: PinnedRun): readonly string[] {
  const nothing = properties.every(({ verdict }) => verdict.verdict === 'unknown');
  return [
    ...notReached.map((sentence) => `? not reached: ${visible(sentence)}`),
    ...(nothing
      ? properties.map(({ property, verdict }) => {
          const why = verdict.verdict === 'unknown' ? verdict.why : '';
          return `? nothing can be said of ${visible(propertyLabel(property))}: ${visible(why)}`;
        })
      : []),
  ];
}

async function failed(
  findings: Findings,
  result: ScenarioResult,
  title: string,
  ctx: TestContext,
  called: CallSite,
): Promise<never> {
  const kept = findings.keep(result, () => title);
  const told = kept.failures.map((failure) => findings.tell(failure));
  const [first] = told;
  if (first) await ctx.annotate('the page about it', 'eddy', { path: first.page, contentType: 'text/html' });
  throw trouble('EDDY_PROPERTY_FAILED', told.map(({ text }) => text).join('\n\n'), called);
}

function asResult(shape: ScenarioShape, variant: string, seed: number, made: PinnedRun): ScenarioResult {
  const failures: readonly FailureResult[] = made.failures;
  const wrong = shape.wrong[variant];
  return {
    scenario: shape.name,
    story: shape.story,
    variant,
    expected: wrong ? wrong.breaks : 'pass',
    ...(wrong && { because: wrong.because, caught: failures.some(({ property }) => property === wrong.breaks) }),
    seed,
    verdict: 'fail',
    runs: 1,
    properties: made.properties.map(({ property: { id, name, kind }, verdict }) => ({
      id,
      name,
      kind,
      verdict: verdict.verdict,
      exercised: verdict.verdict === 'unknown' ? 0 : 1,
      ...(verdict.verdict === 'pass' ? {} : { says: verdict.verdict === 'fail' ? verdict.says : verdict.why }),
    })),
    faults: [],
    assumes: shape.faults.assumes ?? [],
    without: shape.faults.without ?? {},
    failures,
  };
}
