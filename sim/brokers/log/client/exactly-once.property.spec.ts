/** Read, process, write: offsets and records in one transaction. Whatever befalls the workers, each order is billed once. */
import fc from 'fast-check';
import { concatMap, from } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { ordinal } from '../../../faults/words.ts';
import { type Service, service } from '../../../services/service.ts';
import type { RunRecord } from '../../../simulate.ts';
import { entriesOf, happened, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import type { LogPort } from '../port.ts';

type Topics = 'orders' | 'bills';
const topics = { orders: { partitions: 2 }, bills: { partitions: 1 } };
const logs = { '3.9': logBroker('log', { topics, profile: '3.9' }), '4.1': logBroker('log', { topics }) };
type Profile = keyof typeof logs;

/** Bills each order in a transaction with the order's offset; whatever fails ends the process. */
function worker(profile: Profile, instances: number, bill = billing): Service {
  return service('worker', { log: logs[profile] }, ({ log }, { instance }) => {
    const producer = log.producer({ transactionalId: `worker-${instance}` });
    const consumer = log.consumer<{ order: string }>(['orders'], { group: 'workers', isolation: 'read_committed' });
    consumer
      .messages()
      .pipe(concatMap((delivery) => from(bill(producer, delivery, consumer))))
      .subscribe();
  }).with({ instances });
}

type Port = LogPort<Topics>;
type Consumer = ReturnType<Port['consumer']>;
type Order = Parameters<Parameters<ReturnType<Consumer['messages']>['forEach']>[0]>[0];

async function billing(producer: ReturnType<Port['producer']>, order: Order, consumer: Consumer): Promise<void> {
  const { id } = order.message;
  await producer.transaction(async (tx) => {
    await tx.produce('bills', { id: `bill of ${id}`, type: 'Bill', key: id, body: { order: id } });
    await tx.sendOffsets(order, consumer);
  });
}

/** The offset is committed behind the transaction: what a crash in between leaves is billed again. */
async function apart(producer: ReturnType<Port['producer']>, order: Order): Promise<void> {
  const { id } = order.message;
  await producer.transaction((tx) => tx.produce('bills', { id: `bill of ${id}`, type: 'Bill', key: id, body: 1 }));
  await order.commit();
}

function playing(o: {
  bill?: typeof billing;
  profile: Profile;
  instances: number;
  items: number;
  faults: readonly string[];
}) {
  return play({
    uses: { log: logs[o.profile] },
    services: [worker(o.profile, o.instances, o.bill)],
    items: Array.from({ length: o.items }, (_, n) => `p${n}`),
    faults: o.faults,
    send: async (id, { log }) => {
      await log.produce('orders', { id, type: 'Order', key: id, body: { order: id } });
    },
  });
}

/** The bills that a reader of what is committed sees. */
function billsOf(record: RunRecord): string[] {
  const committed = new Set(
    entriesOf(record, 'transactionCommitted').map((entry) => happened(entry).about?.['transaction']),
  );
  return entriesOf(record, 'published')
    .map(happened)
    .filter(({ channels, about }) => channels.includes('bills') && committed.has(about?.['transaction']))
    .map(({ value }) => (value as { id: string }).id)
    .toSorted();
}

/** The orders that are there to be billed: one whose produce was not answered in time is sent, and stored, once more. */
function ordersOf(record: RunRecord): string[] {
  return entriesOf(record, 'published')
    .map(happened)
    .filter(({ channels }) => channels.includes('orders'))
    .map(({ value }) => (value as { id: string }).id)
    .toSorted();
}

const OPERATIONS = [
  'begin transaction on log',
  'produce of Bill to log',
  'send offsets on log',
  'commit transaction on log',
];
const EFFECTS = ['fails', 'takes 3 s longer', 'answers 8 s late'];
const STRUCK = [
  'crash',
  'host loss',
  'pause of 90 s',
  'disconnect from log',
  'half-open connection to log',
  'graceful stop',
  'session times out',
];

const operation = fc.constantFrom(...OPERATIONS);
const effect = fc.oneof(
  fc.tuple(operation, fc.constantFrom(...EFFECTS)).map(([of, what]) => `${of} ${what}`),
  fc
    .tuple(operation, fc.constantFrom('applied', 'not applied'))
    .map(([of, word]) => `answer of ${of} is lost, ${word}`),
  fc
    .tuple(operation, fc.constantFrom(...STRUCK), fc.constantFrom('before', 'between', 'after'))
    .map(([of, what, gap]) => (gap === 'between' ? `${what} between ${of} and its answer` : `${what} ${gap} ${of}`)),
);
const strikes = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2 }), effect)
  .map(([item, nth, what]) => `${ordinal(nth)} delivery of Order#p${item} to worker: ${what}`);
const windows = fc
  .tuple(fc.constantFrom('refusing', 'silent'), fc.integer({ min: 0, max: 4_000 }), fc.integer({ min: 1, max: 20_000 }))
  .map(([mode, from, ms]) => `log is ${mode} from ${from} ms to ${from + ms} ms`);

describe.each(['3.9', '4.1'] as const)('fact 43, with %s', (profile) => {
  test('each order is billed once, whatever befalls the workers', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.oneof({ weight: 6, arbitrary: strikes }, windows), { maxLength: 3 }),
        async (instances, items, faults) => {
          const record = await playing({ profile, instances, items, faults });
          expect(record.why).toEqual([]);
          expect(billsOf(record)).toEqual(ordersOf(record).map((id) => `bill of ${id}`));
        },
      ),
      { numRuns: 100 },
    );
  });
});

test('offsets that are committed apart from the transaction are no part of it: the order is billed twice', async () => {
  const faults = ['1st delivery of Order#p0 to worker: crash after commit transaction on log'];
  const bills = async (bill: typeof billing) =>
    billsOf(await playing({ profile: '4.1', instances: 1, items: 1, faults, bill }));
  expect([await bills(billing), await bills(apart)]).toEqual([['bill of p0'], ['bill of p0', 'bill of p0']]);
});
