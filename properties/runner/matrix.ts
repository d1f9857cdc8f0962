/**
 * The crash matrix: every site of one small workload times every single fault that fits it, each cell a run of its own.
 * The probe lists the first sites; each faulty run may reveal more (a redelivery, a retry), which are tried beside the
 * fault that revealed them. Pairs of cells are sampled. Nothing is skipped in silence: every cell is tried, or counted
 * with the cause why it was not reached.
 */
import { combine, hashText, KeyedRandom } from '../../sim/kernel/random.ts';
import type { FaultData } from '../../sim/faults/fault.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { type FaultKind, kindsOf, type ScenarioShape, systemOf } from '../scenario.ts';
import { type Cell, cellsOf, windowCells, Sites } from './cells.ts';
import { again } from './determinism.ts';
import { type Case, execute, type Executed } from './execute.ts';
import { explain, type Found } from './failure.ts';
import { MatrixCount } from './matrix-count.ts';
import { plainEntries } from './plain.ts';
import type { Divergence, FailureResult, MatrixResult, ScenarioResult } from './result.ts';
import { makeSlice, type Slice } from './slice.ts';
import { countedOf, Tally } from './tally.ts';

export interface MatrixOptions {
  readonly seed: number;
  /** Workload items, at most; without it the largest workload: some mistakes show only where enough messages meet. */
  readonly items?: number;
  /** No more runs than this; the cells that are left are counted as not run. */
  readonly runs: number;
  /** How many pairs of cells are sampled, each a run. */
  readonly pairs: number;
  readonly kinds?: readonly FaultKind[];
  readonly signal?: AbortSignal;
  onProgress?(done: number, of: number): void;
}

/** A matrix says something about a scenario when so much of it was tried. */
const TRIED_MIN = 0.95;

/** @throws EddyError EDDY_LAW when a law of Eddy's own is broken */
export function matrix(shape: ScenarioShape, variant: string, options: MatrixOptions): Promise<ScenarioResult> {
  return inWorlds(() => new Matrix(shape, variant, options).run());
}

class Matrix {
  readonly #tally: Tally;
  readonly #count = new MatrixCount();
  readonly #sites = new Sites();
  readonly #found = new Map<number, Found>();
  readonly #failures: FailureResult[] = [];
  readonly #kinds: ReadonlySet<string>;
  readonly #slice: Slice;
  readonly #system;
  readonly #cells: Cell[] = [];
  #diverged: Divergence | undefined;

  constructor(
    readonly shape: ScenarioShape,
    readonly variant: string,
    readonly options: MatrixOptions,
  ) {
    this.#system = systemOf(shape, variant);
    this.#tally = new Tally(shape.properties);
    const claimed = kindsOf(shape);
    this.#kinds = new Set((options.kinds ?? claimed).filter((kind) => claimed.includes(kind)));
    const drawn = makeSlice(shape, options.seed, 0);
    this.#slice = { ...drawn, items: drawn.items.slice(0, options.items) };
  }

  async run(): Promise<ScenarioResult> {
    const probe = await this.#make([]);
    this.#diverged = await again(
      this.#system,
      { ...this.#slice, plan: [] },
      probe.record.digest,
      plainEntries(probe.record.entries),
    );
    this.#reveal(probe, []);
    this.#cells.push(...windowCells(probe.record.sites, this.#kinds));
    const first = this.#cells.length;
    for (let n = 0; n < this.#cells.length && !this.#isOver; n++) await this.#try(this.#cells[n] as Cell, n < first);
    const pairs = await this.#pairs(this.#cells.slice(0, first));
    for (const found of this.#found.values()) await this.#explain(found);
    return this.#result(pairs);
  }

  get #isOver(): boolean {
    return this.#tally.runs >= this.options.runs || this.options.signal?.aborted === true;
  }

  async #try(cell: Cell, reveals: boolean): Promise<void> {
    const made = await this.#make([...cell.beside, cell.fault]);
    this.#count.add(cell, made);
    if (reveals) this.#reveal(made, [cell.fault]);
  }

  #reveal({ record: { sites } }: Executed, beside: readonly FaultData[]): void {
    this.#cells.push(...cellsOf({ sites, fresh: this.#sites.fresh(sites) }, this.#kinds, beside));
  }

  /** Pairs of the probe's own cells, drawn by address: the n-th is the same however many are asked for. */
  async #pairs(cells: readonly Cell[]): Promise<MatrixResult['pairs']> {
    const possible = (cells.length * (cells.length - 1)) / 2;
    const random = new KeyedRandom(combine(this.options.seed >>> 0, hashText('pairs')));
    const tried = new Set<string>();
    let failed = 0;
    for (let n = 0; tried.size < Math.min(this.options.pairs, possible) && !this.#isOver; n += 2) {
      const [a, b] = [random.uint32(n) % cells.length, random.uint32(n + 1) % cells.length].toSorted((x, y) => x - y);
      const [one, other] = [cells[a as number], cells[b as number]];
      if (!one || !other || one === other || tried.has(`${a} ${b}`)) continue;
      tried.add(`${a} ${b}`);
      const { verdicts } = await this.#make([one.fault, other.fault]);
      if (verdicts.some(({ verdict }) => verdict === 'fail')) failed++;
    }
    return { possible, tried: tried.size, failed };
  }

  async #make(plan: readonly FaultData[]): Promise<Executed> {
    const given: Case = { seed: this.#slice.seed, items: this.#slice.items, plan };
    const made = await execute(this.#system, this.shape.properties, given, { recordSites: true });
    this.#tally.add(countedOf(made));
    const run = this.#tally.runs;
    made.verdicts.forEach((verdict, n) => {
      const property = this.shape.properties[n];
      if (verdict.verdict === 'fail' && property && !this.#found.has(n))
        this.#found.set(n, { property, verdict, given, run, strategy: plan.length > 0 ? 'matrix' : 'probe' });
    });
    this.options.onProgress?.(run, Math.min(this.options.runs, this.#cells.length + 1 + this.options.pairs));
    return made;
  }

  async #explain(found: Found): Promise<void> {
    const explained = await explain(
      this.shape,
      this.variant,
      this.#system,
      found,
      () => this.options.signal?.aborted === true,
    );
    if ('diverged' in explained) this.#diverged ??= explained.diverged;
    else this.#failures.push(explained.failure);
  }

  #result(pairs: MatrixResult['pairs']): ScenarioResult {
    const { shape, variant, options } = this;
    const counted = this.#count.result(this.#sites.size, this.#cells, pairs);
    const failed = this.#found.size > 0;
    const isEnough = counted.cells > 0 && counted.tried >= counted.cells * TRIED_MIN;
    return {
      scenario: shape.name,
      story: shape.story,
      variant,
      // Whatever is asked for is the user's own code: none of it is there to be caught.
      expected: 'pass',
      seed: options.seed,
      verdict: failed ? 'fail' : isEnough ? 'pass' : 'unknown',
      runs: this.#tally.runs,
      digest: this.#tally.digest,
      properties: this.#tally.results,
      faults: this.#tally.coverage,
      assumes: shape.faults.assumes ?? [],
      without: shape.faults.without ?? {},
      failures: this.#failures,
      matrix: counted,
      ...(this.#diverged ? { diverged: this.#diverged } : {}),
    };
  }
}
