import { expect, test } from 'vitest';
import type { Verdict } from '../property.ts';
import { CampaignMap } from './campaign-map.ts';
import type { Counted } from './tally.ts';

const made = (fails: boolean, ...kinds: string[]): Counted => ({
  digest: '',
  verdicts: [(fails ? { verdict: 'fail', says: '', evidence: [] } : { verdict: 'pass' }) as Verdict],
  faults: kinds.map((kind) => ({ kind: kind.replace('!', ''), reached: true, tookEffect: !kind.endsWith('!') })),
});

test('a run counts once for each kind that took effect, under the seed of its slice', () => {
  const map = new CampaignMap();
  map.add(1, made(false));
  map.add(0, made(true, 'outage', 'crash', 'crash', 'pause!'));
  map.add(0, made(false, 'crash'));
  expect(map.rows((slice) => slice * 10)).toEqual([
    { seed: 0, runs: 2, failed: 1, kinds: { crash: [2, 1], outage: [1, 1] } },
    { seed: 10, runs: 1, failed: 0, kinds: {} },
  ]);
  expect(Object.keys(map.rows(Number)[0]?.kinds ?? {})).toEqual(['crash', 'outage']);
});
