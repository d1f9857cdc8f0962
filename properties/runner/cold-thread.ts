/** Runs inside the cold thread: loads the scenario's module and makes the runs that it was given. */
import { parentPort, workerData } from 'node:worker_threads';
import { parseFault } from '../../sim/faults/parse.ts';
import { inWorlds, simulate } from '../../sim/simulate.ts';
import { isScenario, type ScenarioShape, systemOf } from '../scenario.ts';
import type { ColdAnswer, ColdRequest } from './cold.ts';
import { plainEntries } from './plain.ts';

const request = workerData as ColdRequest;
parentPort?.postMessage(await answer());

async function answer(): Promise<ColdAnswer> {
  try {
    const exported = Object.values((await import(request.source)) as Record<string, unknown>);
    const shape = exported.find((each): each is ScenarioShape => isScenario(each) && each.name === request.scenario);
    if (!shape) return { error: `the module no longer exports a scenario named ${request.scenario}` };
    return await inWorlds(() => runs(shape));
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function runs(shape: ScenarioShape): Promise<ColdAnswer> {
  const system = systemOf(shape, request.variant);
  const digests: string[] = [];
  for (const [n, { seed, items, sentences }] of request.cases.entries()) {
    const record = await simulate(system, items, { seed, plan: sentences.map(parseFault) });
    digests.push(record.digest);
    if (record.digest !== request.digests[n]) return { digests, differs: { n, entries: plainEntries(record.entries) } };
  }
  return { digests };
}
