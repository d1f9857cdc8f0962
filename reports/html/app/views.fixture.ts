/** A result in which every view has something to show. */
import type { CampaignResult, EntryResult, FailureResult, MatrixResult } from '../../../properties/runner/result.ts';
import { comparedWith } from '../../since.ts';
import { broken, caught, missed, sampleFailure, sampleResult, sampleScenario } from '../../sample.fixture.ts';

type Line = readonly [
  process: string,
  kind: string,
  channels: readonly string[],
  value: object,
  about: object,
  ...causes: number[],
];

const record = (id: string): object => ({
  id,
  type: 'OrderPlaced',
  key: id,
  body: { orderId: id },
  headers: {},
  parsed: true,
});
const share = (member: string, partitions: readonly number[]): object => ({
  group: 'workers',
  member,
  generation: 1,
  topic: 'orders',
  partitions,
});

const LINES: readonly Line[] = [
  ['workers/0', 'started', [], {}, {}],
  ['workers/1', 'started', [], {}, {}],
  [
    'log',
    'rebalanced',
    [],
    {
      group: 'workers',
      generation: 1,
      assignment: { 'workers/0-1': { orders: [0] }, 'workers/1-1': { orders: [1] } },
    },
    {},
  ],
  ['workers/0', 'assigned', ['orders'], share('workers/0-1', [0]), {}],
  ['workers/1', 'assigned', ['orders'], share('workers/1-1', [1]), {}],
  ['workload', 'sent', [], {}, {}],
  ['workload/0', 'published', ['orders'], record('o1'), { lineage: 'OrderPlaced#o1', partition: 1, offset: 0 }, 5],
  [
    'workers/1',
    'delivered',
    ['orders'],
    record('o1'),
    { lineage: 'OrderPlaced#o1', partition: 1, offset: 0, service: 'workers' },
    6,
  ],
  ['log', 'expelled', [], { group: 'workers', member: 'workers/1-1', why: 'its session timed out' }, {}],
  ['log', 'rebalanced', [], { group: 'workers', generation: 2, assignment: { 'workers/0-1': { orders: [0, 1] } } }, {}],
  ['workers/0', 'assigned', ['orders'], share('workers/0-1', [1]), {}],
  [
    'workers/0',
    'delivered',
    ['orders'],
    record('o1'),
    { lineage: 'OrderPlaced#o1', partition: 1, offset: 0, service: 'workers' },
    6,
  ],
  [
    'workers/0',
    'offsetsCommitted',
    ['orders'],
    { group: 'workers', topic: 'orders', partition: 1, offset: 1 },
    { lag: 0, end: 1 },
    11,
  ],
];

/** Two members share two partitions; one is put out, the other takes over. */
export function groupHistory(): readonly EntryResult[] {
  return LINES.map(([process, kind, channels, value, about, ...causes], n) => ({
    n,
    timeUs: n * 30_000,
    process,
    kind,
    data: kind === 'started' || kind === 'sent' ? { item: 'o1', nth: 1 } : { component: 'log', channels, value, about },
    causes,
  }));
}

const MATRIX: MatrixResult = {
  sites: 3,
  cells: 6,
  tried: 5,
  notReached: 1,
  notRun: 0,
  noEffect: 1,
  failed: 1,
  table: [
    {
      row: 'billing: ack',
      kind: 'crash',
      cells: 3,
      tried: 3,
      failed: 1,
      failing: [['1st delivery of p1 to billing: crash after ack']],
    },
    { row: 'billing: ack', kind: 'ack-lost', cells: 2, tried: 2, failed: 0, failing: [] },
    { row: 'billing: publish', kind: 'crash', cells: 1, tried: 0, failed: 0, failing: [] },
  ],
  missed: [{ sentences: ['1st send of p1: crash after publish'], cause: 'the workload never crashes' }],
  pairs: { possible: 15, tried: 2, failed: 0 },
};

const RUNS = { median: 4, low: 2, high: 9, p90: 11, censored: 0, seeds: 20 };

export function groupFailure(): FailureResult {
  const { twin: _, ...failure } = sampleFailure({
    scenario: 'stream',
    property: 'G1',
    name: 'exclusive',
    history: groupHistory(),
    evidence: [7, 11],
    slice: [5, 6, 7, 11],
  });
  return failure;
}

export function everyView(): CampaignResult {
  const right = sampleScenario({
    scenario: 'stream',
    map: [
      { seed: 11, runs: 25, failed: 0, kinds: { crash: [12, 0], poison: [3, 0] } },
      { seed: 12, runs: 25, failed: 2, kinds: { crash: [9, 2] } },
    ],
    saved: [{ file: 'repros/x.json', property: 'D1', name: 'no-loss', verdict: 'fixed', says: ['holds'] }],
    matrix: MATRIX,
    failures: [groupFailure()],
    verdict: 'fail',
  });
  const detection = {
    seeds: 20,
    caps: { guided: 1000, random: 5000 },
    variants: [
      {
        scenario: 'payments',
        variant: 'acks-first',
        expected: 'D1',
        caught: true,
        violated: ['D1'],
        guided: RUNS,
        random: { ...RUNS, median: 400, low: 90, high: 900 },
      },
    ],
    correct: [{ scenario: 'payments', runs: 10_000, struck: 9000, falseAlarms: 0, violated: [] }],
  };
  const open = sampleScenario({ scenario: 'open', verdict: 'unknown', properties: [], faults: [] });
  const scenarios = [broken(), caught(), missed(), right, open];
  const result = { ...sampleResult(scenarios, { verdict: 'fail', exitCode: 1 }), detection };
  return comparedWith(result, sampleResult([sampleScenario()]));
}
