/** Where a consumer reads: seeking, pausing, positions, lag; and what it is refused. */
import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, play } from '../../../world.fixture.ts';
import { facts, items, type Log, sleep, toOne, toOrders, uses } from './consumer.fixture.ts';
import type { Consumer } from './handle.ts';

/** Runs code once the group has settled, beside a consumer of `one`. */
async function beside(code: (consumer: Consumer, log: Log) => Promise<unknown>, count = 4) {
  const seen: string[] = [];
  let told: unknown;
  const reader = service('reader', uses, async ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g' });
    consumer.messages().subscribe(({ message, commit }) => {
      seen.push(message.id);
      void commit();
    });
    await sleep(10_000);
    told = await code(consumer, log);
  });
  const record = await play({ uses, services: [reader], items: items(count), send: toOne });
  return { record, seen, told };
}

async function refusal(work: () => Promise<unknown> | unknown): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { code, data } = error as { code: string; data: { kafka: string } };
    return [code, data.kafka];
  }
}

test('seek: the records from there on come again', async () => {
  const { seen, record } = await beside((consumer) => consumer.seek('one', 0, 2n));
  expect(seen).toEqual(['o0', 'o1', 'o2', 'o3', 'o2', 'o3']);
  expect(facts(record, 'sought').map(({ from, to, why }) => [from, to, why])).toEqual([
    [-1, 0, 'reset'],
    [4, 2, 'seek'],
  ]);
});

test('seek to the ends', async () => {
  const { seen } = await beside(async (consumer) => {
    await consumer.seek('one', 0, 'latest');
    await consumer.seek('one', 0, 'earliest');
  }, 1);
  expect(seen).toEqual(['o0', 'o0']);
});

test('who seeks when it is assigned goes on from there, whatever is committed', async () => {
  const seen: string[] = [];
  const reader = service('reader', uses, async ({ log }) => {
    await sleep(10_000);
    const consumer: Consumer = log.consumer(['one'], {
      group: 'g',
      onAssigned: () => consumer.seek('one', 0, 2n),
    });
    consumer.messages().subscribe(({ message }) => seen.push(message.id));
  });
  await play({ uses, services: [reader], items: items(4), send: toOne });
  expect(seen).toEqual(['o2', 'o3']);
});

test('what is paused is handed out when it is resumed', async () => {
  const lags: unknown[] = [];
  const { seen } = await beside(async (consumer, log) => {
    consumer.pause();
    await log.produce('one', { id: 'later', body: {} });
    await sleep(1_000);
    lags.push(...consumer.lag(), consumer.position('one', 0));
    consumer.resume([{ topic: 'one', partition: 0 }]);
    await sleep(1_000);
    lags.push(...consumer.lag(), consumer.position('one', 0));
  }, 1);
  expect(seen).toEqual(['o0', 'later']);
  expect(lags).toEqual([{ topic: 'one', partition: 0, lag: 1 }, 1n, { topic: 'one', partition: 0, lag: 0 }, 2n]);
});

test('metadata, assignment, what is committed', async () => {
  const { told } = await beside(async (consumer) => [
    consumer.metadata,
    consumer.assignment(),
    await consumer.committed('one', 0),
  ]);
  expect(told).toStrictEqual([
    { group: 'g', memberId: 'reader/0-1', generation: 1 },
    [{ topic: 'one', partition: 0 }],
    4n,
  ]);
});

test.each([
  ['refusing', 'EDDY_UNAVAILABLE'],
  ['silent', 'EDDY_TIMEOUT'],
])('what is committed cannot be asked of brokers that are %s: %s', async (how, code) => {
  const ends: string[] = [];
  const asking = service('asking', uses, async ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g' });
    await sleep(1_000);
    ends.push(await ending(consumer.committed('one', 0)));
  });
  await play({ uses, services: [asking], items: [], send: toOne, faults: [`log is ${how} from 500 ms to 20 s`] });
  expect(ends).toEqual([code]);
});

test('commit: the positions, or what is said', async () => {
  const { record } = await beside(async (consumer) => {
    await consumer.commit([{ topic: 'one', partition: 0, offset: 1n }]);
    await consumer.commit();
  });
  expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 1, 4]);
});

describe('refused', () => {
  test.each<[string, (consumer: Consumer, log: Log) => Promise<unknown> | unknown, unknown]>([
    [
      'a topic that is not there',
      (_, log) => log.consume(['nothing' as 'one'], { group: 'g' }),
      ['EDDY_LOG', 'UNKNOWN_TOPIC_OR_PARTITION'],
    ],
    ['seek beyond the end', (consumer) => consumer.seek('one', 0, 9n), ['EDDY_LOG', 'OFFSET_OUT_OF_RANGE']],
    ['seek elsewhere', (consumer) => consumer.seek('one', 7, 0n), ['EDDY_NOT_ASSIGNED', 'IllegalStateException']],
    [
      'commit for a partition that is not there',
      (consumer) => consumer.commit([{ topic: 'one', partition: 7, offset: 0n }]),
      ['EDDY_LOG', 'UNKNOWN_TOPIC_OR_PARTITION'],
    ],
    [
      'commit of nothing',
      (_, log) => log.consumer(['one'], { group: 'g' }).commit(),
      ['EDDY_ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
    ],
    [
      'commit by one that is no member',
      (_, log) => log.consumer(['one'], { group: 'g' }).commit([{ topic: 'one', partition: 0, offset: 1n }]),
      ['EDDY_ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
    ],
    ['a second reader', (consumer) => consumer.eachMessage(() => {}), ['EDDY_CONFIG', undefined]],
    ['no name', (_, log) => log.consumer(['one'], { group: '' }), ['EDDY_CONFIG', 'ConfigException']],
    [
      'a heartbeat as long as the session',
      (_, log) => log.consumer(['one'], { group: 'g', heartbeatMs: 45_000 }),
      ['EDDY_CONFIG', 'ConfigException'],
    ],
  ])('%s', async (_, work, expected) => {
    const { told } = await beside((consumer, log) => refusal(() => work(consumer, log)));
    expect(told).toEqual(expected);
  });
});

test('offsets may be committed for a group without members', async () => {
  const ends: string[] = [];
  await play({
    uses,
    send: async (_, { log }) => {
      const consumer = log.consumer(['one'], { group: 'none' });
      ends.push(await ending(consumer.commit([{ topic: 'one', partition: 0, offset: 0n }])));
      ends.push(String(await consumer.committed('one', 0)));
    },
  });
  expect(ends).toEqual(['resolved', '0']);
});

describe('handlers', () => {
  test('a handler that rejects gets its record again, later each time', async () => {
    let times = 0;
    const failing = service('reader', uses, ({ log }) => {
      void log.consumer(['one'], { group: 'g' }).eachMessage(async () => {
        if (times++ < 3) throw new RangeError('no');
      });
    });
    const record = await play({ uses, services: [failing], items: items(2), send: toOne });
    expect(facts(record, 'delivered').map(({ id }) => id)).toEqual(['o0', 'o0', 'o0', 'o0', 'o1']);
    expect(facts(record, 'handlerFailed').map(({ error, backoffUs }) => [error, backoffUs])).toEqual([
      ['RangeError', 300_000],
      ['RangeError', 600_000],
      ['RangeError', 1_200_000],
    ]);
    expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2]);
  });

  test('batches: what a fetch brought, committed once', async () => {
    const seen: unknown[] = [];
    const batching = service('reader', uses, async ({ log }) => {
      await log.consumer(['orders'], { group: 'g', maxPollRecords: 3 }).eachBatch(({ partition, deliveries }) => {
        seen.push([partition, ...deliveries.map(({ message }) => message.id)]);
      });
    });
    const record = await play({ uses, services: [batching], items: items(16), send: toOrders });
    expect(seen).toContainEqual([0, 'o0', 'o4', 'o8']);
    expect(seen).toContainEqual([0, 'o12']);
    const committed = facts(record, 'offsetsCommitted').filter(({ partition }) => partition === 0);
    expect(committed.map(({ offset }) => offset)).toEqual([3, 4]);
    expect(record.outcome).toBe('quiet');
  });

  test('a handler that never ends is named', async () => {
    const stuck = service('reader', uses, async ({ log }) => {
      await log.consumer(['one'], { group: 'g' }).eachMessage(() => new Promise(() => {}));
    });
    const record = await play({ uses, services: [stuck], items: items(2), send: toOne });
    expect(record.outcome).toBe('stuck');
    expect(record.why).toEqual([
      '1st delivery of T#o0 to reader at reader/0 is still being handled; it waits for something outside its ports',
    ]);
  });
});
