/** Producers that share a transactional id: who is fenced, when, and what becomes of the transaction that was open. */
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, entriesOf, happened, play } from '../../../world.fixture.ts';
import { sleep } from './consumer.fixture.ts';
import { both, log, old, playing, told } from './transaction.fixture.ts';

describe.each(['3.9', '4.1'] as const)('producers of one transactional id with %s', (profile) => {
  test('fact 37: a new producer with the same id fences the old one and aborts what it had open', async () => {
    const ends: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const first = log.producer({ transactionalId: 't' });
        const open = await first.begin();
        await both(open, item);
        const second = log.producer({ transactionalId: 't' });
        await second.transaction((tx) => both(tx, 'second'));
        ends.push(await ending(open.produce('orders', { type: 'Order', body: 1 })));
        ends.push(await ending(open.commit()), await ending(first.begin()));
      },
    });
    expect(ends).toEqual(['EDDY_FENCED', 'EDDY_FENCED', 'EDDY_FENCED']);
    expect(told(record)).toEqual([
      'transactionBegan',
      'published p1.order',
      'confirmed p1.order',
      'published p1.bill',
      'confirmed p1.bill',
      'fenced new producer',
      'transactionAborted orders bills new producer',
      'aborted p1.order',
      'aborted p1.bill',
      'transactionBegan',
      'published second.order',
      'confirmed second.order',
      'published second.bill',
      'confirmed second.bill',
      'transactionCommitted orders bills',
      'fenced',
    ]);
  });

  test('fact 37: the new one waits no longer than the old transaction takes to be undone', async () => {
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        await both(await log.producer({ transactionalId: 't' }).begin(), item);
        await log.producer({ transactionalId: 't' }).transaction((tx) => both(tx, 'second'));
      },
    });
    const [, fenced, , began] = entriesOf(record, 'transactionBegan', 'fenced', 'transactionAborted');
    expect(fenced?.kind).toBe('fenced');
    expect(began?.kind).toBe('transactionBegan');
    const tookUs = (began?.timeUs ?? 0) - (fenced?.timeUs ?? 0);
    expect(Math.floor(tookUs / 20_000)).toBe(1);
  });

  test('fact 37: one that cannot reach the brokers fences nobody', async () => {
    const uses = { log: profile === '3.9' ? old : log };
    const ends: string[] = [];
    const holder = service('holder', uses, async ({ log }) => {
      const producer = log.producer({ transactionalId: 't' });
      ends.push(
        await ending(
          producer.transaction(async (tx) => {
            await both(tx, 'held');
            await sleep(2_000);
          }),
        ),
      );
    });
    const other = service('other', uses, async ({ log }) => {
      await sleep(1_000);
      void log.produce('orders', { id: 'x', type: 'X', body: 1 });
      await sleep(100);
      log.producer({ transactionalId: 't' });
    });
    const faults = ['work of other: half-open connection to log before produce of X to log'];
    const record = await play({ uses, services: [holder, other], items: [], send: () => Promise.resolve(), faults });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    expect(ends).toEqual(['resolved']);
  });

  test('one that stays open is aborted by the coordinator, and its producer is fenced', async () => {
    const ends: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't', transactionTimeoutMs: 5_000 });
        const tx = await producer.begin();
        await both(tx, item);
        await tx.produce('orders', { type: 'Order', body: 1 });
        await new Promise<void>((resolve) => void setTimeout(resolve, 30_000));
        ends.push(await ending(tx.commit()), await ending(producer.begin()));
      },
    });
    expect(ends).toEqual(['EDDY_FENCED', 'EDDY_FENCED']);
    expect(told(record)).toContain('transactionAborted orders bills timed out');
    expect(told(record).at(-1)).toBe('fenced');
    const [byCoordinator, bySelf] = entriesOf(record, 'fenced').map((entry) => happened(entry).value as object);
    expect(bySelf).toMatchObject({ transactionalId: 't', epoch: 0 });
    expect(bySelf).toHaveProperty('producerId', (byCoordinator as { producerId: number }).producerId);
    const whose = entriesOf(record, 'transactionBegan', 'transactionAborted').map(({ process }) => process);
    expect(whose).toEqual(['workload', 'log']);
  });
});

test('a producer whose process starts again fences its former self, whose transaction is aborted', async () => {
  const billing = service('billing', { log }, async ({ log }) => {
    const producer = log.producer({ transactionalId: 'billing' });
    await producer.transaction((tx) => both(tx, 'x'));
  });
  const record = await play({
    uses: { log },
    services: [billing],
    items: [],
    send: () => Promise.resolve(),
    faults: ['1st start of billing: crash before commit transaction on log'],
  });
  expect(told(record).filter((each) => /^(transaction|fenced)/.test(each))).toEqual([
    'transactionBegan',
    'fenced new producer',
    'transactionAborted orders bills new producer',
    'transactionBegan',
    'transactionCommitted orders bills',
  ]);
});

test('before 4.0 a producer that goes on after an error does so only if nobody has its id by then', async () => {
  const ends: string[] = [];
  await playing({
    profile: '3.9',
    send: async (item, { log }) => {
      const first = log.producer({ transactionalId: 't' });
      ends.push(await ending(first.transaction((tx) => both(tx, item))));
      await log.producer({ transactionalId: 't' }).transaction((tx) => both(tx, 'second'));
      ends.push(await ending(first.begin()));
    },
    faults: ['1st send of p1: answer of produce of Order to log is lost, applied'],
  });
  expect(ends).toEqual(['EDDY_TIMEOUT', 'EDDY_FENCED']);
});
