import { expect, test } from 'vitest';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { Search } from './strategies.ts';

test('a swarm tries every kind that it was given, late arrivals among the delays', () => {
  const sites: SiteRecord[] = ['p1', 'p2'].map((key, n) => ({
    what: 'arrival',
    arrival: { nth: 1, lineage: `Paid#${key}`, channel: 'payments' },
    timeUs: n,
  }));
  const search = new Search(1, 'swarm', new Set(['delay', 'duplicate']));
  const plans = [...search.plans({ n: 0, seed: 1, items: [], sites }, 100)].map(({ plan }) => plan);
  // Where chance takes delays alone, only late arrivals can be struck.
  const alone = plans.filter((plan) => plan.length > 0 && plan.every(({ kind }) => kind === 'late'));
  expect(alone.length).toBeGreaterThan(20);
});
