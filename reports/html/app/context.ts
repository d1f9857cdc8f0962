/** What every part of the page may ask for. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { CampaignResult } from '../../../properties/runner/result.ts';
import type { Group, PlannedFailure, PlannedVariant } from '../plan.ts';
import { type Route, START } from './route.ts';

export interface PlacedFailure extends PlannedFailure {
  /** Which of all failures of the result it is: its histories go by that number. */
  readonly nth: number;
  readonly variant: PlannedVariant;
}

export interface Page {
  readonly result: CampaignResult;
  readonly groups: readonly Group[];
  readonly variants: readonly PlannedVariant[];
  readonly failures: readonly PlacedFailure[];
  readonly route: Route;
  /** Changes where one is; `push` makes it a step that the browser's back button takes back. */
  go(change: Partial<Route>, push?: boolean): void;
  /** Says something to those who do not see what changed. */
  say(words: string): void;
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('no page around this part');
  return page;
}

/** The address of another place, with nothing set there. */
export function placeOf(change: Partial<Route>): Route {
  return { ...START, ...change };
}
