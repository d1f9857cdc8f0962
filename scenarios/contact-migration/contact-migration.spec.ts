/** What a migration under load looks like: which instance of which release served a visit, and which column it left. */
import { describe, expect, test } from 'vitest';
import { type Entry, run } from '../../index.ts';
import scenario from './contact-migration.scenario.ts';
import type { Customer, Page, Visit } from './system.ts';

interface Timed extends Visit {
  readonly afterMs: number;
}

/** Ann changes her number and looks at it, again and again, so long that two releases roll out meanwhile. */
function visits(count: number, afterMs: number): readonly Timed[] {
  return Array.from({ length: count }, (_, n) => ({
    visitId: `v${n + 1}`,
    customer: 'Ann',
    ...(n % 2 === 0 ? { phone: `07${n + 1}` } : {}),
    afterMs,
  }));
}

const EXPAND = 'deploy of customers at 2 s';
/** The first one takes some 11 s: two instances, each beside its successor for 5 s. */
const CONTRACT = 'deploy of customers at 15 s';

async function made(workload: readonly Timed[], faults: readonly string[], variant = 'correct') {
  const { properties, notReached, history } = await run(scenario, { workload, faults, variant });
  expect(notReached).toEqual([]);
  const failed = Object.entries(properties).flatMap(([id, { verdict }]) => (verdict === 'fail' ? [id] : []));
  return { failed, entries: [...history()] };
}

interface Happened {
  readonly channels?: readonly string[];
  readonly value?: unknown;
}

function valuesOf<T>(entries: readonly Entry[], kinds: readonly string[], table: string): readonly T[] {
  return entries.flatMap(({ kind, data }) => {
    const { channels, value } = data as Happened;
    return kinds.includes(kind) && channels?.[0] === table ? [value as T] : [];
  });
}

const pagesOf = (entries: readonly Entry[]): readonly string[] =>
  valuesOf<Page>(entries, ['inserted'], 'pages').map(({ says, number, of }) => `${says} ${number} of ${of}`);

/** The rows that are left. */
function left(entries: readonly Entry[]): ReadonlyMap<string, Customer> {
  return new Map(valuesOf<Customer>(entries, ['seeded', 'updated'], 'customers').map((row) => [row.name, row]));
}

const BEFORE: readonly Timed[] = visits(2, 100);

test('before any release, the old column is all there is', async () => {
  const { failed, entries } = await made(BEFORE, []);
  expect([failed, pagesOf(entries)]).toEqual([[], ['saved 071 of 2', 'shown 071 of 2', 'shown 071 of 2']]);
  expect(left(entries).get('Ann')).toEqual({ name: 'Ann', revision: 2, phone: '071' });
});

test('expanded: both columns are there, also of customers who changed nothing', async () => {
  const { failed, entries } = await made(BEFORE, [EXPAND]);
  expect(failed).toEqual([]);
  expect(left(entries).get('Ann')).toEqual({
    name: 'Ann',
    revision: 2,
    phone: '071',
    contact: 'tel:071',
    contactOf: 2,
  });
  expect(left(entries).get('Eve')).toMatchObject({ phone: '0700', contact: 'tel:0700', contactOf: 1 });
});

test('contracted: under visits all the while, three releases have run, and the old column is gone', async () => {
  const { failed, entries } = await made(visits(14, 2_000), [EXPAND, CONTRACT]);
  const versions = entries.flatMap(({ kind, data }) =>
    kind === 'started' ? [(data as { version?: number }).version ?? 1] : [],
  );
  expect([failed, new Set(versions)]).toEqual([[], new Set([1, 2, 3])]);
  expect(pagesOf(entries).at(-1)).toBe('shown 0713 of 8');
  expect([...left(entries).values()].map(({ phone, contact }) => [phone, contact])).toEqual([
    [undefined, 'tel:0713'],
    [undefined, 'tel:0700'],
    [undefined, 'tel:0700'],
  ]);
});

describe('while the second release rolls out', () => {
  test.each([
    // Bob's row was read before he changed it, and is put back behind that.
    ['backfills-what-it-read', [{ visitId: 'v1', customer: 'Bob', phone: '071', afterMs: 2_050 }], 'shown 0700 of 1'],
    ['contracts-in-one-release', visits(4, 1_000), 'shown  of 0'],
    ['reads-the-new-column', visits(8, 700), 'shown 073 of 3'],
  ] as const)('%s shows what is not the last number', async (variant, workload, shown) => {
    const { failed, entries } = await made(workload, [EXPAND], variant);
    expect(failed).toContain('C3');
    expect(pagesOf(entries)).toContain(shown);
    expect((await made(workload, [EXPAND])).failed).toEqual([]);
  });
});
