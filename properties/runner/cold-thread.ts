/** Runs inside a cold thread: loads the scenario's module and makes the runs that it is given. */
import { parentPort } from 'node:worker_threads';
import { parseFault } from '../../sim/faults/parse.ts';
import { installGuards } from '../../sim/kernel/guards/install.ts';
import { inWorlds, simulate } from '../../sim/simulate.ts';
import { messageOf } from '../../sim/thrown.ts';
import { type ScenarioShape, systemOf } from '../scenario.ts';
import type { ColdAnswer, ColdRequest } from './cold.ts';
import { itemsOf } from './draw.ts';
import { plainEntries } from './plain.ts';
import { scenarioIn } from './scenario-in.ts';

// As in a crew's threads: before any scenario is loaded.
installGuards();

parentPort?.on('message', (request: ColdRequest) => {
  // Nothing keeps the thread while it is at work: a module that waits for what never comes ends it.
  parentPort?.unref();
  void answer(request).then((made) => {
    parentPort?.postMessage(made);
    parentPort?.ref();
  });
});

async function answer(request: ColdRequest): Promise<ColdAnswer> {
  try {
    const shape = await scenarioIn(request.source, request.scenario);
    return await inWorlds(() => runs(shape, request));
  } catch (error) {
    return { error: messageOf(error) };
  }
}

async function runs(shape: ScenarioShape, request: ColdRequest): Promise<ColdAnswer> {
  const system = systemOf(shape, request.variant);
  const { item, key } = shape.workload;
  const digests: string[] = [];
  for (const [n, { seed, items, sentences }] of request.cases.entries()) {
    const record = await simulate(system, itemsOf(items, item, key), { seed, plan: sentences.map(parseFault) });
    digests.push(record.digest);
    if (record.digest !== request.digests[n]) return { digests, differs: { n, entries: plainEntries(record.entries) } };
  }
  return { digests };
}
