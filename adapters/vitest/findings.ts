/** What a describe leaves in `eddy-report/<scenario>/`: its failures, each in a file, and the page about all its campaigns. */
import { join, resolve } from 'node:path';
import type { ScenarioShape } from '../../properties/scenario.ts';
import { EDDY_VERSION, writeRepro } from '../../properties/runner/repro.ts';
import { RESULT_SCHEMA, type FailureResult, type ScenarioResult } from '../../properties/runner/result.ts';
import { campaignExit, overall } from '../../reports/exit-codes.ts';
import { Failures, plainName, reproOf } from '../../reports/failures.ts';
import { replayCommands } from '../../reports/replay.ts';
import { inProject } from '../../reports/project.ts';
import { failureLines } from '../../reports/terminal/failure-text.ts';
import { paintOf } from '../../reports/terminal/paint.ts';
import { writeReports } from '../../reports/write.ts';
import type { CallSite } from './trouble.ts';
import { campaignTyped, type Place, shownFrom, withSource } from './place.ts';

const OUT = 'eddy-report';

/** A failure that was saved, as a test tells it. */
export interface Told {
  readonly text: string;
  /** The path of the page. */
  readonly page: string;
}

/** Who writes into which folder: what is asked for at one place of a test file has one. */
const takenBy = new Map<string, string>();

function folderFor(asker: string, wanted: string): string {
  let folder = wanted;
  for (let n = 2; (takenBy.get(folder) ?? asker) !== asker; n++) folder = `${wanted}-${n}`;
  takenBy.set(folder, asker);
  return folder;
}

export class Findings {
  readonly #folder: string;
  readonly #failures: Failures;
  readonly #results: ScenarioResult[] = [];

  constructor(
    readonly shape: ScenarioShape,
    readonly place: Place,
    readonly asked: { readonly seed: number; readonly runs: number; readonly variant?: string | undefined },
    called: CallSite,
    part = '',
  ) {
    this.#folder = folderFor(`${called}\n${JSON.stringify(asked)}`, join(place.root, OUT, plainName(shape.name), part));
    this.#failures = new Failures(shownFrom(place, this.#folder));
  }

  /**
   * Each failure of the result in a file, and all results so far on one page.
   * @param testOf the title of the test that makes the failure again
   */
  keep(result: ScenarioResult, testOf: (failure: FailureResult) => string): ScenarioResult {
    const failures = result.failures.map((failure) => this.#saved(failure, testOf(failure)));
    const kept = { ...result, failures };
    this.#results.push(kept);
    this.#write();
    return kept;
  }

  tell(failure: FailureResult): Told {
    const commands = replayCommands(failure);
    const replay = inProject(this.place.cwd) ? commands?.clone : commands?.installed;
    const page = join(this.#folder, 'index.html');
    const around = {
      seed: this.asked.seed,
      replay: replay ?? 'nothing was saved',
      report: shownFrom(this.place, page),
    };
    return { text: failureLines(failure, around, paintOf(false)).join('\n'), page };
  }

  #saved(failure: FailureResult, title: string): FailureResult {
    const saved = this.#failures.save(failure, writeRepro(reproOf(failure)), this.place.cwd);
    return withSource(saved, this.shape, this.place, title);
  }

  #write(): void {
    // Without a variant asked for, wrong ones are there to be caught.
    const all = this.asked.variant === undefined;
    const typed = campaignTyped(this.shape, this.place, { ...this.asked, variant: this.asked.variant ?? 'all' });
    writeReports(
      {
        schema: RESULT_SCHEMA,
        eddy: EDDY_VERSION,
        seed: this.asked.seed,
        command: typed,
        verdict: overall(this.#results, all),
        exitCode: campaignExit(this.#results, { all, interrupted: false }),
        scenarios: this.#results,
      },
      resolve(this.#folder),
    );
  }
}
