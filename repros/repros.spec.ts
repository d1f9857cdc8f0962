/** Saved failures are replayed for ever: each still fails in the variant that it was found in, and holds in the correct one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readRepro, replay } from '../properties/runner/replay.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import { builtIn } from '../scenarios/built-in.fixture.ts';

const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'));

test.each(files)('%s', async (file) => {
  const repro = readRepro(readFileSync(join(import.meta.dirname, file), 'utf8'));
  const scenario = builtIn.find(({ name }) => name === repro.scenario) as ScenarioShape;
  expect((await replay(scenario, repro)).verdict).toBe('reproduced');
  expect((await replay(scenario, repro, { variant: 'correct' })).verdict).toBe('fixed');
});

test('every wrong variant has a saved failure', () => {
  const saved = files.map((file) => readRepro(readFileSync(join(import.meta.dirname, file), 'utf8')).variant);
  expect(builtIn.flatMap(({ variants }) => variants).filter((variant) => !saved.includes(variant))).toEqual([]);
});
