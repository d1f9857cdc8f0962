/** What the history tells: state at a step, series, groups, order, and which entries a filter leaves. */
import { describe, expect, test } from 'vitest';
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { sampleHistory } from '../../../sample.fixture.ts';
import { groupHistory } from '../views.fixture.ts';
import { type Filter, filtered } from './filter.ts';
import { groupsOf } from './groups.ts';
import { runOf } from './run.ts';
import { bandsOf, scaleOf } from './scale.ts';
import { chartsOf } from './series.ts';
import { type State, States } from './state.ts';
import { turnedRound } from './turned.ts';

type Line = readonly [process: string, kind: string, channel: string, key: string, more?: object];

/** Messages and rows by their key; `mq` and `db` by the kind. */
function historyOf(lines: readonly Line[]): EntryResult[] {
  const rows = new Set(['inserted', 'updated', 'deleted']);
  return lines.map(([process, kind, channel, key, more = {}], n) => ({
    n,
    timeUs: n * 1_000,
    process,
    kind,
    data: {
      component: rows.has(kind) ? 'db' : 'mq',
      channels: [channel],
      value: { id: key, type: 'Order', ...more },
      about: rows.has(kind) ? { key } : { lineage: `Order#${key}`, ...more },
    },
    causes: [],
  }));
}

const shown = (state: State) =>
  [...state.places].flatMap(([place, items]) =>
    [...items.values()].map(
      ({ key, note, gone }) => `${place}: ${key.replace('Order#', '')}${note && ` ${note}`}${gone ? ' gone' : ''}`,
    ),
  );

describe('the state at a step', () => {
  test('a message is ready, then with somebody, then gone; a crash gives it back', () => {
    const states = new States(
      historyOf([
        ['w', 'published', 'q', 'a'],
        ['x/0', 'delivered', 'q', 'a'],
        ['x/0', 'crashed', 'q', 'a'],
        ['x/1', 'delivered', 'q', 'a'],
        ['x/1', 'nacked', 'q', 'a', { requeue: true }],
        ['x/1', 'delivered', 'q', 'a'],
        ['x/1', 'acked', 'q', 'a'],
        ['w', 'published', 'q', 'b'],
      ]),
    );
    expect([0, 1, 2, 3, 4, 5, 6, 7].map((at) => shown(states.at(at)).join())).toEqual([
      'queue mq.q: a ready',
      'queue mq.q: a with x/0',
      'queue mq.q: a ready',
      'queue mq.q: a with x/1',
      'queue mq.q: a ready',
      'queue mq.q: a with x/1',
      'queue mq.q: a with x/1 gone',
      'queue mq.q: b ready',
    ]);
    expect(shown(states.at(1))).toEqual(['queue mq.q: a with x/0']);
  });

  test('copies are told apart, a dead letter goes where it goes', () => {
    const states = new States(
      historyOf([
        ['w', 'published', 'q', 'a'],
        ['w', 'published', 'q', 'a'],
        ['x/0', 'delivered', 'q', 'a'],
        ['x/0', 'deadLettered', 'q', 'a', { to: 'dead' }],
      ]),
    );
    expect(shown(states.at(3)).filter((line) => !line.endsWith('gone'))).toEqual([
      'queue mq.q: a (2) ready',
      'queue mq.dead: a ready',
    ]);
  });

  test('a row keeps what it was before', () => {
    const states = new States(
      historyOf([
        ['x/0', 'inserted', 't', 'r', { sent: false }],
        ['x/0', 'updated', 't', 'r', { sent: true }],
        ['x/0', 'deleted', 't', 'r'],
      ]),
    );
    const row = () => states.at(1).places.get('table db.t')?.get('r');
    expect(row()).toMatchObject({ since: 1, before: { sent: false }, value: { sent: true } });
    expect(states.at(2).places.get('table db.t')?.get('r')?.gone).toBe(true);
    expect(row()?.gone).toBe(undefined);
  });

  test('groups, offsets and topics are told, too', () => {
    const state = new States(groupHistory()).at(12);
    expect(shown(state)).toEqual([
      'group log.workers: workers/0-1 generation 2',
      'topic log.orders/1: 0',
      'offsets log of workers: orders/1 lag 0',
    ]);
  });
});

test('charts count what waits, what is held, what is tried again', () => {
  const charts = chartsOf(
    historyOf([
      ['w', 'published', 'q', 'a'],
      ['w', 'published', 'q', 'b'],
      ['x/0', 'delivered', 'q', 'a', { service: 'x' }],
      ['x/0', 'crashed', 'q', 'a'],
      ['x/1', 'delivered', 'q', 'a', { service: 'x', redelivered: true }],
      ['x/1', 'acked', 'q', 'a'],
      ['mq', 'deadLettered', 'q', 'b', { reason: 'expired' }],
    ]),
  );
  const values = Object.fromEntries(
    charts.map(({ title, series }) => [title, series[0]?.steps.map(({ value }) => value)]),
  );
  expect(values).toEqual({
    'Queue depth': [1, 2, 1, 2, 1, 0],
    'In flight': [1, 0, 1, 0],
    'Dead letters': [1],
    Retries: [1],
  });
});

test('idle time is squeezed on the axis, or not; faults are bands on it', () => {
  const entries = sampleHistory().map((entry) => ({ ...entry, timeUs: entry.n < 6 ? entry.n * 1_000 : 9_000_000 }));
  const [squeezed, long] = [scaleOf(entries, false), scaleOf(entries, true)];
  expect([squeezed.x(5), long.x(5)].map((x) => Math.round(x * 100))).toEqual([56, 0]);
  expect([squeezed.at(0.55), squeezed.at(1), squeezed.at(0)]).toEqual([4, 10, 0]);
  expect(squeezed.gaps.map(({ us }) => us)).toEqual([8_995_000]);
  const silent = { sentence: 'mq is silent from 0 s to 3 ms', kind: 'outage' };
  const lasting = entries.map((entry) => (entry.n === 5 ? { ...entry, n: 0, timeUs: 1, data: silent } : entry));
  expect(bandsOf([...lasting].toSorted((a, b) => a.timeUs - b.timeUs)).map(({ from, to }) => to - from)).toContain(3);
  expect(bandsOf(entries)).toEqual([
    { name: 'crash after ack x', from: 5, to: 5 },
    { name: 'billing/0 is down', from: 6, to: 9 },
    { name: 'mq is out', from: 7, to: 8 },
  ]);
});

test('a group: who has which partition from when to when, and the lag', () => {
  const [group] = groupsOf(groupHistory());
  expect(group?.partitions).toEqual([
    { name: 'orders/0', tenures: [{ member: 'workers/0-1', from: 3 }], lag: [] },
    {
      name: 'orders/1',
      tenures: [
        { member: 'workers/1-1', from: 4, to: 8 },
        { member: 'workers/0-1', from: 10 },
      ],
      lag: [
        { at: 6, value: 1 },
        { at: 12, value: 0 },
      ],
    },
  ]);
  expect(group?.rebalances.map(({ generation }) => generation)).toEqual(['1', '2']);
});

test('what came in another order than in the twin is found, in the cone first', () => {
  const line = (process: string, key: string, table = 't'): Line => [process, 'inserted', table, key];
  const run = historyOf([line('x/1', 'b'), line('x/1', 'c', 'u'), line('x/0', 'd', 'u'), line('x/0', 'a')]);
  const twin = historyOf([line('x/0', 'a'), line('x/1', 'b'), line('x/0', 'd', 'u'), line('x/1', 'c', 'u')]);
  const keys = (cone: number[]) => {
    const turned = turnedRound(run, twin, new Set(cone));
    return turned && [turned.first.n, turned.second.n];
  };
  expect(keys([3])).toEqual([0, 3]);
  expect(keys([2])).toEqual([1, 2]);
  expect(turnedRound(run, run, new Set([3]))).toBe(undefined);
  // What comes behind the violation, or has nothing to do with it, explains nothing.
  expect([keys([]), keys([1])]).toEqual([undefined, undefined]);
  const [b, c, d, a] = run as [EntryResult, EntryResult, EntryResult, EntryResult];
  expect(turnedRound(run, [b, d, c, a], new Set([3]))).toBe(undefined);
});

test('filters take in, take out, and go by what an entry belongs to', () => {
  const run = runOf(sampleHistory(), [2, 4], [1, 2, 3, 4]);
  const none: Filter = { lanes: new Map(), kinds: new Map(), types: new Map(), ids: new Map(), text: '', cone: false };
  const left = (over: Partial<Filter>) => filtered(run, { ...none, ...over });
  expect(left({})).toHaveLength(11);
  expect(left({ kinds: new Map([['acked', 'in']]) })).toEqual([4]);
  expect(left({ kinds: new Map([['acked', 'out']]) })).toHaveLength(10);
  expect(
    left({
      lanes: new Map([
        ['mq', 'in'],
        ['workload', 'in'],
      ]),
    }),
  ).toEqual([1, 2, 7, 8]);
  expect(left({ ids: new Map([['p1', 'in']]) })).toEqual([1, 2, 3, 4, 5, 6, 10]);
  expect(left({ cone: true, text: 'DELIVERED' })).toEqual([3]);
  expect(left({ cone: true })).toEqual([1, 2, 3, 4, 5]);
});
