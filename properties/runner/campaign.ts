/**
 * A campaign: rounds of slices, each slice a probe and the plans that the search proposes for it. What a run decides, the
 * campaign's seed decides: no clock, no number of workers. `timeMs` only cuts.
 */
import { hashText } from '../../sim/kernel/random.ts';
import { realTimeMs } from '../../sim/kernel/host.ts';
import { addLeaked, type Leaked } from '../../sim/kernel/leaks.ts';
import { inWorlds } from '../../sim/simulate.ts';
import type { Property } from '../property.ts';
import { type FaultKind, kindsOf, type ScenarioShape } from '../scenario.ts';
import { CampaignMap } from './campaign-map.ts';
import { againCold, type Remembered } from './determinism.ts';
import { recipeOf } from './draw.ts';
import {
  type CaseOrder,
  type Crew,
  type Explanation,
  type ExplainOrder,
  type Hands,
  Here,
  type Lost,
} from './hands.ts';
import { learn, type Learned, learnedSince, nothingKnown } from './knowledge.ts';
import { failuresOf, type Loss, lossOf, LOSSES_MAX, propertiesOf } from './loss.ts';
import type { Divergence, FailureResult, ScenarioResult } from './result.ts';
import { roundSize } from './rounds.ts';
import { makeSlice, seedOfSlice } from './slice.ts';
import {
  type Aim,
  type Overseer,
  type RunMade,
  RUNS_PER_SLICE,
  type SliceMade,
  type SliceOrder,
} from './slice-work.ts';
import type { Strategy } from './strategies/named.ts';
import { Tally } from './tally.ts';
import { Unended } from './unended.ts';

export type { Strategy };

export interface CampaignOptions {
  readonly seed: number;
  readonly runs: number;
  /** Cuts the campaign after so much real time; what was found so far stands. */
  readonly timeMs?: number;
  readonly strategy?: Strategy;
  readonly kinds?: readonly FaultKind[];
  /** Also kinds outside the scenario's fault model. */
  readonly beyond?: boolean;
  /** Makes every run twice. */
  readonly checkDeterminism?: boolean;
  /** Refuses user code clocks, timers and randomness: `EDDY_STRICT`. */
  readonly strict?: boolean;
  /** Ends at the first failure; of a wrong variant, at the first of the property that it breaks. */
  readonly bail?: boolean;
  /** Ends it once so many runs are made and each property has its verdict. */
  readonly enough?: number;
  /** Other seeds that the plan of a failure is tried under; default: 50. */
  readonly nearby?: number;
  /** `false`: failures are counted, not shrunk and explained. */
  readonly explain?: boolean;
  /** File URL of the scenario's module, for the cold runs of the determinism check. */
  readonly source?: string;
  /** Makes the runs on its threads, where `source` says what they load; without it this thread makes them. */
  readonly crew?: Crew;
  readonly signal?: AbortSignal;
  onProgress?(done: number, of: number): void;
}

/** The seed of a scenario that was given none. */
export function seedOf(name: string): number {
  return hashText(`eddy ${name}`) >>> 1;
}

/**
 * @throws EddyError EDDY_LAW when a law of Eddy's own is broken; EDDY_WORKER when a worker thread cannot load the scenario
 */
export function campaign(shape: ScenarioShape, variant: string, options: CampaignOptions): Promise<ScenarioResult> {
  const { crew, source } = options;
  if (crew && source !== undefined) {
    return new Campaign(shape, variant, options, crew.handsFor({ source, scenario: shape.name, variant })).run();
  }
  return inWorlds(() => new Campaign(shape, variant, options, new Here(shape, variant)).run());
}

/** A property that failed, in the first run of all in which it did. */
interface Found {
  readonly property: Property;
  readonly order: ExplainOrder;
}

interface SliceDone extends SliceMade {
  /** The threads that it took, in the order of its runs. */
  readonly lost: readonly Lost[];
}

const NONE_LEAKED: Leaked = { count: 0, calls: [] };

class Campaign {
  readonly #tally: Tally;
  readonly #map = new CampaignMap();
  readonly #unended = new Unended();
  readonly #aim: Aim;
  readonly #known = nothingKnown();
  readonly #remembered: Remembered[] = [];
  readonly #found = new Map<number, Found>();
  readonly #failures: FailureResult[] = [];
  readonly #losses: Loss[] = [];
  readonly #startedMs = realTimeMs();
  /** No more slices. */
  #ended = false;
  #diverged: Divergence | undefined;
  #cut = false;
  #leaked: Leaked = NONE_LEAKED;
  /** Runs begun, in whatever order. */
  #begun = 0;

  constructor(
    readonly shape: ScenarioShape,
    readonly variant: string,
    readonly options: CampaignOptions,
    readonly hands: Hands,
  ) {
    this.#tally = new Tally(shape.properties, options.kinds);
    const claimed = kindsOf(shape);
    const wanted = options.kinds ?? claimed;
    this.#aim = {
      seed: options.seed,
      strategy: options.strategy ?? 'guided',
      kinds: options.beyond ? wanted : wanted.filter((kind) => claimed.includes(kind)),
      checkDeterminism: options.checkDeterminism === true,
      strict: options.strict === true,
      endsWith: options.bail ? this.#numbers(({ id }) => !this.#isWrong || id === this.#expected) : [],
    };
  }

  async run(): Promise<ScenarioResult> {
    const { options } = this;
    const slices = Math.ceil(options.runs / RUNS_PER_SLICE);
    try {
      for (let first = 0; first < slices && !this.#isOver; ) {
        const size = Math.min(roundSize(first), slices - first);
        await this.#round(first, size);
        first += size;
      }
    } finally {
      this.#ended = true;
    }
    if (options.explain !== false) await this.#explain();
    if (options.source !== undefined && !this.#diverged && this.#losses.length === 0 && !options.signal?.aborted) {
      const names = { scenario: this.shape.name, variant: this.variant };
      const warm = (order: CaseOrder): ReturnType<Hands['entries']> => this.hands.entries(order);
      this.#diverged = await againCold(options.source, names, this.#remembered, warm, options.crew?.cold);
    }
    return this.#result();
  }

  get #isWrong(): boolean {
    return this.variant !== 'correct';
  }

  get #expected(): string {
    return this.shape.wrong[this.variant]?.breaks ?? 'pass';
  }

  get #isCaught(): boolean {
    return [...this.#found.values()].some(({ property }) => property.id === this.#expected);
  }

  #numbers(which: (property: Property) => boolean): number[] {
    return this.shape.properties.flatMap((property, n) => (which(property) ? [n] : []));
  }

  /** What was merged so far ends it. */
  get #isDecided(): boolean {
    const { runs, bail, enough = runs } = this.options;
    if (this.#tally.runs >= runs || this.#diverged) return true;
    if (this.#tally.runs >= enough && this.#tally.verdict !== 'unknown') return true;
    if (this.#losses.length >= LOSSES_MAX || this.#losses.some(({ strategy }) => strategy === 'probe')) return true;
    return bail === true && (this.#isWrong ? this.#isCaught : this.#found.size + this.#losses.length > 0);
  }

  get #isOver(): boolean {
    if (this.#isDecided) return true;
    this.#cut ||= this.#isTimeUp;
    return this.#cut;
  }

  get #isTimeUp(): boolean {
    const { timeMs, signal } = this.options;
    return signal?.aborted === true || (timeMs !== undefined && realTimeMs() - this.#startedMs > timeMs);
  }

  /** Slices that start from the same knowledge; what they found counts in their order. */
  async #round(first: number, of: number): Promise<void> {
    const working = Array.from({ length: of }, (_, at) => {
      const n = first + at;
      const runs = Math.min(RUNS_PER_SLICE, this.options.runs - n * RUNS_PER_SLICE);
      return this.#slice({ aim: this.#aim, n, part: { of, at }, known: this.#known, runs });
    });
    const all = Promise.allSettled(working);
    const learned: Learned[] = [];
    try {
      for (const [at, slice] of working.entries()) {
        const made = await slice;
        if (this.#isDecided) break;
        this.#merge(first + at, made);
        learned.push(made.learned);
      }
    } finally {
      this.#ended ||= learned.length < of || this.#isDecided;
      await all;
    }
    for (const each of learned) learn(this.#known, each);
  }

  /** A slice whose thread is gone is made again without the run that took it: what came before counts, and its plan is told. */
  async #slice(order: SliceOrder): Promise<SliceDone> {
    const overseer: Overseer = {
      isOver: () => this.#ended || this.#isTimeUp,
      begins: () => this.options.onProgress?.(Math.min(++this.#begun, this.options.runs), this.options.runs),
    };
    const lost: Lost[] = [];
    for (;;) {
      const last = lost.at(-1);
      const runs = last && lost.length >= LOSSES_MAX ? last.run + 1 : order.runs;
      const made = await this.hands.slice({ ...order, runs, skip: lost.map(({ run }) => run) }, overseer);
      if (!('lost' in made)) return { ...made, lost };
      if (lost.some(({ run }) => run >= made.run)) return { ...NOTHING_MADE, lost: [made] };
      lost.push(made);
    }
  }

  #merge(n: number, { runs, diverged, lost, cut, leaked, looked }: SliceDone): void {
    this.#tally.looked(looked);
    this.#leaked = addLeaked(this.#leaked, leaked);
    // One that ends elsewhere each time can be told by its slice alone.
    const [elsewhere] = runs.length === 0 ? lost : [];
    if (elsewhere) this.#losses.push(lossOf(n, elsewhere, undefined));
    for (const [at, made] of runs.entries()) {
      if (this.#isDecided) return;
      const loss = made.skipped ? lost.find(({ run }) => run === at) : undefined;
      if (loss) this.#losses.push(lossOf(n, loss, made));
      this.#add(n, made);
    }
    this.#diverged ??= diverged;
    this.#cut ||= cut;
  }

  #add(n: number, made: RunMade): void {
    this.#tally.add(made);
    this.#map.add(n, made);
    this.#unended.add(this.#tally.runs, n, made);
    const { plan, digest, strategy } = made;
    if (!plan) return;
    const run = this.#tally.runs;
    const { seed, items } = makeSlice(this.shape, this.options.seed, n);
    const given: CaseOrder = { seed, items: items.map(recipeOf), plan };
    made.verdicts.forEach((verdict, at) => {
      const property = this.shape.properties[at];
      if (verdict.verdict === 'fail' && property && !this.#found.has(at))
        this.#found.set(at, { property, order: { property: at, verdict, given, run, strategy } });
    });
    if (made.twice) this.#remembered.push({ given, digest });
  }

  async #explain(): Promise<void> {
    const all = [...this.#found.values()];
    const isEnough = this.options.bail === true && this.#isWrong && this.#isCaught;
    const some = isEnough ? all.filter(({ property }) => property.id === this.#expected) : all;
    for (const explained of await Promise.all(some.map(({ order }) => this.#explained(order)))) {
      if ('lost' in explained) continue;
      if ('diverged' in explained) {
        this.#diverged ??= explained.diverged;
        continue;
      }
      this.#failures.push(explained.failure);
      this.#remembered.push({ given: explained.minimal, digest: explained.failure.digest });
    }
  }

  /** A smaller plan may take the thread with it; then the failure is told as it was found. */
  async #explained(found: ExplainOrder): Promise<Explanation | Lost> {
    const { nearby } = this.options;
    const order = { ...found, ...(nearby !== undefined && { nearby }) };
    const explained = await this.hands.explain(order, () => this.#isTimeUp);
    return 'lost' in explained ? this.hands.explain(order, () => true) : explained;
  }

  #result(): ScenarioResult {
    const { shape, variant, options } = this;
    const tally = this.#tally;
    const losses = this.#losses;
    const verdict = losses.length > 0 ? 'fail' : tally.verdict;
    // A failure that ends so tells it itself.
    const isTold = this.#failures.some(({ outcome }) => outcome === 'bound');
    const unended = isTold ? undefined : this.#unended.result(shape, variant, { ...options, runs: tally.runs });
    return {
      scenario: shape.name,
      story: shape.story,
      variant,
      expected: this.#isWrong ? this.#expected : 'pass',
      ...(this.#isWrong ? { because: shape.wrong[variant]?.because ?? '', caught: this.#isCaught } : {}),
      seed: options.seed,
      verdict: options.beyond && verdict === 'fail' ? 'unknown' : verdict,
      runs: tally.runs,
      struck: tally.struck,
      ...(this.#cut ? {} : { digest: tally.digest }),
      properties: [...tally.results, ...propertiesOf(losses, tally.runs)],
      faults: tally.coverage,
      map: this.#map.rows((slice) => seedOfSlice(options.seed, slice)),
      assumes: shape.faults.assumes ?? [],
      without: shape.faults.without ?? {},
      failures: [...this.#failures, ...failuresOf(losses, shape, variant, options.seed)],
      ...(unended && { unended }),
      ...(this.#leaked.count > 0 ? { leaked: this.#leaked } : {}),
      ...(this.#diverged ? { diverged: this.#diverged } : {}),
    };
  }
}

const NOTHING_MADE: SliceMade = {
  runs: [],
  leaked: NONE_LEAKED,
  learned: learnedSince(nothingKnown(), nothingKnown()),
  looked: [],
  cut: false,
};
