/** Loads a scenario by its file and name: what another thread is told, since code cannot be handed to it. */
import { EddyError } from '../../sim/errors.ts';
import { messageOf } from '../../sim/thrown.ts';
import { isScenario, type ScenarioShape } from '../scenario.ts';

/** @param source file URL of the module. @throws EddyError EDDY_WORKER when it cannot be loaded, or exports no such scenario */
export async function scenarioIn(source: string, name: string): Promise<ScenarioShape> {
  const exported = Object.values(await imported(source));
  const shape = exported.find((each): each is ScenarioShape => isScenario(each) && each.name === name);
  if (!shape) throw new EddyError('EDDY_WORKER', `the module no longer exports a scenario named ${name}`);
  return shape;
}

async function imported(source: string): Promise<Record<string, unknown>> {
  try {
    return (await import(source)) as Record<string, unknown>;
  } catch (error) {
    throw new EddyError('EDDY_WORKER', `the module could not be loaded: ${messageOf(error)}`);
  }
}
