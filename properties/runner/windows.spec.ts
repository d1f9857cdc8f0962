import { expect, test } from 'vitest';
import type { SiteRecord } from '../../sim/faults/site.ts';
import { windowsOf } from './candidates.ts';
import { Search } from './search.ts';

const SECOND = 1_000_000;

/** Nine operations one after another from the start, a tenth at the end, on two components in turn. */
const sitesUntil = (endUs: number): SiteRecord[] =>
  Array.from({ length: 10 }, (_, n) => ({
    what: 'operation',
    moment: { at: 'delivery', nth: 1, lineage: 'Paid#p1', service: 'billing' },
    printed: '1st delivery of Paid#p1 to billing',
    operation: { nth: n + 1, phrase: 'ack' },
    class: 'ack',
    component: n % 2 === 0 ? 'mq' : 'db',
    broker: 'mq',
    timeUs: n === 9 ? endUs : n * 10_000,
    touches: '',
  }));

const starts = (endUs: number): number[] =>
  windowsOf(sitesUntil(endUs), new Set(['outage'])).flatMap(({ fault }) =>
    fault.kind === 'outage' && fault.component === 'db' && fault.mode === 'silent' ? [fault.fromUs] : [],
  );

test('outages begin early and in the middle of a run', () => {
  expect(starts(SECOND)).toEqual([100_000, 500_000]);
});

test('in a run that waits long they begin early and in the middle of its sites', () => {
  expect(starts(600 * SECOND)).toEqual([10_000, 50_000]);
});

test('a plan has one outage at a time: of two at once, one may hide what the other does', () => {
  const search = new Search(1, 'guided', new Set(['outage']));
  const slice = { n: 0, seed: 1, items: [], sites: sitesUntil(SECOND) };
  const plans = [...search.plans(slice, 20)].map(({ plan }) => plan.length);
  expect(Math.max(...plans)).toBe(1);
  expect(plans.filter((length) => length === 1).length).toBeGreaterThan(10);
});
