/** What the diagram is made of: lanes, rows, arrows, lives, places. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { sampleHistory } from '../../../sample.fixture.ts';
import { arrowsOf, arrowsWithin } from './arrows.ts';
import { laneNames, lanesOf, processOf } from './lanes.ts';
import { byRow, byTime } from './layout.ts';
import { stretchesOf } from './life.ts';
import { rowsOf } from './rows.ts';
import { coneAround, type Run, runOf } from './run.ts';

const entry = (n: number, process: string, kind: string, causes: number[] = [], component?: string): EntryResult => ({
  n,
  timeUs: n * 1_000,
  process,
  kind,
  data: component === undefined ? {} : { component, channels: ['c'] },
  causes,
});

const all = ({ entries }: Run): number[] => entries.map((_, at) => at);

describe('lanes', () => {
  test('a process has one, whatever its incarnation', () => {
    expect(['billing/0', 'billing/0.2', 'workload', 'workload/0', '"a/b"/3.1', 'mq'].map(processOf)).toEqual([
      'billing/0',
      'billing/0',
      'workload',
      'workload',
      '"a/b"/3',
      'mq',
    ]);
  });

  test('sources, brokers, services, stores', () => {
    expect(laneNames(lanesOf(sampleHistory()))).toEqual(['workload', 'mq', 'billing/0', 'db']);
  });

  test('end at a crash and begin again at the next start', () => {
    const entries = ['started', 'crashed', 'sent', 'started'].map((kind, n) =>
      entry(n, kind === 'sent' ? 'workload' : n > 2 ? 'a/0.2' : 'a/0', kind),
    );
    const run = runOf(entries, [], []);
    const lane = laneNames(run.lanes).indexOf('a/0');
    expect(stretchesOf(run, rowsOf(run, all(run), true)).filter((one) => one.lane === lane)).toEqual([
      { lane, from: 0, to: 1, style: 'live' },
      { lane, from: 3, to: 4, style: 'live' },
    ]);
  });

  test('end and begin where they would, when a filter hides how', () => {
    const run = runOf([entry(0, 'a/0', 'x'), entry(1, 'a/0', 'crashed'), entry(2, 'b/0', 'x')], [], []);
    const [life] = stretchesOf(run, rowsOf(run, [0, 2], false));
    expect(life).toEqual({ lane: 0, from: -1, to: 1, style: 'live' });
  });

  test('go on while another incarnation lives', () => {
    const run = runOf([entry(0, 'a/0', 'started'), entry(1, 'a/0.2', 'started'), entry(2, 'a/0', 'crashed')], [], []);
    expect(stretchesOf(run, rowsOf(run, all(run), true))).toEqual([{ lane: 0, from: 0, to: 3, style: 'live' }]);
  });

  test('show where a component is out', () => {
    const outage = (n: number, kind: string) => entry(n, 'mq', kind, [], 'mq');
    const run = runOf([outage(0, 'outage'), outage(1, 'healed'), outage(2, 'outage')], [], []);
    const out = stretchesOf(run, rowsOf(run, all(run), true)).filter(({ style }) => style === 'out');
    expect(out.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});

describe('arrows', () => {
  const arrowsIn = (entries: readonly EntryResult[]) => {
    const run = runOf(entries, [], []);
    return arrowsOf(run, rowsOf(run, all(run), true))
      .map(({ from, to, what }) => {
        const name = (lane: number): string => run.lanes.all[lane]?.name ?? '?';
        return `${name(from.lane)}@${from.row} ${what} ${name(to.lane)}@${to.row}`;
      })
      .toSorted();
  };

  test('a message goes to the broker and on from there', () => {
    const entries = [entry(0, 'workload/0', 'published', [], 'mq'), entry(1, 'a/0', 'delivered', [0], 'mq')];
    expect(arrowsIn(entries)).toEqual(['mq@0 talk a/0@1', 'workload@0 talk mq@0']);
  });

  test('within a lane only where the line does not say it', () => {
    const entries = [
      entry(0, 'a/0', 'delivered', [], 'mq'),
      entry(1, 'a/0', 'called', [0], 'card'),
      entry(2, 'a/0', 'delivered', [], 'mq'),
      entry(3, 'a/0', 'applied', [0], 'card'),
    ];
    expect(arrowsIn(entries).filter((arrow) => arrow.includes('cause'))).toEqual(['a/0@0 cause a/0@3']);
  });

  test('a cause that is not shown draws none', () => {
    expect(arrowsIn([entry(0, 'a/0', 'called', [3], 'card')])).toEqual(['a/0@0 talk card@0']);
  });

  test('a window has those that cross it, but for the middle of very long ones', () => {
    const rows = fc.tuple(fc.nat(3_000), fc.nat(600)).map(([from, by]) => ({ from, to: from + by }));
    fc.assert(
      fc.property(fc.array(rows), fc.nat(3_000), fc.nat(80), (pairs, first, size) => {
        const arrows = pairs.map(({ from, to }, n) => ({
          n,
          from: { lane: 0, row: from },
          to: { lane: 1, row: to },
          what: 'talk' as const,
        }));
        const found = new Set(arrowsWithin(arrows)(first, first + size));
        for (const arrow of arrows)
          expect(found.has(arrow)).toBe(arrow.from.row <= first + size && arrow.to.row >= first);
      }),
    );
    const long = { n: 0, from: { lane: 0, row: 0 }, to: { lane: 1, row: 90_000 }, what: 'talk' } as const;
    const within = arrowsWithin([long]);
    expect([within(0, 50), within(45_000, 45_050), within(89_980, 90_050)].map((some) => some.length)).toEqual([
      1, 0, 1,
    ]);
  });
});

describe('rows', () => {
  const words = (run: Run, shown: readonly number[]) =>
    rowsOf(run, shown, true).map((row) => (row.at < 0 ? row.words : row.at));

  test('idle time is squeezed and named', () => {
    const late = { ...entry(1, 'a/0', 'x'), timeUs: 5_000_000 };
    const run = runOf([entry(0, 'a/0', 'x'), late], [], []);
    expect(words(run, all(run))).toEqual([0, '+5 s', 1]);
    expect(rowsOf(run, all(run), false)).toHaveLength(2);
  });

  test('what is hidden is counted where it is', () => {
    const run = runOf(
      Array.from({ length: 9 }, (_, n) => entry(n, 'a/0', 'x')),
      [],
      [],
    );
    expect(words(run, [1, 2, 6])).toEqual(['1 entry hidden', 1, 2, '3 entries hidden', 6, '2 entries hidden']);
  });

  test('stand one below the other, or by time; a place finds its row again', () => {
    const run = runOf(
      [0, 10, 10, 500].map((ms, n) => ({ ...entry(n, 'a/0', 'x'), timeUs: ms * 1_000 })),
      [],
      [],
    );
    const rows = rowsOf(run, all(run), false);
    for (const layout of [byRow(rows.length, 26), byTime(run, rows, 2)]) {
      for (const row of [0, 1, 3]) expect(layout.from(layout.y(row))).toBe(row);
      expect(layout.from(layout.y(3) + 1)).toBe(4);
      expect(layout.y(3)).toBeLessThan(layout.height);
    }
    const byTimes = byTime(run, rows, 2);
    expect(byTimes.y(3) - byTimes.y(1)).toBe(980);
  });
});

test('a cone is what led to an entry and what it led to; the evidence takes its faults along', () => {
  const entries = [
    entry(0, 'a', 'x'),
    entry(1, 'a', 'x', [0]),
    entry(2, 'a', 'fault', [0]),
    entry(3, 'b', 'x', [1]),
    entry(4, 'c', 'x'),
  ];
  const run = runOf(entries, [1], [0]);
  expect([...coneAround(run, 1)].toSorted()).toEqual([0, 1, 3]);
  expect([...run.cone].toSorted()).toEqual([0, 1, 2]);
});
