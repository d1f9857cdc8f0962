/** A result whose one failure has a history as long as wanted: orders that go through an outbox, again and again. */
import type { CampaignResult, EntryResult, FailureResult } from '../properties/runner/result.ts';

const CUSTOMERS = ['Ann', 'Zoë', 'Bob', 'Ada'];
const STEPS = 10;

type Step = readonly [process: string, kind: string, data: object, ...causes: number[]];

function on(component: string, channel: string, value: object, about: object): object {
  return { component, channels: [channel], value, about };
}

/** What one order leaves: sent, published, delivered, stored in two tables, acked, relayed, shipped; every 97th is struck. */
function stepsOf(nth: number, id: string): readonly Step[] {
  const order = { orderId: id, customer: CUSTOMERS[nth % CUSTOMERS.length], cents: nth % 5_000 };
  const headers = { ce_id: id, ce_type: 'OrderPlaced' };
  const message = { id, type: 'OrderPlaced', key: 'orders', body: order, headers, parsed: true };
  const placed = on('mq', 'orders', message, { lineage: `OrderPlaced#${id}`, nth: 1, redelivered: false });
  const relayed = { lineage: `OrderPlaced#${id}/OrderAccepted#1` };
  const accepted = on('mq', 'accepted', { ...message, type: 'OrderAccepted' }, relayed);
  const row = (sent: boolean): object => ({ id: `accepted-${id}`, position: nth, sent });
  const worker = `orders/${nth % 3}`;
  const sentence = `1st delivery of OrderPlaced#${id} to orders: commit on db takes 3 s longer`;
  return [
    ['workload', 'sent', { item: id, nth: 1 }],
    ['workload', 'published', placed, 0],
    [worker, 'delivered', placed, 1],
    nth % 97 === 96 ? [worker, 'fault', { sentence, kind: 'delay' }, 2] : ['workload', 'confirmed', placed, 1],
    [worker, 'inserted', on('db', 'orders', order, { key: id }), 2],
    [worker, 'inserted', on('db', 'outbox', row(false), { key: `accepted-${id}` }), 2],
    [worker, 'acked', placed, 2],
    ['relay/0', 'updated', on('db', 'outbox', row(true), { key: `accepted-${id}` })],
    ['relay/0', 'published', accepted, 2],
    ['shipping/0', 'delivered', accepted, 8],
  ];
}

function orderOf(nth: number): readonly EntryResult[] {
  const first = nth * STEPS;
  return stepsOf(nth, `o${(nth * 7919) % 100_003}`).map(([process, kind, data, ...causes], n) => ({
    n: first + n,
    timeUs: nth * 60_000 + n * 437 + ((nth * 31) % 89),
    process,
    kind,
    data,
    causes: causes.map((cause) => first + cause),
  }));
}

export function longResult(entries: number): CampaignResult {
  const history = Array.from({ length: Math.ceil(entries / STEPS) }, (_, nth) => orderOf(nth))
    .flat()
    .slice(0, entries);
  const failure: FailureResult = {
    scenario: 'orders',
    variant: 'correct',
    property: 'D1',
    name: 'no-loss',
    says: 'one of many was lost',
    seed: 1,
    token: '',
    digest: '0000000000000000',
    faults: [],
    workload: [],
    found: { run: 1, strategy: 'singles', faults: [], items: 0 },
    outcome: 'quiet',
    why: [],
    evidence: [Math.floor(entries / 2)],
    history,
    entriesCut: 0,
    neighbourhood: { runs: 0, failed: 0 },
  };
  const property = { id: 'D1', name: 'no-loss', kind: 'safety', verdict: 'fail', exercised: 1 } as const;
  return {
    schema: 1,
    eddy: 'bench',
    seed: 1,
    command: 'run orders',
    verdict: 'fail',
    exitCode: 1,
    scenarios: [
      {
        scenario: 'orders',
        story: '',
        variant: 'correct',
        expected: 'pass',
        seed: 1,
        verdict: 'fail',
        runs: 1,
        properties: [property],
        faults: [],
        assumes: [],
        without: {},
        failures: [failure],
      },
    ],
  };
}
