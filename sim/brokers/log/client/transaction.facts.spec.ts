/** Transactions and who reads: what is held back, what an abort does not do, who may send offsets. */
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, entriesOf, happened, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import { facts, sleep } from './consumer.fixture.ts';

const log = logBroker('log', { topics: { orders: { partitions: 1 }, bills: { partitions: 1 } } });
const uses = { log };

const reader = (group: string, isolation: 'read_committed' | 'read_uncommitted') =>
  service(group, uses, ({ log }) => {
    log.consume(['orders'], { group, isolation }).subscribe(({ commit }) => void commit());
  });

/** What a service was handed, with how many seconds after the first send. */
function handed(record: Awaited<ReturnType<typeof play>>, who: string): string[] {
  const startUs = entriesOf(record, 'sent')[0]?.timeUs ?? 0;
  return facts(record, 'delivered')
    .filter(({ service: of }) => of === who)
    .map(({ id, timeUs }) => `${String(id)} at ${Math.floor((Number(timeUs) - startUs) / 1_000_000)} s`);
}

const order = (id: string) => ({ id, type: 'Order', key: 'k', body: { id } });

describe('readers of what is committed', () => {
  const playing = (end: 'commit' | 'abort') =>
    play({
      uses,
      services: [reader('committed', 'read_committed'), reader('any', 'read_uncommitted')],
      send: async (_, { log }) => {
        await sleep(5_000);
        const tx = await log.producer({ transactionalId: 't' }).begin();
        await tx.produce('orders', order('inside'));
        await log.produce('orders', order('other'));
        await sleep(4_000);
        await tx[end]();
        await log.produce('orders', order('last'));
      },
    });

  test('fact 35: wait for the end of a transaction, and so for what others wrote behind its first record', async () => {
    const record = await playing('commit');
    expect(handed(record, 'any')).toEqual(['inside at 5 s', 'other at 5 s', 'last at 9 s']);
    expect(handed(record, 'committed')).toEqual(['inside at 9 s', 'other at 9 s', 'last at 9 s']);
  });

  test('fact 35: are handed nothing of one that was aborted', async () => {
    const record = await playing('abort');
    expect(handed(record, 'any')).toEqual(['inside at 5 s', 'other at 5 s', 'last at 9 s']);
    expect(handed(record, 'committed')).toEqual(['other at 9 s', 'last at 9 s']);
  });
});

/** A worker that goes on after what went wrong; what its transactions ended with. */
function working(o: {
  onError?: 'goes on' | 'crashes';
  faults: readonly string[];
  instances?: number;
  isListed?: boolean;
}) {
  const ends: string[] = [];
  const worker = service('worker', uses, ({ log }, { instance }) => {
    const producer = log.producer({ transactionalId: `worker-${instance}` });
    const consumer = log.consumer(['orders'], { group: 'workers' });
    consumer.messages().subscribe(async (delivery) => {
      const { id } = delivery.message;
      const billing = producer.transaction(async (tx) => {
        await tx.produce('bills', { id: `bill of ${id}`, type: 'Bill', body: 1 });
        const sending = tx.sendOffsets(o.isListed ? [delivery] : delivery, consumer);
        sending.catch((error: { code?: string }) => ends.push(`sending ${id} ${error.code}`));
        await sending;
        if (o.onError === 'goes on' && id === 'a') throw new RangeError('no');
      });
      ends.push(`${id} ${await ending(billing)}`);
    });
  }).with({ instances: o.instances ?? 1 });
  const running = play({
    uses,
    services: [worker],
    items: ['a', 'b'],
    faults: o.faults,
    send: async (id, { log }) => {
      await log.produce('orders', order(id));
    },
  });
  return running.then((record) => ({ record, ends }));
}

test('fact 36: an abort does not move the consumer back: what it was about is not handed out again', async () => {
  const { record, ends } = await working({ onError: 'goes on', faults: [] });
  expect(ends).toEqual(['a RangeError', 'b resolved']);
  expect(facts(record, 'delivered').map(({ id }) => id)).toEqual(['a', 'b']);
});

test('a delivery stands for the offset behind it, alone or in a list', async () => {
  const committed = async (isListed: boolean): Promise<unknown[]> =>
    facts((await working({ faults: [], isListed })).record, 'offsetsCommitted').map(({ offset }) => offset);
  expect(await committed(true)).toEqual(await committed(false));
  expect(new Set(await committed(true)).size).toBe(2);
});

test('fact 43: offsets count when their transaction is committed, in the name of the member that sent them', async () => {
  const { record } = await working({ faults: [] });
  expect(facts(record, 'transactionCommitted', 'offsetsCommitted').map(({ kind }) => kind)).toEqual([
    'transactionCommitted',
    'offsetsCommitted',
    'transactionCommitted',
    'offsetsCommitted',
  ]);
  const [began] = entriesOf(record, 'transactionBegan').map(happened);
  const [{ member, generation } = {}] = facts(record, 'delivered');
  expect(facts(record, 'offsetsCommitted')[0]).toMatchObject({
    process: 'worker/0',
    group: 'workers',
    topic: 'orders',
    partition: 0,
    offset: 1,
    member,
    generation,
    transaction: began?.about?.['transaction'],
  });
});

test('fact 43: and are forgotten when it is aborted: another process bills the order anew', async () => {
  const { record } = await working({
    faults: ['1st delivery of Order#a to worker: crash between send offsets on log and its answer'],
  });
  expect(facts(record, 'transactionAborted', 'offsetsCommitted').map(({ kind, offset }) => [kind, offset])).toEqual([
    ['transactionAborted', undefined],
    ['offsetsCommitted', 1],
    ['offsetsCommitted', 2],
  ]);
  expect(facts(record, 'delivered').map(({ id }) => id)).toEqual(['a', 'a', 'b']);
});

test('fact 43: a member that is out of its group cannot send any: the transaction can only be aborted', async () => {
  const { ends, record } = await working({
    instances: 2,
    faults: ['1st delivery of Order#a to worker: session times out before send offsets on log'],
  });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
  expect(ends.slice(0, 2)).toEqual(['sending a EDDY_ILLEGAL_GENERATION', 'a EDDY_ILLEGAL_GENERATION']);
  expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2]);
});

test('offsets of a group without a member are not fenced, as kafkajs sends them', async () => {
  const ends: string[] = [];
  const record = await play({
    uses,
    send: async (_, { log }) => {
      const producer = log.producer({ transactionalId: 't', client: 'kafkajs' });
      const offsets = [{ topic: 'orders', partition: 0, offset: 7n }];
      ends.push(await ending(producer.transaction((tx) => tx.sendOffsets(offsets, { group: 'g' }))));
    },
  });
  expect(ends).toEqual(['resolved']);
  expect(facts(record, 'offsetsCommitted')).toMatchObject([{ group: 'g', offset: 7 }]);
});
