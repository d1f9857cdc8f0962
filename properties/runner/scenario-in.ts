/** Loads a scenario by its file and name: what another thread is told, since code cannot be handed to it. */
import { EddyError } from '../../sim/errors.ts';
import { messageOf } from '../../sim/thrown.ts';
import { isScenario, type ScenarioShape } from '../scenario.ts';

/** @param source file URL of the module. @throws EddyError EDDY_WORKER when it cannot be loaded, or exports no such scenario */
export async function scenarioIn(source: string, name: string): Promise<ScenarioShape> {
  const shape = (await imported(source)).find((each) => each.name === name);
  if (!shape) throw new EddyError('EDDY_WORKER', `the module no longer exports a scenario named ${name}`);
  return shape;
}

/**
 * The scenarios that a module exports, its default export first, each once; a module that exports `then` is whatever that
 * makes of it.
 */
export function scenariosIn(exported: unknown): readonly ScenarioShape[] {
  if (typeof exported !== 'object' || exported === null) return [];
  const names = Object.keys(exported)
    .filter((name) => name !== 'default')
    .toSorted();
  const values = ['default', ...names].map((name) => (exported as Record<string, unknown>)[name]);
  return [...new Set(values.filter(isScenario))];
}

async function imported(source: string): Promise<readonly ScenarioShape[]> {
  try {
    return scenariosIn(await import(source));
  } catch (error) {
    throw new EddyError('EDDY_WORKER', `the module could not be loaded: ${messageOf(error)}`);
  }
}
