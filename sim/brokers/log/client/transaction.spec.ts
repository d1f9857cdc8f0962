/** Transactions as their producer sees them: how they end, what its client tries again, what it is told. */
import { describe, expect, test } from 'vitest';
import { ending, entriesOf } from '../../../world.fixture.ts';
import { both, playing, told } from './transaction.fixture.ts';

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
