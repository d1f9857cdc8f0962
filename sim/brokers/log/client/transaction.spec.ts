import { describe, expect, test } from 'vitest';
import type { Ports } from '../../../component.ts';
import { service } from '../../../services/service.ts';
import { ending, entriesOf, happened, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import { sleep } from './consumer.fixture.ts';
import type { Transaction } from './transaction.ts';

const log = logBroker('log', { topics: { orders: { partitions: 1 }, bills: { partitions: 2 } } });
const old = logBroker('log', { topics: { orders: { partitions: 1 }, bills: { partitions: 2 } }, profile: '3.9' });
type Here = Ports<{ log: typeof log }>;
type Tx = Transaction<'orders' | 'bills'>;

const TOLD = [
  'transactionBegan',
  'published',
  'confirmed',
  'transactionCommitted',
  'transactionAborted',
  'aborted',
  'fenced',
];

/** What happened in transactions, in words. */
function told(record: Awaited<ReturnType<typeof play>>): string[] {
  return entriesOf(record, ...TOLD).map((entry) => {
    const { value, channels } = happened(entry);
    const { id, why } = value as { id?: string; why?: string };
    return [entry.kind, id, ...(id === undefined ? channels : []), why].filter((word) => word !== undefined).join(' ');
  });
}

function playing(o: {
  send: (item: string, ports: Here) => Promise<void>;
  items?: readonly string[];
  faults?: readonly string[];
  profile?: '3.9' | '4.1';
}) {
  return play({ ...o, uses: { log: o.profile === '3.9' ? old : log } });
}

const both = async (tx: Tx, id: string): Promise<void> => {
  await tx.produce('orders', { id: `${id}.order`, type: 'Order', body: { id } });
  await tx.produce('bills', { id: `${id}.bill`, type: 'Bill', key: id, body: { id } });
};

describe.each(['3.9', '4.1'] as const)('a transaction with %s', (profile) => {
  test('of which nothing came to the coordinator is aborted, and the next one follows', async () => {
    const record = await playing({
      profile,
      faults: ['1st send of a: answer of produce of Order to log is lost, not applied'],
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't' });
        await producer.transaction((tx) => both(tx, `${item}1`)).catch(() => {});
        await producer.transaction((tx) => both(tx, `${item}2`));
      },
      items: ['a'],
    });
    expect(told(record).filter((line) => line.startsWith('confirmed'))).toEqual([
      'confirmed a2.order',
      'confirmed a2.bill',
    ]);
    expect(record.outcome).toBe('quiet');
  });

  test('is committed when its work resolves, and the next one follows', async () => {
    const record = await playing({
      profile,
      items: ['a', 'b'],
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: item === 'a' ? 't' : 'u' });
        await producer.transaction((tx) => both(tx, `${item}1`));
        await producer.transaction((tx) => both(tx, `${item}2`));
      },
    });
    const one = (id: string): string[] => [
      'transactionBegan',
      `published ${id}.order`,
      `confirmed ${id}.order`,
      `published ${id}.bill`,
      `confirmed ${id}.bill`,
      'transactionCommitted orders bills',
    ];
    expect(record.outcome).toBe('quiet');
    expect(told(record)).toEqual(['a1', 'a2', 'b1', 'b2'].flatMap(one));
  });

  test('is aborted when its work rejects, and says which records it takes along', async () => {
    const ends: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't' });
        ends.push(
          await ending(
            producer.transaction(async (tx) => {
              await both(tx, item);
              throw new RangeError('no');
            }),
          ),
        );
        ends.push(await ending(producer.transaction((tx) => both(tx, `${item}.again`))));
      },
    });
    expect(ends).toEqual(['RangeError', 'resolved']);
    expect(told(record).slice(5, 8)).toEqual([
      'transactionAborted orders bills',
      'aborted p1.order',
      'aborted p1.bill',
    ]);
    expect(told(record).at(-1)).toBe('transactionCommitted orders bills');
  });

  test.each([
    'begin transaction on log fails',
    'commit transaction on log fails',
    'disconnect from log between commit transaction on log and its answer',
    'disconnect from log before commit transaction on log',
    'half-open connection to log before commit transaction on log',
    'confirm of produce of Bill to log is lost',
    'disconnect from log between produce of Bill to log and its answer',
    'commit transaction on log takes 3 s longer',
    'commit transaction on log answers 8 s late',
  ])('what its client tries again by itself happens once: %s', async (effect) => {
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't' });
        await producer.transaction((tx) => both(tx, item));
        await producer.transaction((tx) => both(tx, `${item}.next`));
      },
      faults: [`1st send of p1: ${effect}`],
    });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    const published = told(record).filter((word) => /^(published|transaction(Committed|Aborted)) /.test(word));
    expect(published).toEqual([
      'published p1.order',
      'published p1.bill',
      'transactionCommitted orders bills',
      'published p1.next.order',
      'published p1.next.bill',
      'transactionCommitted orders bills',
    ]);
  });

  test('after 100 ms', async () => {
    const record = await playing({
      profile,
      send: (item, { log }) => log.producer({ transactionalId: 't' }).transaction((tx) => both(tx, item)),
      faults: ['1st send of p1: commit transaction on log fails'],
    });
    const [failed, committed] = entriesOf(record, 'fault', 'transactionCommitted');
    const afterUs = (committed?.timeUs ?? 0) - (failed?.timeUs ?? 0);
    expect(Math.floor(afterUs / 10_000)).toBe(10);
  });

  test.each([
    ['applied', ['transactionCommitted orders bills']],
    ['not applied', ['transactionAborted orders bills timed out']],
  ])('a commit that is never answered, %s, rejects with EDDY_TIMEOUT', async (word, ends) => {
    const seen: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't', transactionTimeoutMs: 15_000 });
        seen.push(await ending(producer.transaction((tx) => both(tx, item))));
      },
      faults: [`1st send of p1: answer of commit transaction on log is lost, ${word}`],
    });
    expect(seen).toEqual(['EDDY_TIMEOUT']);
    expect(told(record).filter((each) => /^transaction(C|A)/.test(each))).toEqual(ends);
  });

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

  test('one of which nothing arrived is aborted all the same, and the next one follows', async () => {
    const ends: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't', retries: 1 });
        ends.push(await ending(producer.transaction((tx) => both(tx, item))));
        ends.push(await ending(producer.transaction((tx) => both(tx, item))));
      },
      faults: ['1st', '2nd'].map((nth) => `1st send of p1: ${nth} produce of Order to log fails`),
    });
    expect(ends).toEqual(['EDDY_UNAVAILABLE', 'resolved']);
    expect(told(record)).toContain('transactionCommitted orders bills');
  });

  test('its end waits for what was handed over, and leaves nothing to wait for', async () => {
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const tx = await log.producer({ transactionalId: 't', lingerMs: 50 }).begin();
        void both(tx, item);
        void tx.produce('bills', { id: `${item}.other`, type: 'Bill', body: 1 });
        await tx.commit();
      },
    });
    expect(told(record).filter((each) => /^(published|transactionC)/.test(each))).toEqual([
      expect.stringMatching(/^published/),
      expect.stringMatching(/^published/),
      expect.stringMatching(/^transactionCommitted/),
    ]);
    expect(record.timeUs).toBeLessThan(1_000_000);
  });

  test('its abort fails what was never sent, and none of it is sent later', async () => {
    const ends: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const tx = await log.producer({ transactionalId: 't', lingerMs: 50 }).begin();
        const waiting = [both(tx, item), tx.produce('bills', { type: 'Bill', body: 1 })].map(ending);
        ends.push(await ending(tx.abort()), ...(await Promise.all(waiting)));
      },
    });
    expect(ends).toEqual(['resolved', 'EDDY_ABORTABLE', 'EDDY_ABORTABLE']);
    expect(told(record)).toEqual([]);
    expect(record.outcome).toBe('quiet');
  });

  test('a commit that was not answered once and then could not be asked for again: EDDY_TIMEOUT', async () => {
    const ends: string[] = [];
    const record = await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't' });
        ends.push(await ending(producer.transaction((tx) => both(tx, item))));
      },
      faults: [
        '1st send of p1: disconnect from log between commit transaction on log and its answer',
        'log is refusing from 60 ms to 30 s',
      ],
    });
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
    expect(ends).toEqual(['EDDY_TIMEOUT']);
  });

  test('after an error it can only be aborted', async () => {
    const ends: string[] = [];
    await playing({
      profile,
      send: async (item, { log }) => {
        const producer = log.producer({ transactionalId: 't' });
        const tx = await producer.begin();
        ends.push(await ending(tx.produce('orders', { id: item, type: 'Order', body: item })));
        ends.push(await ending(tx.produce('bills', { type: 'Bill', body: item })), await ending(tx.commit()));
        ends.push(await ending(tx.abort()), await ending(producer.transaction((next) => both(next, item))));
      },
      faults: ['1st send of p1: answer of produce of Order to log is lost, applied'],
    });
    expect(ends).toEqual(['EDDY_TIMEOUT', 'EDDY_ABORTABLE', 'EDDY_ABORTABLE', 'resolved', 'resolved']);
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

test('misuse', async () => {
  const ends: string[] = [];
  await playing({
    send: async (_, { log }) => {
      const plain = log.producer();
      ends.push(await ending(plain.begin()));
      const producer = log.producer({ transactionalId: 't' });
      ends.push(await ending(producer.produce('orders', { body: 1 })));
      const tx = await producer.begin();
      ends.push(await ending(producer.begin()));
      await tx.commit();
      ends.push(await ending(tx.commit()), await ending(tx.abort()), await ending(tx.produce('orders', { body: 1 })));
    },
  });
  expect(new Set(ends)).toEqual(new Set(['EDDY_CONFIG']));
  expect(ends).toHaveLength(6);
});

test('who uses a transaction at the wrong time is told what it is at', async () => {
  const said: string[] = [];
  const says = (error: unknown): void => void said.push((error as Error).message.replace(/^.*: the transaction /, ''));
  await playing({
    send: async (_, { log }) => {
      const tx = await log.producer({ transactionalId: 't' }).begin();
      const committing = tx.commit();
      await tx.produce('orders', { body: 1 }).catch(says);
      await tx.abort().catch(says);
      await committing;
      await tx.commit().catch(says);
    },
  });
  const rest = '; it cannot be used for this';
  expect(said).toEqual([`is committing${rest}`, `is committing${rest}`, `has ended${rest}`]);
});
