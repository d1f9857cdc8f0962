/** The search proposes every kind of fault that a log can show, and each takes effect somewhere. */
import { expect, test } from 'vitest';
import type { FaultData } from '../../sim/faults/fault.ts';
import { parseFault } from '../../sim/faults/parse.ts';
import { printFault } from '../../sim/faults/print.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { kindsOf, systemOf } from '../scenario.ts';
import { bank } from './bank.fixture.ts';
import { campaign } from './campaign.ts';
import { candidatesOf, windowsOf } from './candidates.ts';
import { execute } from './execute.ts';
import { depot, warehouse } from './log.fixture.ts';
import { matrix } from './matrix.ts';
import { namesTouched, strangerIn } from './names.ts';
import { makeSlice } from './slice.ts';

const shape = warehouse();
const system = systemOf(shape, 'correct');
const slice = makeSlice(shape, 1, 0);
const made = (plan: readonly FaultData[], rule?: { p: number; kinds: string[]; salt: number; untilUs: number }) =>
  inWorlds(() => execute(system, [], { ...slice, plan, ...(rule && { rule }) }, { recordSites: true }));

/** What a fault of a log does, without where. */
function sort(fault: FaultData): string {
  const says = printFault(fault);
  const found =
    /session|poll|coordinator|gets|fails over uncleanly|fails over|cut|compacted|stays open/.exec(says)?.[0] ??
    fault.kind;
  return `${found}${'place' in fault ? `, ${fault.place.gap}` : ''}`;
}

test('each sort of fault is proposed, and takes effect', async () => {
  const { record } = await made([]);
  const kinds = new Set(['rebalance', 'failover', 'retention', 'delay']);
  const own = [...candidatesOf(record.sites, kinds), ...windowsOf(record.sites, kinds)].filter(
    ({ fault }) => fault.kind !== 'delay',
  );
  const sorts = new Set(own.map(({ fault }) => sort(fault)));
  expect([...sorts].toSorted()).toEqual([
    'compacted',
    'coordinator',
    'cut',
    'fails over',
    'fails over uncleanly',
    'fails over uncleanly, after',
    'fails over uncleanly, before',
    'fails over uncleanly, between',
    'fails over, after',
    'fails over, before',
    'fails over, between',
    'gets',
    'poll, before',
    'session, before',
    'session, between',
    'stays open',
  ]);
  // The only copy of what was shipped has nobody to hand its lead to.
  expect(own.filter(({ fault }) => fault.kind === 'failover' && printFault(fault).includes('hipped'))).toEqual([]);
  const effective = new Set<string>();
  for (const { fault } of own) {
    if (effective.has(sort(fault))) continue;
    const { record: struck } = await made([fault]);
    expect(struck.outcome).toBe('quiet');
    if (struck.faults[0]?.tookEffect) effective.add(sort(fault));
  }
  expect(effective).toEqual(sorts);
});

test('a rule strikes with them too, and what it struck with gives the same run as sentences', async () => {
  for (let salt = 0; salt < 10; salt++) {
    const rule = { p: 0.2, kinds: ['rebalance', 'failover'], salt, untilUs: 20_000_000 };
    const { record } = await made([], rule);
    const plan = record.faults.map(({ sentence }) => parseFault(sentence));
    expect((await made(plan)).record.digest).toBe(record.digest);
    if (new Set(record.faults.filter(({ tookEffect }) => tookEffect).map(({ data }) => data.kind)).size === 2) return;
  }
  expect.unreachable();
});

test('every kind that its components can show takes effect in a campaign', async () => {
  expect(kindsOf(shape)).toEqual(expect.arrayContaining(['rebalance', 'failover', 'retention', 'conflict']));
  expect(kindsOf(shape)).not.toContain('ack-lost');
  expect(kindsOf(bank())).not.toContain('rebalance');
  // Nothing of it reads a clock, or may be refused because of what runs beside it.
  const without = { 'clock-skew': 'nobody reads a clock', conflict: 'its transactions are read committed' };
  const narrowed = warehouse({ without });
  const result = await campaign(narrowed, 'correct', { seed: 1, runs: 300 });
  const struck = result.faults.filter(({ tookEffect }) => tookEffect > 0).map(({ kind }) => kind);
  expect(struck.toSorted()).toEqual([...kindsOf(narrowed)].toSorted());
});

test.each(['delete', 'compact'] as const)(
  'what does all right holds while records go (%s), leaders fail and members are put out',
  async (cleanup) => {
    const kinds = ['rebalance', 'failover', 'retention', 'delay', 'pause'] as const;
    const result = await campaign(depot(cleanup), 'correct', { seed: 5, runs: 150, kinds });
    expect(result.failures).toEqual([]);
    expect(result.verdict).toBe('pass');
    const struck = result.faults.filter(({ tookEffect }) => tookEffect > 0).map(({ kind }) => kind);
    expect(struck.toSorted()).toEqual([...kinds].toSorted());
  },
);

test.each([
  ['log.order gets 3 partitions at 1 s', { what: 'topic', name: 'log.order', nearest: 'log.orders' }],
  ['coordinator of depots on log moves at 1 s', { what: 'group', name: 'depots', nearest: 'warehouse' }],
  ['log.orders/9 is cut up to its end at 1 s', undefined],
  ['log is silent from 1 s to 2 s', undefined],
])('what a replay looks for: %s', async (sentence, stranger) => {
  const { record } = await made([]);
  const plan = [parseFault(sentence)];
  const names = namesTouched(systemOf(shape, 'correct'), plan, record.sites);
  expect(plan.map((fault) => strangerIn(fault, names))).toEqual([stranger]);
});

test('the matrix has cells for them: every one is tried, or counted with its cause', async () => {
  const options = { seed: 1, items: 2, runs: 400, pairs: 0, kinds: ['rebalance', 'failover', 'retention'] as const };
  const { matrix: counted } = await matrix(shape, 'correct', options);
  expect(counted?.notRun).toBe(0);
  expect(counted?.tried).toBe((counted?.cells ?? 0) - (counted?.notReached ?? 0));
  expect([...new Set(counted?.table.map(({ kind }) => kind))].toSorted()).toEqual([
    'failover',
    'rebalance',
    'retention',
  ]);
});
