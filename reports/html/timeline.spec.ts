import { describe, expect, test } from 'vitest';
import type { EntryResult } from '../../properties/runner/result.ts';
import { sampleFailure, sampleHistory } from '../sample.fixture.ts';
import { arrowsOf } from './arrows.ts';
import { chosenEntries } from './chosen.ts';
import { lanesOf, processOf } from './lanes.ts';
import { stretchesOf } from './life.ts';
import { rowsOf } from './rows.ts';
import { timeline } from './timeline.ts';

const entry = (n: number, process: string, kind: string, causes: number[] = [], component?: string): EntryResult => ({
  n,
  timeUs: n * 1_000,
  process,
  kind,
  data: component === undefined ? {} : { component, channels: ['c'] },
  causes,
});

const whole = (entries: readonly EntryResult[]) => rowsOf({ entries, cut: 0 });

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
    expect(lanesOf(sampleHistory()).all.map(({ name }) => name)).toEqual(['workload', 'mq', 'billing/0', 'db']);
  });

  test('end at a crash and begin again at the next start', () => {
    const entries = ['started', 'crashed', 'sent', 'started'].map((kind, n) =>
      entry(n, kind === 'sent' ? 'workload' : n > 2 ? 'a/0.2' : 'a/0', kind),
    );
    const lanes = lanesOf(entries);
    const lane = lanes.all.findIndex(({ name }) => name === 'a/0');
    expect(stretchesOf(whole(entries), lanes).filter((one) => one.lane === lane)).toEqual([
      { lane, from: 0.5, to: 1.5, style: 'live' },
      { lane, from: 3.5, to: 4, style: 'live' },
    ]);
  });

  test('go on while another incarnation lives', () => {
    const entries = [entry(0, 'a/0', 'started'), entry(1, 'a/0.2', 'started'), entry(2, 'a/0', 'crashed')];
    expect(stretchesOf(whole(entries), lanesOf(entries))).toEqual([{ lane: 0, from: 0.5, to: 3, style: 'live' }]);
  });

  test('show where a component is out', () => {
    const outage = (n: number, kind: string) => entry(n, 'mq', kind, [], 'mq');
    const entries = [outage(0, 'outage'), outage(1, 'healed'), outage(2, 'outage')];
    const out = stretchesOf(whole(entries), lanesOf(entries)).filter(({ style }) => style === 'out');
    expect(out.map(({ from, to }) => [from, to])).toEqual([
      [0.5, 1.5],
      [2.5, 3],
    ]);
  });
});

describe('arrows', () => {
  const arrowsIn = (entries: readonly EntryResult[]) => {
    const lanes = lanesOf(entries);
    return arrowsOf(whole(entries), lanes).map(({ from, to, what }) => {
      const name = (lane: number): string => lanes.all[lane]?.name ?? '?';
      return `${name(from.lane)}@${from.row} ${what} ${name(to.lane)}@${to.row}`;
    });
  };

  test('a message goes to the broker and on from there', () => {
    const entries = [entry(0, 'workload/0', 'published', [], 'mq'), entry(1, 'a/0', 'delivered', [0], 'mq')];
    expect(arrowsIn(entries)).toEqual(['workload@0 talk mq@0', 'mq@0 talk a/0@1']);
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
});

describe('rows', () => {
  test('idle time is squeezed and named', () => {
    const entries = [
      { ...entry(0, 'a/0', 'x'), timeUs: 0 },
      { ...entry(1, 'a/0', 'x'), timeUs: 5_000_000 },
    ];
    expect(whole(entries).map((row) => (row.what === 'gap' ? row.words : row.what))).toEqual([
      'entry',
      '+5 s',
      'entry',
    ]);
  });

  test('what is missing is counted where it is missing', () => {
    const rows = rowsOf({ entries: [entry(0, 'a/0', 'x'), entry(4, 'a/0', 'x')], cut: 10 });
    expect(rows.flatMap((row) => (row.what === 'gap' ? [row.words] : []))).toEqual([
      '3 entries not shown',
      '7 entries not shown',
    ]);
  });

  test('of a long history the evidence, its causes and the faults stay', () => {
    const history = Array.from({ length: 5_000 }, (_, n) =>
      entry(n, 'a/0', n === 3_000 ? 'fault' : 'x', n === 2_500 ? [2_400] : []),
    );
    const { entries, cut } = chosenEntries(sampleFailure({ history, evidence: [2_500], entriesCut: 11 }), 100);
    expect(entries.map(({ n }) => n)).toEqual(entries.map(({ n }) => n).toSorted((a, b) => a - b));
    expect(entries).toHaveLength(100);
    expect(cut).toBe(4_911);
    for (const n of [0, 2_400, 2_500, 3_000, 4_999])
      expect(
        entries.some((one) => one.n === n),
        String(n),
      ).toBe(true);
  });
});

test('faults are bands, evidence is marked, and each entry has its words', () => {
  const failure = sampleFailure();
  const { text } = timeline(failure, chosenEntries(failure), 'f');
  expect(text).toMatch(/<li id="f-at-5" class="struck"/);
  expect(text).toMatch(/<li id="f-at-4" class="evidence led"/);
  expect(text.match(/class="ring"/g)).toHaveLength(2);
  expect(text.match(/class="crash"/g)).toHaveLength(1);
  expect(text).toContain('PaymentRequested p1 delivered from payments (redelivered)');
  expect(text).not.toContain('NaN');
});
