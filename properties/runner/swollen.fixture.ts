/**
 * A failure with far more in it than it needs: that of a saved one, among items and faults that have nothing to do with it. It
 * begins with at least 8 faults and 15 items, and fails the same way.
 */
import { combine, KeyedRandom } from '../../sim/kernel/random.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import type { System } from '../../sim/simulate.ts';
import type { Property } from '../property.ts';
import { kindsOf, type ScenarioShape, systemOf } from '../scenario.ts';
import { candidatesOf } from './candidates.ts';
import { drawItems } from './draw.ts';
import { type Case, execute } from './execute.ts';
import { fingerprint } from './fingerprint.ts';
import type { Repro } from './replay.ts';
import type { StillFails } from './shrink.ts';

export interface Swollen {
  readonly system: System;
  readonly property: Property;
  readonly given: Case;
  readonly fails: StillFails;
}

const FAULTS = 8;
const ITEMS = 15;
const TRIES = 60;

/** Within a world. @returns undefined where everything that was tried beside the failure hid it */
export async function swollen(shape: ScenarioShape, repro: Repro): Promise<Swollen | undefined> {
  const system = systemOf(shape, repro.variant);
  const property = shape.properties.find(({ id, name }) => id === repro.property && name === repro.name) as Property;
  const saved: Case = {
    seed: repro.seed,
    items: repro.workload,
    plan: repro.faults.map(({ sentence }) => parseFault(sentence)),
  };
  const printOf = async (given: Case): Promise<string | undefined> => {
    const [verdict] = (await execute(system, [property], given)).verdicts;
    return verdict && fingerprint(property, verdict);
  };
  const print = await printOf(saved);
  const fails: StillFails = async (given) => print !== undefined && (await printOf(given)) === print;
  for (let n = 0; n < TRIES; n++) {
    const given = await among(shape, system, saved, n);
    if (await fails(given)) return { system, property, given, fails };
  }
  return undefined;
}

async function among(shape: ScenarioShape, system: System, saved: Case, n: number): Promise<Case> {
  const { item, key } = shape.workload;
  const own = new Set(saved.items.map(key));
  const others = drawItems(item, key, combine(saved.seed, n), ITEMS + own.size).filter((each) => !own.has(key(each)));
  const items = [...saved.items, ...others].slice(0, Math.max(ITEMS, saved.items.length));
  const { record } = await execute(system, [], { ...saved, items, plan: [] }, { recordSites: true });
  const keys = new Set(others.map(key));
  const all = candidatesOf(record.sites, new Set(kindsOf(shape))).filter(({ strikes }) => keys.has(strikes));
  const random = new KeyedRandom(n);
  const more = Array.from({ length: FAULTS }, (_, at) => all[random.uint32(at) % all.length]?.fault);
  return { ...saved, items, plan: [...saved.plan, ...more.filter((fault) => fault !== undefined)] };
}
