/**
 * What makes a wrong variant an honest one: a small change of one service that nothing shows until its trigger strikes. The
 * plans are those of the saved failures; that these hold on the correct variant is asked in repros/repros.spec.ts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fault } from '../index.ts';
import { campaign } from '../properties/runner/campaign.ts';
import { readRepro, replay, type Repro } from '../properties/runner/replay.ts';
import type { ScenarioShape } from '../properties/scenario.ts';
import { builtIn } from './built-in.fixture.ts';
import { changedLines } from './changed-lines.fixture.ts';
import { TRIGGERS } from './triggers.fixture.ts';

const CHANGED_LINES_MAX = 15;
const PROBES = 3;

const folder = join(import.meta.dirname, '../repros');
const repros = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readRepro(readFileSync(join(folder, name), 'utf8')));

const all = builtIn.flatMap((shape) =>
  Object.entries(shape.wrong).map(([variant, wrong]) => ({
    shape,
    scenario: shape.name,
    variant,
    wrong,
    repro: repros.find(
      (each) => each.scenario === shape.name && each.variant === variant && each.property === wrong.breaks,
    ) as Repro,
  })),
);

/** The scenario with its wrong variants under names that say nothing. */
function renamed(shape: ScenarioShape): { shape: ScenarioShape; nameOf: (variant: string) => string } {
  const nameOf = (variant: string): string => `v${shape.variants.indexOf(variant)}`;
  const wrong = Object.fromEntries(Object.entries(shape.wrong).map(([name, of]) => [nameOf(name), of]));
  return { shape: { ...shape, variants: shape.variants.map(nameOf), wrong }, nameOf };
}

describe.each(all)('$scenario $variant', ({ shape, scenario, variant, wrong, repro }) => {
  test('changes at most 15 lines of one service', () => {
    const changed = changedLines(scenario, variant);
    expect(Object.keys(wrong.services)).toHaveLength(1);
    expect(changed.length, changed.join('\n')).toBeGreaterThan(0);
    expect(changed.length, changed.join('\n')).toBeLessThanOrEqual(CHANGED_LINES_MAX);
  });

  test('passes its probes: without faults nothing shows', async () => {
    for (let seed = 1; seed <= PROBES; seed++) {
      const { properties } = await campaign(shape, variant, { seed, runs: 1, explain: false });
      expect(properties.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    }
  });

  test('does not fail that way with any of its needed faults removed', async () => {
    for (const { sentence } of repro.faults.filter(({ needed }) => needed)) {
      const without = { ...repro, faults: repro.faults.filter((each) => each.sentence !== sentence) };
      expect([sentence, (await replay(shape, without)).failure]).toEqual([sentence, undefined]);
    }
  });

  test('fails by its trigger, and all of its plan struck', async () => {
    const { failure } = await replay(shape, repro);
    const kinds = repro.faults.filter(({ needed }) => needed).map(({ sentence }) => fault(sentence).kind);
    expect(kinds.filter((kind) => TRIGGERS[variant]?.includes(kind))).not.toEqual([]);
    const struck = (failure?.history ?? []).flatMap(({ kind, data }) =>
      kind === 'fault' ? [(data as { sentence: string }).sentence] : [],
    );
    expect(struck.toSorted()).toEqual(repro.faults.map(({ sentence }) => sentence).toSorted());
    expect(failure?.evidence.length).toBeGreaterThan(0);
  });

  test('has the same verdict and the same run under another name', async () => {
    const other = renamed(shape);
    const again = await replay(other.shape, { ...repro, variant: other.nameOf(variant) });
    expect([again.verdict, again.digest]).toEqual(['reproduced', (await replay(shape, repro)).digest]);
  });
});

test('every variant has its trigger, and every trigger its variant', () => {
  expect(Object.keys(TRIGGERS).toSorted()).toEqual(all.map(({ variant }) => variant).toSorted());
});
