/** The tests of one `chaos(...)`: properties, wrong variants, saved failures. */
import { type TestContext, test } from 'vitest';
import type { Property } from '../../properties/property.ts';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { campaign, type CampaignOptions, seedOf } from '../../properties/runner/campaign.ts';
import type { ScenarioResult } from '../../properties/runner/result.ts';
import { count } from '../../reports/text.ts';
import { failureLabel, propertyLabel } from '../../reports/standing.ts';
import type { ChaosOptions } from '../vitest.ts';
import { Findings } from './findings.ts';
import type { Place } from './place.ts';
import { judgeProperty, judgeVariant } from './judge.ts';
import { savedTests } from './saved.ts';
import { atCall, type CallSite } from './trouble.ts';

/** What the tests of a describe share. */
export interface Suite {
  readonly shape: ScenarioShape;
  readonly options: ChaosOptions;
  readonly place: Place;
  readonly called: CallSite;
  readonly findings: Findings;
  readonly seed: number;
  readonly runs: number;
}

const RUNS = 1000;
/** Ours end with their budget. */
export const NO_TIME_OUT = { timeout: 0 };

export function suiteOf(
  shape: ScenarioShape,
  title: string,
  options: ChaosOptions,
  place: Place,
  called: CallSite,
): void {
  const { variant, seed = seedOf(shape.name), runs = RUNS } = options;
  const findings = new Findings(shape, place, { seed, runs, variant }, called, variant ?? '');
  const suite: Suite = { shape, options, place, called, findings, seed, runs };
  const budget = `${count(runs, 'run')}${options.timeMs === undefined ? '' : ` or ${options.timeMs / 1000} s`}`;
  propertyTests(suite, title, budget);
  if (variant === undefined) variantTests(suite, title, budget);
  savedTests(suite);
}

function propertyTests(suite: Suite, title: string, budget: string): void {
  const { shape, options, called } = suite;
  const made = once((signal) => searched(suite, options.variant ?? 'correct', title, { signal }));
  for (const property of shape.properties) {
    test(`${propertyLabel(property)} (${budget})`, NO_TIME_OUT, (ctx) =>
      atCall(called, async () => judgeProperty(suite, await made(ctx.signal), property, ctx)),
    );
  }
}

/** The first of its property that a wrong variant breaks is a catch: no more is looked for. */
function variantTests(suite: Suite, title: string, budget: string): void {
  const { shape, called, options } = suite;
  for (const [variant, { breaks }] of Object.entries(shape.wrong)) {
    const by = propertyLabel(shape.properties.find(({ id }) => id === breaks) as Property);
    test(`${by} catches ${variant} (${budget} at most)`, NO_TIME_OUT, (ctx) =>
      atCall(called, async () => {
        const { explain = true } = options;
        const result = await searched(suite, variant, title, { signal: ctx.signal, bail: true, explain });
        await judgeVariant(suite, result, by, ctx);
      }),
    );
  }
}

async function searched(
  { shape, options, findings, seed, runs }: Suite,
  variant: string,
  title: string,
  more: Pick<CampaignOptions, 'signal' | 'bail' | 'explain'>,
): Promise<ScenarioResult> {
  const { timeMs, strict = false } = options;
  const result = await campaign(shape, variant, {
    seed,
    runs,
    strict,
    ...(timeMs === undefined ? {} : { timeMs }),
    ...more,
  });
  return findings.keep(result, (failure) => `${title} ${failureLabel(failure)}`);
}

/** Whoever asks first makes it, and the others of the describe get the same. */
function once<T>(make: (signal: TestContext['signal']) => Promise<T>): (signal: TestContext['signal']) => Promise<T> {
  let made: Promise<T> | undefined;
  return (signal) => (made ??= make(signal));
}
