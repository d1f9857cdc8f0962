/** Keeps what a campaign found: each failure in a file of its own, and the command that replays it. */
import type { ScenarioResult } from '../properties/runner/result.ts';
import { shellWord } from '../reports/replay.ts';
import type { Engine } from './engine.ts';
import type { Host } from './host.ts';
import { calledAs } from '../reports/project.ts';
import { type Failures, reproOf } from '../reports/failures.ts';
import type { Found } from './scenarios.ts';

/** The result, each failure with the path of its file. */
export function keep(
  raw: ScenarioResult,
  found: Found,
  failures: Failures,
  { host, engine }: { readonly host: Host; readonly engine: Engine },
): ScenarioResult {
  return {
    ...raw,
    failures: raw.failures.map((one) => {
      const saved = failures.save(one, engine.writeRepro(reproOf(one)), host.cwd);
      return found.known ? saved : { ...saved, scenarioFile: found.path };
    }),
  };
}

/** A scenario that its name does not find again is named by its file. */
export function replayCommand(what: string, found: Found, host: Host): string {
  const where = found.known ? '' : ` ${shellWord(found.path)}`;
  return `${calledAs(host.cwd)} repro ${shellWord(what)}${where}`;
}
