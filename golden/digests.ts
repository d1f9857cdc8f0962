/**
 * Golden digests: for each built-in scenario the hash of a few runs with fixed inputs, calm ones and ones with faults by a
 * random rule, so that no change of the search touches them. They are the same on every Node that is supported.
 */
import { readFileSync } from 'node:fs';
import { hashText } from '../sim/kernel/random.ts';
import { inWorlds, simulate } from '../sim/simulate.ts';
import { kindsOf, type ScenarioShape, systemOf } from '../properties/scenario.ts';
import { seedOf } from '../properties/runner/campaign.ts';
import { makeSlice } from '../properties/runner/slice.ts';

export interface Golden {
  readonly digest: string;
  /** Words of the line in CHANGELOG.md that says why it is another than before. */
  readonly because: string;
}

export const FILE = new URL('./digests.json', import.meta.url);

export function standing(): Readonly<Record<string, Golden>> {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, Golden>;
}

const SLICES = 3;
const RATES = [0, 0.02, 0.1];

/** @returns 16 hexadecimal digits */
export function digestOf(shape: ScenarioShape): Promise<string> {
  const system = systemOf(shape, 'correct');
  return inWorlds(async () => {
    const digests: string[] = [];
    for (let n = 0; n < SLICES; n++) {
      const { seed, items } = makeSlice(shape, seedOf(shape.name), n);
      for (const [salt, p] of RATES.entries()) {
        const rule = { p, kinds: kindsOf(shape), salt, untilUs: 60_000_000 };
        digests.push((await simulate(system, items, { seed, plan: [], ...(p > 0 ? { rule } : {}) })).digest);
      }
    }
    return [digests.join(' '), digests.toReversed().join(' ')].map(hexOf).join('');
  });
}

function hexOf(text: string): string {
  return (hashText(text) >>> 0).toString(16).padStart(8, '0');
}

/** What differs, one sentence each. */
export function differences(
  now: Readonly<Record<string, string>>,
  golden: Readonly<Record<string, Golden>>,
  where: string,
): string[] {
  const names = [...new Set([...Object.keys(now), ...Object.keys(golden)])];
  return names.flatMap((name) => {
    const [is, was] = [now[name], golden[name]?.digest];
    if (is === was) return [];
    if (is === undefined) return [`${name} stands in golden/digests.json and is no built-in scenario`];
    return [`${name} is ${is} on ${where}, and ${was ?? 'not there'} in golden/digests.json`];
  });
}
