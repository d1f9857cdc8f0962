/** A read model is built anew while it is read: what shoppers see, and which view it comes from. */
import { expect, test } from 'vitest';
import { type Entry, run } from '../../index.ts';
import scenario from './product-catalogue.scenario.ts';
import type { Page, Route } from './system.ts';

/** Ann looks after each price of the chair. */
const PRICES = [100, 80, 120, 90].map((cents, n) => ({
  id: `c${n + 1}`,
  product: 'chair' as const,
  cents,
  shopper: 'Ann' as const,
}));

interface Happened {
  readonly channels?: readonly string[];
  readonly value?: unknown;
}

async function made(faults: readonly string[], variant = 'correct') {
  const { properties, notReached, history } = await run(scenario, { workload: PRICES, faults, variant });
  expect(notReached).toEqual([]);
  const failed = Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
  return { failed, entries: [...history()] };
}

function valuesOf<T>(entries: readonly Entry[], kind: string, table: string): readonly T[] {
  return entries.flatMap((entry) => {
    const { channels, value } = entry.data as Happened;
    return entry.kind === kind && channels?.[0] === table ? [value as T] : [];
  });
}

const pagesOf = (entries: readonly Entry[]): readonly number[] =>
  valuesOf<Page>(entries, 'inserted', 'pages').map(({ cards }) => cards);
const switchesOf = (entries: readonly Entry[]): readonly string[] =>
  valuesOf<Route>(entries, 'updated', 'routes').map(({ view, release }) => `${view} ${release}`);

/** Between the third look and the fourth price; the rebuild goes on while Ann looks again. */
const DEPLOY = 'deploy of cards at 4500 ms';

test('without a release, both read models follow the one that is written', async () => {
  const { failed, entries } = await made([]);
  expect([failed, pagesOf(entries), switchesOf(entries)]).toEqual([[], [1, 2, 3, 4], []]);
});

test('a release builds its view beside the old one, and readers are sent to it when it has caught up', async () => {
  const { failed, entries } = await made([DEPLOY]);
  expect([failed, pagesOf(entries), switchesOf(entries)]).toEqual([[], [1, 2, 3, 4], ['cards 2']]);
  const changes = entries.flatMap(({ kind, data, timeUs }) => {
    const { channels, value } = data as Happened;
    if (channels?.[0] === 'routes' && kind === 'updated') return [{ timeUs, change: 'switched' }];
    if (channels?.[0] !== 'cards') return [];
    return [{ timeUs, change: `${kind} ${(value as { id: string }).id}` }];
  });
  const at = (change: string) => changes.findIndex((each) => each.change === change);
  const beside = changes.slice(at('inserted 2/chair'), at('deleted 1/chair')).map(({ change }) => change);
  expect(beside).toContain('updated 1/chair');
  expect(changes[at('switched')]?.timeUs).toBe(changes[at('deleted 1/chair')]?.timeUs);
});

test('the view of the second release says what the first never did', async () => {
  const { entries } = await made([DEPLOY]);
  expect(valuesOf(entries, 'updated', 'cards').at(-1)).toMatchObject({
    id: '2/chair',
    cents: 90,
    changes: 4,
    lowest: 80,
  });
});

test('both read models may be built anew at once', async () => {
  const { failed, entries } = await made([DEPLOY, 'deploy of overview at 4300 ms']);
  expect([failed, pagesOf(entries)]).toEqual([[], [1, 2, 3, 4]]);
  expect(switchesOf(entries).toSorted()).toEqual(['cards 2', 'overview 2']);
});

test.each([
  ['reads-what-it-builds', DEPLOY, [1, 2, 3, 2]],
  ['shares-the-checkpoint', DEPLOY, [1, 2, 3, 0]],
  ['remembers-the-route', 'deploy of cards at 2100 ms', [1, 2, 0, 0]],
])('%s shows less than before', async (variant, deploy, shown) => {
  const { failed, entries } = await made([deploy], variant);
  expect(failed).toContain('C3');
  expect(pagesOf(entries)).toEqual(shown);
});
