/** How runs end that are not quiet: stuck, with who waits for what; at a bound, with which. */
import { expect, test } from 'vitest';
import { QueueRuntime } from '../brokers/queue/runtime.ts';
import { run, tiny } from '../spec-world.ts';

const never = new Promise<void>(() => {});

test('a handler that awaits what nobody resolves is stuck, and is named', async () => {
  const waiting = tiny(({ mq }) => {
    mq.consume('letters').subscribe(() => void never);
  });
  const record = await run([waiting], { items: ['p 1'] });
  expect(record.outcome).toBe('stuck');
  expect(record.why).toEqual([
    '1st delivery of Letter#"p 1" to tiny at tiny/0 is not settled; it waits for something outside its ports',
  ]);
});

test('who waits for a lock that is never given free names the lock, and the holder is named too', async () => {
  const locking = tiny(({ mq, db }) => {
    mq.consume('letters', { prefetch: 2 }).subscribe(({ message }) => {
      void db.transaction(async (tx) => {
        await tx.put('notes', { id: 'n', text: message.id });
        await never;
      });
    });
  });
  const record = await run([locking], { items: ['a', 'b'] });
  expect(record.outcome).toBe('stuck');
  expect(record.why).toEqual([
    '1st delivery of Letter#a to tiny at tiny/0 is not settled; it waits for something outside its ports',
    '1st delivery of Letter#b to tiny at tiny/0 is not settled; it waits for put into db.notes',
    'a transaction of tiny/0 on db (1st delivery of Letter#a to tiny) is open; it waits for something outside its ports',
    'a transaction of tiny/0 on db (1st delivery of Letter#b to tiny) is open; it waits for a lock on notes/n',
  ]);
});

test('a handler that is done without settling its delivery is stuck', async () => {
  const record = await run([tiny(({ mq }) => void mq.consume('letters').subscribe())], { items: ['a'] });
  expect(record.outcome).toBe('stuck');
  expect(record.why).toHaveLength(1);
});

test('a handler that looks again and again for what never comes is stuck', async () => {
  const polling = tiny(({ mq, db }) => {
    mq.consume('letters').subscribe(async () => {
      while ((await db.transaction((tx) => tx.get('notes', 'never'))) === undefined) {
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
      }
    });
  });
  const record = await run([polling], { items: ['a'] });
  expect(record.outcome).toBe('stuck');
  expect(record.why).toHaveLength(1);
});

test('an item whose send never ends is stuck; the items after it wait for it', async () => {
  const record = await run([tiny(() => {})], { items: ['a', 'b'], send: () => never });
  expect(record.outcome).toBe('stuck');
  expect(record.why).toEqual(['the send of a never ended']);
});

test('a message requeued for ever ends at a bound that is named', async () => {
  const refusing = tiny(({ mq }) => {
    mq.consume('letters').subscribe((delivery) => void delivery.nack());
  });
  const steps = await run([refusing], { items: ['a'], bounds: { steps: 500 } });
  expect(steps).toMatchObject({
    outcome: 'bound',
    why: ['the run passed its bound of 500 steps in a row without anything from outside'],
  });
  const entries = await run([refusing], { items: ['a'], bounds: { entries: 100 } });
  expect(entries).toMatchObject({ outcome: 'bound', why: ['the run passed its bound of 100 entries of history'] });
  const time = await run([refusing], { items: ['a'], bounds: { virtualUs: 100_000 } });
  expect(time).toMatchObject({ outcome: 'bound', why: ['the run passed its bound of 0.1 s of virtual time'] });
  const unbounded = await run([refusing], { items: ['a'] });
  expect(unbounded.outcome).toBe('bound');
});

test('immediates that keep setting immediates end at a bound that is named', async () => {
  let isOver = false;
  const again = (): void => void (isOver || setImmediate(again));
  const setting = tiny(again);
  const record = await run([setting]);
  isOver = true;
  expect(record).toMatchObject({
    outcome: 'bound',
    why: ['the run passed its bound of 10000 turns of immediates in one step'],
  });
});

test('a law of Eddy that does not hold is an error of Eddy', async () => {
  const right = QueueRuntime.prototype.brokenLaw;
  QueueRuntime.prototype.brokenLaw = () => 'one message too many';
  try {
    await expect(run([tiny(({ mq }) => void mq.consume('letters'))])).rejects.toMatchObject({
      code: 'EDDY_LAW',
      data: { law: 'one message too many' },
    });
  } finally {
    QueueRuntime.prototype.brokenLaw = right;
  }
});

test('a copy that gets lost inside the broker, or a row inside the store, breaks a law', async () => {
  const losing = tiny(({ mq, db }) => {
    mq.consume('letters').subscribe((delivery) => {
      void db.transaction((tx) => tx.put('notes', { id: '1', text: 'kept' })).then(delivery.ack);
    });
  });
  const { Queue } = await import('../brokers/queue/queue.ts');
  const { Database } = await import('../stores/tables/database.ts');
  const settled = Queue.prototype.settled;
  const commit = Database.prototype.commit;
  try {
    Queue.prototype.settled = function forgetful() {
      this.unacked--;
    };
    await expect(run([losing], { items: ['a'] })).rejects.toMatchObject({ code: 'EDDY_LAW' });
    Queue.prototype.settled = settled;
    Database.prototype.commit = function forgetful(tx) {
      return commit.call(this, tx).slice(1);
    };
    await expect(run([losing], { items: ['a'] })).rejects.toMatchObject({ code: 'EDDY_LAW' });
  } finally {
    Queue.prototype.settled = settled;
    Database.prototype.commit = commit;
  }
});
