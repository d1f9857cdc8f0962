/** What is new since an earlier result: failures that were not there, failures that are gone, variants that stand otherwise. */
import type { CampaignResult, FailureName, SinceResult } from '../properties/runner/result.ts';
import { isTrouble, propertyLabel, standingOf, standingWords } from './standing.ts';
import { count } from './text.ts';

/** The result with what it has to say against the former one. A catch of a wrong variant is no news. */
export function comparedWith(result: CampaignResult, former: CampaignResult): CampaignResult {
  const [now, then] = [troublesOf(result), troublesOf(former)];
  const ran = new Set(result.scenarios.map(({ scenario, variant }) => `${scenario}\n${variant}`));
  const since: SinceResult = {
    command: former.command,
    fresh: [...now.values()].filter((failure) => !then.has(keyOf(failure))),
    // What was not run again is not gone.
    gone: [...then.values()].filter(
      (failure) => !now.has(keyOf(failure)) && ran.has(`${failure.scenario}\n${failure.variant}`),
    ),
    changed: changes(result, former),
  };
  return { ...result, since };
}

function troublesOf(result: CampaignResult): ReadonlyMap<string, FailureName> {
  const failures = result.scenarios
    .filter((of) => isTrouble(standingOf(result, of)))
    .flatMap((of) =>
      of.failures.map(({ scenario, variant, property, name }) => ({ scenario, variant, property, name })),
    );
  return new Map(failures.map((failure) => [keyOf(failure), failure]));
}

function keyOf({ scenario, variant, property, name }: FailureName): string {
  return JSON.stringify([scenario, variant, property, name]);
}

function changes(result: CampaignResult, former: CampaignResult): SinceResult['changed'] {
  return result.scenarios.flatMap((of) => {
    const before = former.scenarios.find(({ scenario, variant }) => scenario === of.scenario && variant === of.variant);
    if (!before) return [];
    const [then, now] = [standingOf(former, before), standingOf(result, of)];
    if (then === now) return [];
    const { scenario, variant } = of;
    return [{ scenario, variant, before: standingWords(before, then), now: standingWords(of, now) }];
  });
}

export function isFresh(result: CampaignResult, failure: FailureName): boolean {
  const key = keyOf(failure);
  return result.since?.fresh.some((one) => keyOf(one) === key) === true;
}

/** In sentences without full stops; none where nobody compared. */
export function sinceSentences({ since }: CampaignResult): readonly string[] {
  if (!since) return [];
  const nameOf = (of: FailureName): string =>
    `${of.scenario} (${of.variant}) ${propertyLabel({ id: of.property, name: of.name })}`;
  const { fresh, gone, changed } = since;
  if (fresh.length + gone.length + changed.length === 0) return ['Nothing is new since the last run'];
  return [
    ...(fresh.length > 0 ? [`${count(fresh.length, 'new failure')}: ${fresh.map(nameOf).join('; ')}`] : []),
    ...(gone.length > 0 ? [`${count(gone.length, 'failure')} gone: ${gone.map(nameOf).join('; ')}`] : []),
    ...changed.map(({ scenario, variant, before, now }) => `${scenario} (${variant}): was "${before}", now "${now}"`),
  ];
}
