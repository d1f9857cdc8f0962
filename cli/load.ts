/** Loads one file and takes the scenarios from what it exports. */
import { pathToFileURL } from 'node:url';
import { scenariosIn } from '../properties/runner/scenario-in.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import { statOf } from './files.ts';
import { type Host, importLimitMs } from './host.ts';
import { messageOf, stackOf } from '../sim/thrown.ts';
import { usage } from './usage.ts';

/**
 * The scenarios that a file exports, its default export first, each once.
 * @param shown the path as the user knows it
 * @throws EddyError EDDY_USAGE when the file is missing, throws, or exports no scenario
 */
export async function loadFile(path: string, shown: string, host: Host): Promise<readonly ScenarioShape[]> {
  const stat = statOf(path);
  if (!stat) throw usage(`${shown}: there is no such file; a scenario is named, or given by the path of its file`);
  if (!stat.isFile()) throw usage(`${shown} is no file; give the path of a scenario's TypeScript file`);
  const scenarios = await imported(path, shown, host);
  if (scenarios.length === 0 && TEST.test(shown)) throw isTest(shown);
  if (scenarios.length === 0)
    throw usage(`${shown} exports no scenario; end it with \`export default scenario({ name: ..., ... })\``);
  return scenarios;
}

const TEST = /\.(spec|test)\.[cm]?[jt]sx?$/;

function isTest(shown: string): Error {
  return usage(`${shown} is a test, which its test runner runs; name the file of a scenario`);
}

async function imported(path: string, shown: string, host: Host): Promise<readonly ScenarioShape[]> {
  host.watch({ phase: 'import', what: shown, limitMs: importLimitMs(host.env) });
  try {
    return scenariosIn(await import(pathToFileURL(path).href));
  } catch (error) {
    if (TEST.test(shown)) throw isTest(shown);
    throw usage(`${shown} could not be loaded: ${messageOf(error)}${placeIn(path, error)}; mend that and run again`);
  } finally {
    host.watch({ phase: 'idle' });
  }
}

/** ` (line 12)`, when the error was thrown in that file. */
function placeIn(path: string, error: unknown): string {
  const stack = stackOf(error) ?? '';
  const at = stack.split('\n').find((line) => /^\s+at /.test(line) && line.includes(path));
  const line = at?.match(/:(\d+):\d+\)?$/)?.[1];
  return line === undefined ? '' : ` (line ${line})`;
}
