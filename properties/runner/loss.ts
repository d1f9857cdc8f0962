/**
 * A run that took its thread with it: it went round without an await until the watchdog ended it, or the code under test
 * ended the thread. Both are findings about that code, each under an id of its own. Nothing is known of such a run but its
 * inputs, so it is reported as it was found: shrinking it would lose a thread, and wait out the watchdog, at every try.
 */
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import { hashText } from '../../sim/kernel/random.ts';
import type { Fold, Property } from '../property.ts';
import type { ScenarioShape } from '../scenario.ts';
import type { Lost } from './hands.ts';
import { plain } from './plain.ts';
import { EDDY_VERSION, REPRO_FORMAT, type Repro } from './repro.ts';
import type { FailureResult, PropertyResult } from './result.ts';
import { makeSlice } from './slice.ts';
import { type RunMade, RUNS_PER_SLICE } from './slice-work.ts';
import type { Proposal } from './strategies/strategy.ts';
import { writeToken } from './token.ts';

/** So many end a campaign: each has waited out the watchdog. */
export const LOSSES_MAX = 3;

export interface Loss {
  readonly lost: Lost['lost'];
  readonly how: string;
  /** The number of its slice. */
  readonly slice: number;
  /** Its number in the campaign, from 1. */
  readonly run: number;
  readonly strategy: Proposal['strategy'];
  readonly sentences: readonly string[];
}

const NAMES = { hang: 'runs-end', crash: 'thread-survives' } as const;

/** @param made what the run was to be, when it could be found out */
export function lossOf(slice: number, { lost, how, run, drawn }: Lost, made: RunMade | undefined): Loss {
  const planned = made?.plan?.map(printFault) ?? [];
  return {
    lost,
    how: made
      ? how
      : `${how}; which plan it had could not be found out, since the thread ended elsewhere the next time`,
    slice,
    run: slice * RUNS_PER_SLICE + run + 1,
    strategy: made?.strategy ?? 'probe',
    sentences: [...planned, ...drawn],
  };
}

/** The first of each kind, as a failure that can be replayed. */
export function failuresOf(
  losses: readonly Loss[],
  shape: ScenarioShape,
  variant: string,
  seed: number,
): FailureResult[] {
  const firsts = losses.filter((loss, n) => losses.findIndex(({ lost }) => lost === loss.lost) === n);
  return firsts.map((loss) => failureOf(loss, shape, variant, seed));
}

function failureOf(loss: Loss, shape: ScenarioShape, variant: string, seed: number): FailureResult {
  const { lost, how, run, strategy, sentences } = loss;
  const slice = makeSlice(shape, seed, loss.slice);
  const repro = {
    format: REPRO_FORMAT,
    eddy: EDDY_VERSION,
    scenario: shape.name,
    variant,
    seed: slice.seed,
    faults: sentences.map((sentence) => ({ sentence, kind: parseFault(sentence).kind, needed: false })),
    workload: slice.items.map(plain),
  } as const;
  const found = { run, strategy, faults: sentences, items: repro.workload.length };
  return { ...lostFailure(repro, { lost, how }), says: `${how}, in run ${run}`, found };
}

/** The failure that a run with these inputs is when it takes its thread with it; its digest stands for the inputs. */
export function lostFailure(
  inputs: Omit<Repro, 'property' | 'name' | 'digest'>,
  { lost, how }: Pick<Lost, 'lost' | 'how'>,
): FailureResult {
  const sentences = inputs.faults.map(({ sentence }) => sentence);
  const digest = hashText([lost, inputs.seed, ...sentences].join('\n'))
    .toString(16)
    .padStart(8, '0');
  const repro: Repro = { ...inputs, property: lost, name: NAMES[lost], digest };
  return {
    ...repro,
    says: how,
    token: writeToken(repro),
    found: { run: 1, strategy: 'saved', faults: sentences, items: inputs.workload.length },
    cutShort: true,
    outcome: 'bound',
    why: [how],
    evidence: [],
    history: [],
    entriesCut: 0,
    neighbourhood: { runs: 0, failed: 0 },
  };
}

/** What a replay of such a failure asks: that the run ends is all. */
export function lossProperty(id: string, name: string): Property | undefined {
  if (!Object.hasOwn(NAMES, id)) return undefined;
  const fold: Fold = { see: () => {}, end: () => ({ verdict: 'pass', exercised: 1 }) };
  return { id, name, kind: 'liveness', start: () => fold };
}

/** What was lost, beside the scenario's own properties. */
export function propertiesOf(losses: readonly Loss[], runs: number): PropertyResult[] {
  return (['hang', 'crash'] as const).flatMap((lost): PropertyResult[] => {
    const [first] = losses.filter((loss) => loss.lost === lost);
    if (!first) return [];
    const says = `${first.how}, in run ${first.run}`;
    return [{ id: lost, name: NAMES[lost], kind: 'liveness', verdict: 'fail', exercised: runs, says }];
  });
}
