/**
 * The work on one slice: its probe and the plans that the search proposes for it, made run by run. What it needs and what
 * it answers is plain data, so that any thread can do it.
 */
import type { FaultData } from '../../sim/faults/fault.ts';
import { type Leaked, takeLeaked } from '../../sim/kernel/leaks.ts';
import type { System } from '../../sim/simulate.ts';
import type { Verdict } from '../property.ts';
import type { ScenarioShape } from '../scenario.ts';
import { again } from './determinism.ts';
import { type Case, execute, type Executed } from './execute.ts';
import { copyOf, type Knowledge, type Learned, learnedSince } from './knowledge.ts';
import { type Looked, Looker } from './looked.ts';
import { plainEntries } from './plain.ts';
import type { Divergence } from './result.ts';
import type { Part } from './rounds.ts';
import { makeSlice } from './slice.ts';
import { Search } from './search.ts';
import type { Strategy } from './strategies/named.ts';
import type { Proposal } from './strategies/strategy.ts';
import { type Counted, countedOf } from './tally.ts';

export const RUNS_PER_SLICE = 25;
/** One run in so many is made twice. */
const CHECK_EVERY = 20;

/** What all slices of a campaign have in common. */
export interface Aim {
  readonly seed: number;
  readonly strategy: Strategy;
  readonly kinds: readonly string[];
  /** Makes every run twice. */
  readonly checkDeterminism: boolean;
  /** Refuses user code clocks, timers and randomness. */
  readonly strict: boolean;
  /** Numbers of the properties whose first failure ends the campaign. */
  readonly endsWith: readonly number[];
}

/** Which slice, and what was known before its round. */
export interface SliceOrder {
  readonly aim: Aim;
  readonly n: number;
  readonly part: Part;
  readonly known: Knowledge;
  readonly runs: number;
  /** Runs of it that took their thread with them: they are not made again, only told. */
  readonly skip?: readonly number[];
}

/** What a run leaves for the campaign. */
export interface RunMade extends Counted {
  /** Of each property; evidence as plain data, and only where it failed for the first time in this slice. */
  readonly verdicts: readonly Verdict[];
  readonly strategy: Proposal['strategy'];
  /** The plan without its rule, where somebody needs it: something failed, it was the first without an end, or it was made twice. */
  readonly plan?: readonly FaultData[];
  readonly twice?: boolean;
  /** It was not made. */
  readonly skipped?: boolean;
}

export interface SliceMade {
  readonly runs: readonly RunMade[];
  readonly learned: Learned;
  /** What the properties' selectors picked. */
  readonly looked: Looked;
  readonly leaked: Leaked;
  /** It ended early because somebody asked for it. */
  readonly cut: boolean;
  /** The last of the runs was not the same again. */
  readonly diverged?: Divergence;
}

/** Who hears how far the work is, and may end it. */
export interface Overseer {
  readonly isOver: () => boolean;
  /** This run of the slice begins. */
  readonly begins: (run: number) => void;
  /** A random rule struck with this. */
  readonly drew?: (fault: FaultData) => void;
}

export function workSlice(
  shape: ScenarioShape,
  system: System,
  order: SliceOrder,
  overseer: Overseer,
): Promise<SliceMade> {
  return new SliceWork(shape, system, order, overseer).work();
}

const PROBE: Proposal = { strategy: 'probe', plan: [] };

class SliceWork {
  readonly #runs: RunMade[] = [];
  readonly #failed = new Set<number>();
  readonly #looker: Looker;
  #diverged: Divergence | undefined;
  #ended = false;
  #cut = false;

  constructor(
    readonly shape: ScenarioShape,
    readonly system: System,
    readonly order: SliceOrder,
    readonly overseer: Overseer,
  ) {
    this.#looker = new Looker(shape.properties);
  }

  async work(): Promise<SliceMade> {
    const { aim, n, part, known } = this.order;
    const mine = copyOf(known);
    const slice = makeSlice(this.shape, aim.seed, n);
    const search = new Search(aim.seed, aim.strategy, new Set(aim.kinds), { known: mine, part, n });
    const given = { seed: slice.seed, items: slice.items };
    if (!this.#isOver) {
      const probe = (await this.#make(given, PROBE))?.record;
      slice.sites = probe?.sites ?? [];
      const plans = search.plans(slice, RUNS_PER_SLICE - 1, probe);
      for (let next = plans.next(); !next.done && !this.#isOver; )
        next = plans.next((await this.#make(given, next.value))?.record);
    }
    const learned = learnedSince(known, mine);
    return {
      runs: this.#runs,
      // Slices that go side by side draw each by its own number.
      learned: part.of === 1 ? learned : { ...learned, draws: 0 },
      looked: this.#looker.seen,
      cut: this.#cut,
      leaked: takeLeaked(),
      ...(this.#diverged ? { diverged: this.#diverged } : {}),
    };
  }

  get #isOver(): boolean {
    if (this.#runs.length >= this.order.runs || this.#ended || this.#diverged) return true;
    this.#cut ||= this.overseer.isOver();
    return this.#cut;
  }

  async #make(of: Pick<Case, 'seed' | 'items'>, { strategy, plan, rule }: Proposal): Promise<Executed | undefined> {
    const { aim, n, skip } = this.order;
    const nth = this.#runs.length;
    if (skip?.includes(nth)) {
      this.#runs.push({ digest: 'lost', verdicts: [], faults: [], strategy, plan, skipped: true });
      return undefined;
    }
    this.overseer.begins(nth);
    const given = { ...of, plan, ...(rule ? { rule } : {}) };
    const options = {
      recordSites: true,
      strict: aim.strict,
      ...(this.overseer.drew ? { drew: this.overseer.drew } : {}),
    };
    const made = await execute(this.system, this.shape.properties, given, options);
    const { record, verdicts } = made;
    this.#looker.see(record.entries);
    // A rule is kept as what it struck with: that is what is repeated, shrunk and saved.
    const plain = record.faults.filter((fault) => fault.reached || !rule).map(({ data }) => data);
    const run = n * RUNS_PER_SLICE + nth + 1;
    const twice = aim.checkDeterminism || run === 1 || run % CHECK_EVERY === 0;
    const fails = verdicts.some(({ verdict }) => verdict === 'fail');
    const counted = countedOf(made);
    const isFirstUnended = counted.unended !== undefined && !this.#runs.some(({ unended }) => unended !== undefined);
    this.#runs.push({
      ...counted,
      verdicts: verdicts.map((verdict, property) => this.#told(verdict, property)),
      strategy,
      ...(fails || twice || isFirstUnended ? { plan: plain } : {}),
      ...(twice ? { twice } : {}),
    });
    this.#ended = aim.endsWith.some((property) => verdicts[property]?.verdict === 'fail');
    if (twice) {
      const entries = plainEntries(record.entries);
      this.#diverged = await again(this.system, { ...of, plan: plain }, record.digest, entries);
    }
    return made;
  }

  #told(verdict: Verdict, property: number): Verdict {
    if (verdict.verdict !== 'fail') return verdict;
    const isFirst = !this.#failed.has(property);
    this.#failed.add(property);
    return { ...verdict, evidence: isFirst ? plainEntries(verdict.evidence) : [] };
  }
}
