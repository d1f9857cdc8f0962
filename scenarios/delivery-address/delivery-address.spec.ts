/** What a lagging view looks like to customers: a change is on its way until it is there, and never gone again. */
import { describe, expect, test } from 'vitest';
import { type Entry, run } from '../../index.ts';
import scenario from './delivery-address.scenario.ts';
import type { Page, Visit } from './system.ts';

const WRITES: Visit = { visitId: 'v1', customer: 'Ann', address: '1 Elm Road' };
const LOOKS: Visit = { visitId: 'v2', customer: 'Ann' };

async function made(workload: readonly Visit[], faults: readonly string[], variant = 'correct') {
  const { properties, notReached, history } = await run(scenario, { workload, faults, variant });
  expect(notReached).toEqual([]);
  return { verdict: properties['C3']?.verdict, entries: [...history()] };
}

/** What customers were told, in order: `v1 shown 1`. */
function pagesOf(entries: readonly Entry[]): readonly string[] {
  return rowsOf(entries, 'pages').map(({ visitId, says, version }) => `${visitId} ${says} ${version}`);
}

function rowsOf(entries: readonly Entry[], table: string): readonly Page[] {
  return entries.flatMap(({ kind, data }) => {
    const { channels, value } = data as { channels?: readonly string[]; value?: Page };
    return kind === 'inserted' && channels?.[0] === table && value ? [value] : [];
  });
}

/** Ann's first visit is served over the near replica, her second over the far one. */
const LATE = (name: string): string => `every operation of ${name}/0 takes 5 s longer from 0 s to 10 s`;

test('undisturbed, the view is there when the customer looks', async () => {
  const { verdict, entries } = await made([WRITES, LOOKS], []);
  expect([verdict, pagesOf(entries)]).toEqual(['pass', ['v1 saved 1', 'v1 shown 1', 'v2 shown 1']]);
});

test('while its replica lags, the customer is told so, and then sees the change', async () => {
  const { verdict, entries } = await made([WRITES], [LATE('near')]);
  expect([verdict, pagesOf(entries)]).toEqual(['pass', ['v1 saved 1', 'v1 pending 0', 'v1 shown 1']]);
});

describe('two replicas at different lags', () => {
  test('what was seen in one is waited for in the other', async () => {
    const { verdict, entries } = await made([WRITES, LOOKS], [LATE('far')]);
    expect(rowsOf(entries, 'near').length).toBe(1);
    expect([verdict, pagesOf(entries)]).toEqual(['pass', ['v1 saved 1', 'v1 shown 1', 'v2 pending 0', 'v2 shown 1']]);
  });

  test.each(['asks-any-replica', 'keeps-the-token-in-memory'])('%s goes back to what was before', async (variant) => {
    const { verdict, entries } = await made([WRITES, LOOKS], [LATE('far')], variant);
    expect([verdict, pagesOf(entries)]).toEqual(['fail', ['v1 saved 1', 'v1 shown 1', 'v2 shown 0']]);
  });

  test('who was never told anything may see the old one', async () => {
    const { verdict, entries } = await made([WRITES, { ...LOOKS, customer: 'Bob' }], [LATE('far')]);
    expect([verdict, pagesOf(entries).at(-1)]).toEqual(['pass', 'v2 shown 0']);
  });
});

test('the token outlives the process that gave it', async () => {
  const crash = '1st delivery of Visit#v1 to site: crash after 1st commit on db';
  const { verdict, entries } = await made([WRITES, LOOKS], [crash, LATE('near'), LATE('far')]);
  expect([verdict, pagesOf(entries)[0], pagesOf(entries).filter((page) => page.endsWith('shown 0'))]).toEqual([
    'pass',
    'v1 saved 1',
    [],
  ]);
});
