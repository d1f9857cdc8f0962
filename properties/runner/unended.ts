/**
 * Runs that went on until a bound: of what is missing in the end they show nothing. A few are a matter of luck; where they are
 * many, a campaign that holds has seen less than its runs say.
 */
import { printFault } from '../../sim/faults/print.ts';
import { NOT_DRAINED, type Verdict } from '../property.ts';
import type { ScenarioShape } from '../scenario.ts';
import { makeSlice } from './slice.ts';
import { plain } from './plain.ts';
import { EDDY_VERSION, REPRO_FORMAT } from './repro.ts';
import type { UnendedResult } from './result.ts';
import type { RunMade } from './slice-work.ts';
import { writeToken } from './token.ts';

const SHARE_MIN = 1 / 10;
const RUNS_MIN = 4;

export class Unended {
  #count = 0;
  #first: { readonly run: number; readonly slice: number; readonly made: RunMade } | undefined;

  /** @param run its number in the campaign, from 1 */
  add(run: number, slice: number, made: RunMade): void {
    if (made.unended === undefined) return;
    this.#count++;
    this.#first ??= { run, slice, made };
  }

  /** What is to be told of them; nothing where they are few. */
  result(shape: ScenarioShape, variant: string, o: { seed: number; runs: number }): UnendedResult | undefined {
    if (!this.#first || this.#count < RUNS_MIN || this.#count < o.runs * SHARE_MIN) return undefined;
    const { run, slice, made } = this.#first;
    const says = `${this.#count} of ${o.runs} runs went on until a bound, where nothing can be said of what is missing; the first is run ${run}: ${made.unended}`;
    return { runs: this.#count, says, token: tokenOf(shape, variant, makeSlice(shape, o.seed, slice), made) };
  }
}

/** What replays it; it is asked for the first property of which the run says nothing because it has no end. */
function tokenOf(
  shape: ScenarioShape,
  variant: string,
  { seed, items }: ReturnType<typeof makeSlice>,
  { plan, verdicts, digest }: RunMade,
): string {
  const open = shape.properties.find((_, n) => hasNoEnd(verdicts[n])) ?? shape.properties[0];
  if (!plan || !open) return '';
  return writeToken({
    format: REPRO_FORMAT,
    eddy: EDDY_VERSION,
    scenario: shape.name,
    variant,
    property: open.id,
    name: open.name,
    seed,
    digest,
    faults: plan.map((fault) => ({ sentence: printFault(fault), kind: fault.kind, needed: false })),
    workload: items.map(plain),
  });
}

function hasNoEnd(verdict: Verdict | undefined): boolean {
  return verdict?.verdict === 'unknown' && verdict.why.startsWith(NOT_DRAINED.why);
}
