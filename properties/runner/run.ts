/** `run`: exactly one run, as a pure function of its input. */
import type { Entry } from '../../sim/history/history.ts';
import { EddyError } from '../../sim/errors.ts';
import { inWorlds } from '../../sim/simulate.ts';
import type { Thrown } from '../../sim/thrown.ts';
import type { Verdict } from '../property.ts';
import { isScenario, type Scenario, type ScenarioShape, systemOf } from '../scenario.ts';
import { checkInput } from './asked.ts';
import { execute, type Executed, executeUnkept } from './execute.ts';
import { asFault, dataOf, type Fault } from './fault-sentence.ts';
import { seedOf } from './campaign.ts';
import { namesInRun, strangerIn } from './names.ts';

/** All that a run depends on beside the scenario. */
export interface RunInput<I> {
  seed?: number;
  variant?: string;
  workload: readonly I[];
  faults?: readonly (Fault | string)[];
  /** Any use of Date, Math.random, timers and the like in the services throws, with its call site. */
  strict?: boolean;
  /**
   * `false`: no history is kept, for runs of millions of entries. The checks see each entry as it comes, `history()` is empty,
   * and what compares the run with its twin is unknown. Default: true.
   */
  keepHistory?: boolean;
}

/** What one run came to. */
export interface RunResult {
  /** `stuck`: quiet with somebody still waiting; `bound`: it went on until a limit. */
  readonly outcome: 'quiet' | 'stuck' | 'bound';
  /** Who is stuck on what, or which limit was passed. */
  readonly why: readonly string[];
  readonly digest: string;
  /** By id and by name; where two share an id, the id has the worse verdict. */
  readonly properties: Readonly<Record<string, Verdict>>;
  /** Faults that never came up, or name what the run did not have: a service, an instance, a component, a topic, a partition, a group. */
  readonly notReached: readonly Fault[];
  /** What services and the workload threw and nobody caught, the five most frequent, in words that may differ between versions of Node. */
  readonly thrown: readonly Thrown[];
  /** In order; none where `keepHistory` was false. */
  history(): Iterable<Entry>;
}

/**
 * Exactly one run, with the faults that are named: the same input, the same history.
 * @throws EddyError EDDY_FAULT_SYNTAX, EDDY_NO_VARIANT, EDDY_LAW, EDDY_STRICT, and EDDY_USAGE for an input that is none
 */
export async function run<I>(scenario: Scenario<I>, input: RunInput<I>): Promise<RunResult> {
  const shape = shapeOf(scenario);
  checkInput('run', input);
  const system = systemOf(shape, input.variant ?? 'correct');
  const plan = (input.faults ?? []).map(dataOf);
  const given = { seed: input.seed ?? seedOf(shape.name), items: input.workload, plan };
  const made = await inWorlds(() =>
    (input.keepHistory === false ? executeUnkept : execute)(system, shape.properties, given, { strict: input.strict }),
  );
  const { record } = made;
  const names = namesInRun(system, plan, record);
  return {
    outcome: record.outcome,
    why: record.why,
    digest: record.digest,
    properties: verdictsOf(shape, made),
    notReached: record.faults
      .filter((fault) => !fault.reached || strangerIn(fault.data, names))
      .map(({ data }) => asFault(data)),
    thrown: record.thrown,
    history: () => record.entries,
  };
}

/** @throws EddyError EDDY_SCENARIO for what `scenario(...)` has not made */
export function shapeOf(value: unknown): ScenarioShape {
  if (isScenario(value)) return value;
  const { default: inModule } = (typeof value === 'object' && value !== null ? value : {}) as { default?: unknown };
  const hint = isScenario(inModule) ? ', or take the `default` of this module' : '';
  throw new EddyError('EDDY_SCENARIO', `This is no scenario: make it with scenario({ ... })${hint}`);
}

const WORSE = { pass: 0, unknown: 1, fail: 2 } as const;

function verdictsOf(shape: ScenarioShape, { verdicts }: Executed): Record<string, Verdict> {
  const by = new Map<string, Verdict>();
  shape.properties.forEach(({ id, name }, n) => {
    const verdict = verdicts[n] as Verdict;
    const before = by.get(id);
    if (!before || WORSE[verdict.verdict] > WORSE[before.verdict]) by.set(id, verdict);
    if (name !== id) by.set(name, verdict);
  });
  return Object.fromEntries(by);
}
