/** What stands on the page and under which id, decided before anything is drawn: links need both ends. */
import type { CampaignResult, FailureResult, ScenarioResult } from '../../properties/runner/result.ts';
import { isTrouble, type Standing, standingOf, standingWords } from '../standing.ts';
import { Ids } from './ids.ts';

export interface PlannedFailure {
  readonly id: string;
  readonly failure: FailureResult;
  /** Trouble stands open; the explanation of a catch is there for who asks. */
  readonly open: boolean;
}

export interface PlannedVariant {
  readonly id: string;
  readonly of: ScenarioResult;
  readonly standing: Standing;
  readonly words: string;
  readonly failures: readonly PlannedFailure[];
}

export interface Group {
  readonly id: string;
  readonly scenario: string;
  readonly story: string;
  readonly variants: readonly PlannedVariant[];
}

/** Variants of one scenario together, in the order in which they ran. */
export function layOut(result: CampaignResult): readonly Group[] {
  const ids = new Ids();
  const names = [...new Set(result.scenarios.map(({ scenario }) => scenario))];
  return names.map((scenario) => {
    const own = result.scenarios.filter((of) => of.scenario === scenario);
    return {
      id: ids.of(scenario),
      scenario,
      story: own[0]?.story ?? '',
      variants: own.map((of) => plannedVariant(ids, result, of)),
    };
  });
}

function plannedVariant(ids: Ids, result: CampaignResult, of: ScenarioResult): PlannedVariant {
  const standing = standingOf(result, of);
  const id = ids.of(of.scenario, of.variant);
  const failures = of.failures.map((failure) => ({
    id: ids.of(of.scenario, of.variant, failure.property),
    failure,
    open: isTrouble(standing),
  }));
  return { id, of, standing, words: standingWords(of, standing), failures };
}
