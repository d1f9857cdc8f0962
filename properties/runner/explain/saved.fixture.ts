/** The saved failures as cases, for specs that explain them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtIn } from '../../../scenarios/built-in.fixture.ts';
import { parseFault } from '../../../sim/faults/parse.ts';
import type { System } from '../../../sim/simulate.ts';
import type { Property } from '../../property.ts';
import { type ScenarioShape, systemOf } from '../../scenario.ts';
import type { Case } from '../execute.ts';
import { readRepro, type Repro } from '../repro.ts';

const FOLDER = join(import.meta.dirname, '../../../repros');

export interface SavedCase {
  readonly file: string;
  readonly repro: Repro;
  readonly shape: ScenarioShape;
  readonly system: System;
  readonly property: Property;
  readonly given: Case;
}

export const saved: readonly SavedCase[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const repro = readRepro(readFileSync(join(FOLDER, file), 'utf8'));
    const shape = builtIn.find(({ name }) => name === repro.scenario) as ScenarioShape;
    const property = shape.properties.find(({ id, name }) => id === repro.property && name === repro.name) as Property;
    const given = {
      seed: repro.seed,
      items: repro.workload,
      plan: repro.faults.map(({ sentence }) => parseFault(sentence)),
    };
    return { file, repro, shape, system: systemOf(shape, repro.variant), property, given };
  });

export function savedCase(variant: string): SavedCase {
  return saved.find(({ repro }) => repro.variant === variant) as SavedCase;
}
