/**
 * What a campaign leaves behind, as plain data: reports read this and nothing else. It is what result.json holds, so
 * every field is JSON and its shape is stable within a schema version.
 */
import type { Entry } from '../../sim/history/history.ts';
import type { Leaked } from '../../sim/kernel/leaks.ts';
import type { Thrown } from '../../sim/thrown.ts';
import type { Cause } from './cause.ts';
import type { RunsToCatch } from './detection/interval.ts';

export const RESULT_SCHEMA = 1;

export type Overall = 'pass' | 'fail' | 'unknown';

export interface CampaignResult {
  readonly schema: typeof RESULT_SCHEMA;
  /** Eddy's version. */
  readonly eddy: string;
  readonly seed: number;
  /** What was typed, without the program's name: `run payments --seed 7`. */
  readonly command: string;
  readonly verdict: Overall;
  readonly exitCode: number;
  readonly scenarios: readonly ScenarioResult[];
  /** Of `eddy detect`. */
  readonly detection?: DetectionResult;
  /** Against an earlier result, where one was given. */
  readonly since?: SinceResult;
}

/** Failures and variants are the same when their names are. */
export interface SinceResult {
  /** The command of the earlier result. */
  readonly command: string;
  readonly fresh: readonly FailureName[];
  readonly gone: readonly FailureName[];
  /** Variants that stand otherwise than before, in words. */
  readonly changed: readonly {
    readonly scenario: string;
    readonly variant: string;
    readonly before: string;
    readonly now: string;
  }[];
}

export type FailureName = Pick<FailureResult, 'scenario' | 'variant' | 'property' | 'name'>;

/** How many runs it took to catch each wrong variant, and what was said of the right ones. */
export interface DetectionResult {
  readonly seeds: number;
  /** The most runs of a campaign, by strategy. */
  readonly caps: { readonly guided: number; readonly random: number };
  readonly variants: readonly {
    readonly scenario: string;
    readonly variant: string;
    readonly expected: string;
    readonly caught: boolean;
    readonly violated: readonly string[];
    readonly guided: RunsToCatch;
    readonly random: RunsToCatch;
    /** What was done to it, where it was made by sabotage. */
    readonly sabotage?: string;
  }[];
  readonly correct: readonly {
    readonly scenario: string;
    readonly runs: number;
    readonly struck: number;
    readonly falseAlarms: number;
    readonly violated: readonly string[];
  }[];
}

/** One scenario in one variant. */
export interface ScenarioResult {
  readonly scenario: string;
  readonly story: string;
  readonly variant: string;
  /** `pass`, or the id of the property that a wrong variant must violate. */
  readonly expected: string;
  /** Why a wrong variant is wrong. */
  readonly because?: string;
  readonly seed: number;
  readonly verdict: Overall;
  /** A wrong variant that its expected property caught. */
  readonly caught?: boolean;
  readonly runs: number;
  /** Runs in which at least one fault took effect. */
  readonly struck?: number;
  /** Hash of the runs' digests in run order; absent when time cut the campaign. */
  readonly digest?: string;
  readonly properties: readonly PropertyResult[];
  readonly faults: readonly FaultCoverage[];
  readonly assumes: readonly string[];
  readonly without: Readonly<Record<string, string>>;
  readonly failures: readonly FailureResult[];
  /** What became of the failures saved earlier, which were replayed first. */
  readonly saved?: readonly SavedReplay[];
  /** Of `eddy matrix`. */
  readonly matrix?: MatrixResult;
  /** A row for each slice: its seed, and what faults did under it. */
  readonly map?: readonly MapRow[];
  /** Runs that went on until a bound; absent where they are few, or where a failure shows it. */
  readonly unended?: UnendedResult;
  /** Calls of code that went on when its run was over; absent when there were none. */
  readonly leaked?: Leaked;
  /** Present when two runs of the same input differed. */
  readonly diverged?: Divergence;
}

/** Runs that went on until a bound, in which nothing can be said of what is missing. */
export interface UnendedResult {
  readonly runs: number;
  readonly says: string;
  /** Replays the first of them; empty where it would be too long. */
  readonly token: string;
}

/** The runs of one slice. Of each kind of fault: in how many it took effect, and how many of those failed. */
export interface MapRow {
  readonly seed: number;
  readonly runs: number;
  readonly failed: number;
  readonly kinds: Readonly<Record<string, readonly [struck: number, failed: number]>>;
}

/** The crash matrix: `cells` = `tried` + `notReached` + `notRun`; of those tried some had no effect, some failed. */
export interface MatrixResult {
  readonly sites: number;
  readonly cells: number;
  readonly tried: number;
  readonly notReached: number;
  /** Cut off by a limit of runs, or by Ctrl-C. */
  readonly notRun: number;
  readonly noEffect: number;
  readonly failed: number;
  readonly table: readonly MatrixCell[];
  /** Each cell that was not reached, with its cause. */
  readonly missed: readonly { readonly sentences: readonly string[]; readonly cause: string }[];
  /** Pairs of the probe's cells, by sampling. */
  readonly pairs: { readonly possible: number; readonly tried: number; readonly failed: number };
}

/** All cells of one row (an operation of a service, whatever message it is about) and kind of fault. */
export interface MatrixCell {
  readonly row: string;
  readonly kind: string;
  readonly cells: number;
  readonly tried: number;
  readonly failed: number;
  /** The plans of the cells that failed. */
  readonly failing: readonly (readonly string[])[];
}

/** A failure saved earlier, replayed. */
export interface SavedReplay {
  readonly file: string;
  /** The property's id and name. */
  readonly property: string;
  readonly name: string;
  /** `moved`: fixed, where an operation was looked for by its milestone. */
  readonly verdict: 'reproduced' | 'fixed' | 'moved' | 'no-effect' | 'stale' | 'diverged';
  /** In words: what failed, what is gone, what changed nothing. */
  readonly says: readonly string[];
}

export interface PropertyResult {
  readonly id: string;
  readonly name: string;
  readonly kind: 'safety' | 'liveness';
  readonly verdict: Overall;
  /** In how many runs its premise came up. */
  readonly exercised: number;
  /** What fails, or why nothing can be said; of one that passes, which of the ends that it was handed nothing came to. */
  readonly says?: string;
}

/** How often faults of a kind were planned, came up, and changed something. */
export interface FaultCoverage {
  readonly kind: string;
  readonly planned: number;
  readonly reached: number;
  readonly tookEffect: number;
}

export interface FailureResult {
  readonly scenario: string;
  readonly variant: string;
  /** The property's id and name. */
  readonly property: string;
  readonly name: string;
  readonly says: string;
  readonly seed: number;
  /** `eddy1....`; empty when it would pass 2 KB: the file is named instead. */
  readonly token: string;
  /** Path of the repro file as `--out` gives it, when it was written. */
  readonly file?: string;
  /** The scenario's file, where its name alone does not find it. */
  readonly scenarioFile?: string;
  /** The test that makes it again, where the scenario stands in a test file, which `eddy repro` cannot load. */
  readonly inTest?: { readonly file: string; readonly title: string };
  readonly digest: string;
  /** The minimal plan. */
  readonly faults: readonly {
    readonly sentence: string;
    readonly kind: string;
    readonly needed: boolean;
    /** Where its message came from, and its operation's milestone: what a replay looks for. */
    readonly at?: string;
    readonly milestone?: string;
  }[];
  /** The minimal workload. */
  readonly workload: readonly unknown[];
  /** Where the workload is sent to, as `component.channel`. */
  readonly sends?: readonly string[];
  /** Where and how it was found, before shrinking; its run, where shrinking changed it. */
  readonly found: {
    readonly run: number;
    readonly strategy: string;
    readonly faults: readonly string[];
    readonly items: number;
  } & Partial<FoundRun>;
  /** Shrinking ended for lack of time or tries: something may yet be needless, or simpler. */
  readonly cutShort?: boolean;
  readonly outcome: 'quiet' | 'stuck' | 'bound';
  /** Who is stuck on what, or which bound was passed. */
  readonly why: readonly string[];
  /** What the code under test threw and nobody caught: `by` a service or the workload, `at` a file's name and line. */
  readonly thrown?: readonly Thrown[];
  /** Numbers of the entries that show the violation. */
  readonly evidence: readonly number[];
  /** The minimal run's history; long ones are cut, and `entriesCut` says how many are missing. */
  readonly history: readonly EntryResult[];
  readonly entriesCut: number;
  /** What happened, in one sentence made from the history. */
  readonly happened?: string;
  /** Numbers of the entries that led to the evidence, it among them: its happens-before cone. */
  readonly slice?: readonly number[];
  /** Absent when every run that comes near fails too. */
  readonly twin?: TwinResult;
  readonly neighbourhood: Neighbourhood;
}

/** A run before shrinking: its beginning, and how many entries are missing behind that. Evidence and cone: of what was kept. */
export interface FoundRun {
  readonly history: readonly EntryResult[];
  readonly entriesCut: number;
  readonly evidence: readonly number[];
  readonly slice: readonly number[];
}

/** How many runs of the same plan and workload under other seeds fail, of so many. */
export interface Neighbourhood {
  readonly runs: number;
  readonly failed: number;
}

/** The run that differs from a failing one in one input and does not fail. */
export interface TwinResult {
  /** The sentence of the fault that it goes without. */
  readonly without?: string;
  /** Its seed, where that is what differs. */
  readonly seed?: number;
  readonly verdict: 'pass' | 'unknown';
  readonly digest: string;
  /** The number of the first entry in which the two histories differ. */
  readonly partsAt: number;
  /** Its history from there on; before, it is the failing run's. */
  readonly history: readonly EntryResult[];
  readonly entriesCut: number;
}

/** An entry of the history whose data is plain JSON. */
export type EntryResult = Entry;

/** Two runs of one input: the first entry in which they differ. */
export interface Divergence {
  readonly says: string;
  /** What the likely cause is: it stands in `says`, too. */
  readonly cause?: Cause;
  readonly at: number;
  readonly first: EntryResult | null;
  readonly second: EntryResult | null;
}
