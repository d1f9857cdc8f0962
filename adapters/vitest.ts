/**
 * `eddy/vitest`: a scenario as tests. A campaign is made once for a describe, and only when one of its tests runs, so that
 * `-t`, `.only` and `--shard` cost what they select. Tests have no time-out of vitest's: a campaign ends with its budget (`runs`,
 * `timeMs`), and waiting for another one of the same process is nobody's fault.
 */
import { describe } from 'vitest';
import { checkAsked } from '../properties/runner/asked.ts';
import type { CheckOptions } from '../properties/runner/check.ts';
import { type RunInput, shapeOf } from '../properties/runner/run.ts';
import type { Scenario } from '../properties/scenario.ts';
import type { Names } from '../sim/options.ts';
import { pinnedTest } from './vitest/pinned.ts';
import { here } from './vitest/place.ts';
import { suiteOf } from './vitest/suite.ts';
import { callSite } from './vitest/trouble.ts';

/** How the campaigns of a describe are made. */
export interface ChaosOptions extends CheckOptions {
  /** What a test does of which nothing can be said: its premise came up too seldom. Default `fail`. */
  onUnknown?: 'fail' | 'skip';
  /**
   * `false`: what catches a wrong variant is neither shrunk nor explained, which takes most of its time where runs are slow.
   * What fails a test always is.
   */
  explain?: boolean;
}

/** A scenario as tests of vitest. */
export interface Chaos {
  /**
   * One describe with a test for each property, for each wrong variant (it passes when the property that the variant breaks
   * catches it), and for each saved failure. With `variant` it is that one alone, tested as if it were right.
   *
   * @throws EddyError EDDY_SCENARIO, and EDDY_USAGE for options that are slips of one
   */
  <I>(scenario: Scenario<I>, o?: ChaosOptions): void;
  /**
   * One test that makes exactly one run. It fails when a property fails, when a fault does not come up, and when nothing
   * can be said of any property: a pinned run exercises what it is about, seldom all.
   */
  pinned<I>(title: string, scenario: Scenario<I>, input: RunInput<I>): void;
}

const OWN: Names<Omit<ChaosOptions, keyof CheckOptions>> = { onUnknown: true, explain: true };

function suite<I>(scenario: Scenario<I>, o: ChaosOptions = {}): void {
  checkAsked('chaos', o, OWN);
  const shape = shapeOf(scenario);
  const called = callSite(suite);
  const title = o.variant === undefined ? shape.name : `${shape.name} (${o.variant})`;
  describe(title, () => suiteOf(shape, title, o, here(), called));
}

function pinned<I>(title: string, scenario: Scenario<I>, input: RunInput<I>): void {
  pinnedTest(title, shapeOf(scenario), input, here(), callSite(pinned));
}

/** A scenario as one `describe`: a test for each property, each wrong variant, and each saved failure. */
export const chaos: Chaos = Object.assign(suite, { pinned });
