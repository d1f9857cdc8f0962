/** What services throw and nobody catches is told in words, with its place, beside a history that has the class alone. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  assertHolds,
  check,
  logBroker,
  noLoss,
  queueBroker,
  run,
  type RunResult,
  scenario,
  service,
  tables,
} from '../../index.ts';

interface Order {
  id: string;
  note?: { text: string };
}

const mq = queueBroker('mq', { queues: { orders: {}, limited: { type: 'quorum', deliveryLimit: 2 } } });
const log = logBroker('log', { topics: { orders: { partitions: 1 } } });
const db = tables<{ rows: { id: string } }>('db', { rows: { key: 'id' } });
const uses = { mq, log, db };

interface Given {
  /** Told whether this handler has seen the order before. */
  readonly handle?: (order: Order, isAgain: boolean) => unknown;
  readonly send?: () => void;
  readonly queue?: 'orders' | 'limited';
}

/** Orders go by a queue. */
const orders = ({ handle = () => {}, send = () => {}, queue = 'orders' }: Given) =>
  scenario({
    name: 'orders',
    services: {
      taker: service('taker', uses, ({ mq, db }) => {
        mq.consume<Order>(queue).subscribe(async ({ message, redelivered, ack }) => {
          await handle(message.body, redelivered);
          await db.transaction((tx) => tx.put('rows', { id: message.id }));
          await ack();
        });
      }),
    },
    workload: {
      item: fc.record({ id: fc.uuid() }),
      key: (order: Order) => order.id,
      uses: { mq },
      send: (order, { mq }) => {
        send();
        return mq.publish({ key: queue }, order, { id: order.id, type: 'Order' });
      },
    },
    properties: [
      noLoss(
        mq.confirmed<Order>(queue).by(({ id }) => id),
        [db.table.rows.inserted.by(({ id }) => id)],
      ),
    ],
  });

const ofRun = (given: Given, count = 1): Promise<RunResult> =>
  run(orders(given), { seed: 1, workload: Array.from({ length: count }, (_, n) => ({ id: `o${n}` })) });

const noText = (order: Order): unknown => order.note!.text;
const READING = `TypeError: Cannot read properties of undefined (reading 'text')`;
const HERE: unknown = expect.stringMatching(/^thrown\.spec\.ts:\d+$/);

test('of a handler: its service, class, text and line, and how often', async () => {
  const result = await ofRun({ handle: (order, isAgain) => isAgain || noText(order) });
  expect(result.thrown).toEqual([{ by: 'taker', says: READING, at: HERE, times: 1 }]);
  expect(JSON.stringify([...result.history()])).not.toContain('Cannot read');
  // Made within a library, which is not where it comes from.
  const refused = await ofRun({ handle: (_, isAgain) => isAgain || fc.integer({ min: 2, max: 1 }) });
  expect(refused.thrown).toMatchObject([{ by: 'taker', at: HERE }]);
});

test('what comes from one line is one, whatever it says; none where all is caught', async () => {
  const handle = ({ id }: Order, isAgain: boolean): void => {
    if (!isAgain) throw new Error(id);
  };
  expect((await ofRun({ handle }, 8)).thrown).toEqual([{ by: 'taker', says: 'Error: o0', at: HERE, times: 8 }]);
  let left = 3;
  const text = (): void => {
    if (left-- > 0) throw 'no';
  };
  expect((await ofRun({ handle: text })).thrown).toEqual([{ by: 'taker', says: 'no', times: 3 }]);
  expect((await ofRun({})).thrown).toEqual([]);
});

test('of two at once the first: who has crashed throws nothing more', async () => {
  const handle = (_: Order, isAgain: boolean): void => {
    if (!isAgain) for (const text of ['one', 'two']) void Promise.reject(new Error(text));
  };
  expect((await ofRun({ handle })).thrown).toMatchObject([{ says: 'Error: one', times: 1 }]);
});

test('of the workload, whose send is tried again', async () => {
  let left = 1;
  const send = (): void => {
    if (left-- > 0) throw new RangeError('not yet');
  };
  expect((await ofRun({ send })).thrown).toMatchObject([{ by: 'workload', says: 'RangeError: not yet', times: 1 }]);
  const refused = await run(orders({}), {
    seed: 1,
    workload: [{ id: 'o0' }],
    faults: ['1st send of o0: publish of Order to mq fails'],
  });
  expect([...refused.history()].map(({ kind }) => kind)).toContain('sendFailed');
  expect(refused.thrown).toEqual([]);
});

test('of who reads a log, and gets the record again', async () => {
  let left = 1;
  const reader = scenario({
    name: 'reader',
    services: {
      reader: service('reader', { log }, async ({ log }) => {
        await log.consumer(['orders'], { group: 'readers' }).eachMessage(() => {
          if (left-- > 0) throw new Error('not yet');
        });
      }),
    },
    workload: {
      item: fc.record({ id: fc.uuid() }),
      key: (order: Order) => order.id,
      uses: { log },
      send: async (order, { log }) => void (await log.produce('orders', { id: order.id, type: 'Order', body: order })),
    },
    properties: [
      noLoss(
        log.published('orders').by(({ id }) => id),
        [log.published('orders').by(({ id }) => id)],
      ),
    ],
  });
  const { thrown } = await run(reader, { seed: 1, workload: [{ id: 'o1' }] });
  expect(thrown).toMatchObject([{ by: 'reader', says: 'Error: not yet', times: 1 }]);
});

test('stands with a failure, and with what cannot be said since the run goes round in it', async () => {
  const failed = await check(orders({ handle: noText, queue: 'limited' }), { runs: 3 });
  expect(failed).toMatchObject({ verdict: 'fail', failures: [{ thrown: [{ by: 'taker', says: READING, at: HERE }] }] });
  await expect(assertHolds(orders({ handle: noText, queue: 'limited' }), { runs: 3 })).rejects.toThrow(
    /\n {2}threw {4}TypeError: Cannot read .* \(thrown\.spec\.ts:\d+\) in taker/,
  );
  const { outcome, properties } = await ofRun({ handle: noText });
  expect(outcome).toBe('bound');
  expect(properties['D1']).toMatchObject({
    verdict: 'unknown',
    why: expect.stringMatching(
      /taker\/0 crashed \d+ times with TypeError; thrown most often: TypeError: Cannot read .* in taker, \d+ times$/,
    ),
  });
});
