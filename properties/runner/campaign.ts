/**
 * A campaign: slices of runs, each slice a probe and the plans that the search proposes for it. What a run decides, the
 * campaign's seed decides: no clock, no order of workers. `timeMs` only cuts.
 */
import { hashText } from '../../sim/kernel/random.ts';
import { realTimeMs } from '../../sim/kernel/host.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { type FaultKind, kindsOf, type ScenarioShape, systemOf } from '../scenario.ts';
import { again, againCold, type Remembered } from './determinism.ts';
import { type Case, execute, type Executed } from './execute.ts';
import { explain, type Found } from './failure.ts';
import { plainEntries } from './plain.ts';
import type { Divergence, FailureResult, ScenarioResult } from './result.ts';
import { makeSlice, type Slice } from './slice.ts';
import { type Proposal, Search, type Strategy } from './strategies.ts';
import { Tally } from './tally.ts';

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
  /** Ends at the first failure; of a wrong variant, at the first of the property that it breaks. */
  readonly bail?: boolean;
  /** `false`: failures are counted, not shrunk and explained. */
  readonly explain?: boolean;
  /** File URL of the scenario's module, for the cold runs of the determinism check. */
  readonly source?: string;
  readonly signal?: AbortSignal;
  onProgress?(done: number, of: number): void;
}

const RUNS_PER_SLICE = 25;
/** One run in so many is made twice. */
const CHECK_EVERY = 20;

/** The seed of a scenario that was given none. */
export function seedOf(name: string): number {
  return hashText(`eddy ${name}`) >>> 1;
}

/** @throws EddyError EDDY_LAW when a law of Eddy's own is broken */
export function campaign(shape: ScenarioShape, variant: string, options: CampaignOptions): Promise<ScenarioResult> {
  return inWorlds(() => new Campaign(shape, variant, options).run());
}

class Campaign {
  readonly #tally: Tally;
  readonly #search: Search;
  readonly #remembered: Remembered[] = [];
  readonly #found = new Map<number, Found>();
  readonly #failures: FailureResult[] = [];
  readonly #startedMs = realTimeMs();
  readonly #system;
  #diverged: Divergence | undefined;
  #cut = false;

  constructor(
    readonly shape: ScenarioShape,
    readonly variant: string,
    readonly options: CampaignOptions,
  ) {
    this.#system = systemOf(shape, variant);
    this.#tally = new Tally(shape.properties);
    const claimed = kindsOf(shape);
    const wanted = options.kinds ?? claimed;
    const kinds = new Set(options.beyond ? wanted : wanted.filter((kind) => claimed.includes(kind)));
    this.#search = new Search(options.seed, options.strategy ?? 'guided', kinds);
  }

  async run(): Promise<ScenarioResult> {
    for (let n = 0; !this.#isOver; n++) await this.#slice(makeSlice(this.shape, this.options.seed, n));
    for (const found of this.options.explain === false ? [] : this.#found.values()) {
      if (this.options.bail && this.#isWrong && found.property.id !== this.#expected) continue;
      await this.#explain(found);
    }
    if (this.options.source !== undefined && !this.#diverged && !this.options.signal?.aborted) {
      this.#diverged = await againCold(
        this.options.source,
        { scenario: this.shape.name, variant: this.variant },
        this.#system,
        this.#remembered,
      );
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

  get #isOver(): boolean {
    const { runs, bail } = this.options;
    if (this.#tally.runs >= runs || this.#diverged) return true;
    if (bail && (this.#isWrong ? this.#isCaught : this.#found.size > 0)) return true;
    this.#cut ||= this.#isTimeUp;
    return this.#cut;
  }

  get #isTimeUp(): boolean {
    const { timeMs, signal } = this.options;
    return signal?.aborted === true || (timeMs !== undefined && realTimeMs() - this.#startedMs > timeMs);
  }

  async #slice(slice: Slice): Promise<void> {
    const given = { seed: slice.seed, items: slice.items, plan: [] };
    const probe = await this.#make(given, 'probe');
    slice.sites = probe.record.sites;
    if (slice.n === 0) this.#diverged ??= await this.#again(given, probe);
    const plans = this.#search.plans(slice, RUNS_PER_SLICE - 1);
    for (let next = plans.next(); !next.done && !this.#isOver; ) {
      const { strategy, plan, rule }: Proposal = next.value;
      const made = await this.#make({ ...given, plan, ...(rule ? { rule } : {}) }, strategy);
      next = plans.next(made.record);
    }
  }

  async #make(given: Case, strategy: Found['strategy']): Promise<Executed> {
    const made = await execute(this.#system, this.shape.properties, given, { recordSites: true });
    this.#tally.add(made);
    const run = this.#tally.runs;
    // A rule is kept as what it struck with: that is what is repeated, shrunk and saved.
    const plain: Case = {
      seed: given.seed,
      items: given.items,
      plan: made.record.faults.filter((fault) => fault.reached || !given.rule).map(({ data }) => data),
    };
    made.verdicts.forEach((verdict, n) => {
      const property = this.shape.properties[n];
      if (verdict.verdict === 'fail' && property && !this.#found.has(n))
        this.#found.set(n, { property, verdict, given: plain, run, strategy });
    });
    if (this.options.checkDeterminism || run % CHECK_EVERY === 0) this.#diverged ??= await this.#again(plain, made);
    this.options.onProgress?.(run, this.options.runs);
    return made;
  }

  async #again(given: Case, { record }: Executed): Promise<Divergence | undefined> {
    this.#remembered.push({ given, digest: record.digest });
    return again(this.#system, given, record.digest, plainEntries(record.entries));
  }

  async #explain(found: Found): Promise<void> {
    const explained = await explain(this.shape, this.variant, this.#system, found, () => this.#isTimeUp);
    if ('diverged' in explained) {
      this.#diverged ??= explained.diverged;
      return;
    }
    this.#failures.push(explained.failure);
    this.#remembered.push({ given: explained.minimal, digest: explained.failure.digest });
  }

  #result(): ScenarioResult {
    const { shape, variant, options } = this;
    const tally = this.#tally;
    return {
      scenario: shape.name,
      story: shape.story,
      variant,
      expected: this.#isWrong ? this.#expected : 'pass',
      ...(this.#isWrong ? { because: shape.wrong[variant]?.because ?? '', caught: this.#isCaught } : {}),
      seed: options.seed,
      verdict: options.beyond && tally.verdict === 'fail' ? 'unknown' : tally.verdict,
      runs: tally.runs,
      ...(this.#cut ? {} : { digest: tally.digest }),
      properties: tally.results,
      faults: tally.coverage,
      assumes: shape.faults.assumes ?? [],
      without: shape.faults.without ?? {},
      failures: this.#failures,
      ...(this.#diverged ? { diverged: this.#diverged } : {}),
    };
  }
}
