/**
 * I2 duplicate-invariance: the final state equals that of the same run without its duplicates. Metamorphic: the runner
 * makes the twin, a run of the same seed and workload whose plan has only the poison left, and the rows that both leave are compared.
 *
 * Columns that name a moment or a run-local id differ between any two runs; name those to leave out in `ignoring`.
 */
import { hashValue } from '../../sim/history/hash.ts';
import type { Happened } from '../../sim/history/history.ts';
import { patternOf, type Selector } from '../../sim/selectors.ts';
import type { TableSeen } from '../../sim/stores/tables.ts';
import { endsAtBound, type Entry, type MetamorphicProperty, NOT_DRAINED, type Verdict } from '../property.ts';
import { type FinalRow, finalRows } from './final-rows.ts';
import { checkArguments } from './arguments.ts';
import { checkSlips } from '../../sim/options.ts';

export function duplicateInvariance<R>(
  table: TableSeen<R>,
  o: { name?: string; ignoring?: readonly (keyof R & string)[] } = {},
): MetamorphicProperty {
  checkArguments('duplicateInvariance', { table: [table, 'table'] });
  checkSlips('duplicateInvariance', o, { name: true, ignoring: true });
  const of = table.inserted as unknown as Selector<unknown>;
  const ignored = new Set<string>(o.ignoring);
  return {
    id: 'I2',
    name: o.name ?? 'duplicate-invariance',
    kind: 'safety',
    keeps: new Set(['poison']),
    start() {
      let delivered = 0;
      const seen = new Set<string>();
      let twice = 0;
      return {
        see(entry) {
          if (entry.kind !== 'delivered') return;
          delivered++;
          const lineage = lineageOf(entry);
          if (seen.has(lineage)) twice++;
          seen.add(lineage);
        },
        end: (): Verdict =>
          twice > 0
            ? { verdict: 'pass', exercised: twice }
            : { verdict: 'unknown', why: delivered === 0 ? 'nothing was delivered' : 'nothing was delivered twice' },
      };
    },
    compare(run, twin) {
      if (run.some(endsAtBound) || twin.some(endsAtBound)) return NOT_DRAINED;
      if (givenUp(run) !== givenUp(twin))
        return { verdict: 'unknown', why: 'the run and its twin gave up different messages' };
      const mine = finalRows(run, of);
      const others = new Map(finalRows(twin, of).map((row) => [row.key, row]));
      for (const row of mine) {
        const other = others.get(row.key);
        if (!other || !same(row, other, ignored)) return differs(of.says, row, other);
        others.delete(row.key);
      }
      const [missing] = others.values();
      if (missing)
        return {
          verdict: 'fail',
          says: `the row "${missing.key}" is missing, which the run without duplicates has`,
          evidence: lostAt(run, of, missing),
        };
      return { verdict: 'pass', exercised: 1 };
    },
  };
}

/**
 * Which messages were dead-lettered, dropped or cut off a log: where the two differ, so must the rows, duplicates or not. One that
 * was published again under its id, as from an outbox, and delivered then, has had another chance.
 */
function givenUp(entries: readonly Entry[]): string {
  const chances = new Map<unknown, Set<string>>();
  for (const entry of entries) {
    if (entry.kind !== 'delivered') continue;
    const of = chances.get(idOf(entry)) ?? new Set();
    chances.set(idOf(entry), of.add(lineageOf(entry)));
  }
  const lineages = entries
    .filter(({ kind }) => kind === 'deadLettered' || kind === 'dropped')
    .filter((entry) => (chances.get(idOf(entry))?.size ?? 0) < 2)
    // What a service sends on its own is named by its turn, and another message may have had that turn.
    .map((entry) => `${lineageOf(entry)} ${String(idOf(entry))}`);
  const cutOff = entries.filter(({ kind }) => kind === 'truncated').flatMap(lostBy);
  if (cutOff.length > 0) {
    // What its producer sent again is there.
    const delivered = new Set(entries.filter(({ kind }) => kind === 'delivered').map(lineageOf));
    lineages.push(...cutOff.filter((lineage) => !delivered.has(lineage)));
  }
  return [...new Set(lineages)].toSorted().join('\n');
}

function lostBy({ data }: Entry): readonly string[] {
  return ((data as Happened).value as { lost?: readonly string[] }).lost ?? [];
}

function differs(says: string, row: FinalRow, other: FinalRow | undefined): Verdict {
  const without = other ? JSON.stringify(other.row) : 'no such row';
  return {
    verdict: 'fail',
    says: `${says.replace('row inserted into ', '')}: row "${row.key}" is ${JSON.stringify(row.row)}, without the duplicates ${without}`,
    evidence: [row.entry],
  };
}

function same(a: FinalRow, b: FinalRow, ignored: ReadonlySet<string>): boolean {
  const kept = ({ row }: FinalRow): unknown =>
    Object.fromEntries(Object.entries(row as object).filter(([column]) => !ignored.has(column)));
  return hashValue(kept(a)) === hashValue(kept(b));
}

/** Where the run lost a row that it should have; nowhere if it never made it. */
function lostAt(run: readonly Entry[], of: Selector<unknown>, { key }: FinalRow): Entry[] {
  const { component, channel } = patternOf(of);
  const found = run.filter(({ kind, data }) => {
    const { component: at, channels, about } = data as Partial<Happened>;
    return kind === 'deleted' && at === component && channels?.[0] === channel && about?.['key'] === key;
  });
  return found.slice(-1);
}

function idOf({ data }: Entry): unknown {
  return ((data as Happened).value as { id?: unknown } | undefined)?.id;
}

function lineageOf(entry: Entry): string {
  return String((entry.data as { about?: { lineage?: unknown } }).about?.lineage);
}
