/** The real kafkajs in small worlds: what it sends and is handed, what strikes it, and that an idle one keeps nothing going. */
import kafkajs from 'kafkajs';
import { describe, expect, test } from 'vitest';
import { deliveries, facts, sleep } from '../../sim/brokers/log/client/consumer.fixture.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { type Asked, produceOne, reading, run, tookEffect } from './kafkajs.fixture.ts';

const FIRST = '1st delivery of Order#o0 to workers';
const COMMIT = 'offset commit on log';
const PRODUCE = 'produce of Order to log';

async function played(asked: Asked): Promise<RunRecord> {
  const record = await run(asked);
  expect(record.outcome).toBe('quiet');
  return record;
}

const ids = (record: RunRecord, kind: string): unknown[] => facts(record, kind).map(({ id }) => id);
const items = ['o0', 'o1', 'o2', 'o3', 'o4', 'o5'];

describe('produced and consumed', () => {
  test('by a group of three: each record once, by the member that has its partition', async () => {
    const seen: unknown[] = [];
    const worker = reading(async ({ message }) => {
      seen.push([message.key?.toString(), JSON.parse(String(message.value)), String(message.headers?.['ce_type'])]);
    });
    const record = await played({ worker });
    expect(seen.toSorted()).toEqual(items.map((id) => [id, { id }, 'Order']));
    expect(ids(record, 'published')).toEqual(items);
    expect(ids(record, 'confirmed')).toEqual(items);
    expect(ids(record, 'acked').toSorted()).toEqual(items);
    const assigned = facts(record, 'assigned');
    expect(assigned.flatMap(({ partitions }) => partitions).toSorted()).toEqual([0, 1, 2]);
    for (const { process, partition } of facts(record, 'delivered')) {
      expect(assigned.find((one) => one['process'] === process)?.['partitions']).toEqual([partition]);
    }
  });

  test('the same in another process, and the same again', async () => {
    const digests = await Promise.all([run({}), run({}), run({ seed: 2 })]).then((all) =>
      all.map(({ digest }) => digest),
    );
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  test('compressed, without key, with a value that is null, with headers of bytes', async () => {
    const seen: unknown[] = [];
    const worker = reading(async ({ message: { key, value, headers } }) => {
      seen.push([key, value, headers?.['raw']]);
    });
    const send: Asked['send'] = async (item, client) => {
      const producer = client.producer({ createPartitioner: () => () => 0 });
      await producer.connect();
      const raw = Buffer.from([0xff, 0xfe]);
      await producer.send({
        topic: 'orders',
        compression: kafkajs.CompressionTypes.GZIP,
        messages: [
          { value: null, key: null, headers: { ce_id: item, raw } },
          { value: raw, headers: { ce_id: `${item}!` } },
        ],
      });
      await producer.disconnect();
    };
    const record = await played({ worker, send, items: 1, instances: 1 });
    expect(seen).toEqual([
      [null, null, Buffer.from([0xff, 0xfe])],
      [null, Buffer.from([0xff, 0xfe]), undefined],
    ]);
    expect(facts(record, 'published').map(({ parsed }) => parsed)).toEqual([true, false]);
  });

  test('in batches: a delivery begins when its value is read, and what follows belongs to it', async () => {
    const order: unknown[] = [];
    const record = await played({
      instances: 1,
      worker: async (consumer, client) => {
        const producer = client.producer();
        await producer.connect();
        await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
        await consumer.run({
          eachBatch: async ({ batch, resolveOffset }) => {
            for (const message of batch.messages) {
              const { id } = JSON.parse(String(message.value)) as { id: string };
              order.push(id);
              await producer.send({ topic: 'done', messages: [{ value: JSON.stringify({ id: `${id}!` }) }] });
              resolveOffset(message.offset);
            }
          },
        });
      },
    });
    const done = facts(record, 'published').filter(({ id }) => String(id).endsWith('!'));
    expect(done.map(({ lineage }) => lineage).toSorted()).toEqual(items.map((id) => `Order#${id}/Order#1`).toSorted());
    expect(ids(record, 'delivered')).toEqual(order);
    expect(ids(record, 'acked').toSorted()).toEqual(items);
  });

  test.each(['key', 'headers', 'value'] as const)('in batches: or its %s alone', async (what) => {
    const record = await played({
      instances: 1,
      worker: async (consumer) => {
        await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
        await consumer.run({
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages) if (message[what] === undefined) throw new Error('nothing');
          },
        });
      },
    });
    expect(ids(record, 'delivered').toSorted()).toEqual(items);
  });

  test('sought again, paused and resumed', async () => {
    const seen: string[] = [];
    const record = await played({
      items: 3,
      instances: 1,
      send: (item, client) => produceOne(item, client, { createPartitioner: () => () => 0 }),
      worker: async (consumer) => {
        let isAgain = false;
        await consumer.subscribe({ topics: ['orders'], fromBeginning: true });
        await consumer.run({
          eachMessage: async ({ message, topic, partition, pause }) => {
            seen.push(`${String(message.key)}@${Math.floor(Date.now() / 60_000) % 60}`);
            if (message.offset === '2' && !isAgain) {
              isAgain = true;
              consumer.seek({ topic, partition, offset: '1' });
              const resume = pause();
              setTimeout(resume, 120_000);
            }
          },
        });
      },
    });
    expect(seen).toEqual(['o0@0', 'o1@0', 'o2@0', 'o1@2', 'o2@2']);
    expect(deliveries(record)).toHaveLength(5);
  });
});

describe('faults of the connection', () => {
  test('a confirm that is lost breaks it: kafkajs sends again, and the record is there twice', async () => {
    const faults = [`1st send of o1: confirm of ${PRODUCE} is lost`];
    const record = await played({ faults });
    expect(tookEffect(record)).toEqual([true]);
    expect(ids(record, 'published').filter((id) => id === 'o1')).toHaveLength(2);
    expect(new Set(facts(record, 'published').map(({ lineage }) => lineage)).size).toBe(6);
    expect(ids(record, 'confirmed').filter((id) => id === 'o1')).toHaveLength(1);
    expect(ids(record, 'delivered').filter((id) => id === 'o1')).toHaveLength(2);
  });

  test('an idempotent producer is known again by its sequence', async () => {
    const faults = [`1st send of o1: confirm of ${PRODUCE} is lost`];
    const record = await played({ faults, producer: { idempotent: true } });
    expect(tookEffect(record)).toEqual([true]);
    expect(ids(record, 'published')).toEqual(items);
    expect(ids(record, 'confirmed')).toEqual(items);
  });

  test.each(['before', 'between', 'after'])('it breaks %s the broker has appended: nothing is lost', async (gap) => {
    const at = gap === 'between' ? `between ${PRODUCE} and its answer` : `${gap} ${PRODUCE}`;
    const record = await played({ faults: [`1st send of o2: disconnect from log ${at}`] });
    expect(tookEffect(record)).toEqual([true]);
    expect(ids(record, 'published').filter((id) => id === 'o2')).toHaveLength(gap === 'between' ? 2 : 1);
    expect([...new Set(ids(record, 'acked'))].toSorted()).toEqual(items);
  });

  test.each(['refusing', 'silent'])('the broker is %s for a while: all comes in the end', async (mode) => {
    const record = await played({ faults: [`log is ${mode} from 30 ms to 20 s`] });
    expect(tookEffect(record)).toEqual([true]);
    expect([...new Set(ids(record, 'acked'))].toSorted()).toEqual(items);
  });

  test('a produce fails at the broker, is slow, is late', async () => {
    const faults = [
      `1st send of o1: ${PRODUCE} fails`,
      `1st send of o2: ${PRODUCE} takes 3 s longer`,
      `1st send of o3: ${PRODUCE} answers 8 s late`,
    ];
    const record = await played({ faults });
    expect(tookEffect(record)).toEqual([true, true, true]);
    expect(ids(record, 'published')).toEqual(items);
  });

  test('a leader fails over behind the append: what was only there is produced again', async () => {
    const record = await played({
      faults: [`1st send of o1: leader of log fails over between ${PRODUCE} and its answer`],
    });
    expect(tookEffect(record)).toEqual([true]);
    expect(facts(record, 'truncated').map(({ lost }) => lost)).toEqual([['Order#o1']]);
    expect([...new Set(ids(record, 'acked'))].toSorted()).toEqual(items);
  });
});

describe('faults of a delivery', () => {
  test('poison spoils its bytes', async () => {
    const seen: string[] = [];
    const worker = reading(async ({ message }) => void seen.push(String(message.value)));
    const record = await played({ worker, faults: ['every delivery of Order#o0: poison, not parseable'] });
    expect(tookEffect(record)).toEqual([true]);
    expect(seen.filter((text) => text.endsWith('{"'))).toHaveLength(1);
  });

  test('a poison that kills does so when the value is read', async () => {
    const worker = reading(async ({ message }) => void String(message.value));
    const record = await run({ worker, items: 1, faults: [`${FIRST}: poison, kills the process`] });
    expect(tookEffect(record)).toEqual([true]);
    expect(facts(record, 'delivered').map(({ nth }) => nth)).toEqual([1, 2]);
  });

  test('a crash on receipt, and before its commit: the record comes again', async () => {
    for (const fault of [`${FIRST}: crash on receipt`, `${FIRST}: crash before ${COMMIT}`]) {
      const record = await played({ faults: [fault], items: 1 });
      expect(tookEffect(record)).toEqual([true]);
      expect(facts(record, 'delivered')).toHaveLength(2);
      expect(facts(record, 'expelled')).toMatchObject([{ why: 'its session timed out' }]);
      expect(ids(record, 'acked')).toEqual(['o0']);
    }
  });

  test('a handler that fails gets its record again', async () => {
    let failures = 0;
    const worker = reading(async ({ message }) => {
      if (String(message.key) === 'o3' && failures++ === 0) throw new Error('not yet');
    });
    const record = await played({ worker });
    expect(facts(record, 'handlerFailed')).toMatchObject([{ id: 'o3', error: 'Error' }]);
    expect(ids(record, 'delivered').filter((id) => id === 'o3')).toHaveLength(2);
  });

  test('a consumer that kafkajs stops for good is told, one that it starts again is not', async () => {
    const failing = (error: Error, retries: number): Promise<RunRecord> => {
      let isFirst = true;
      const handle = async (): Promise<void> => {
        if (isFirst) throw error;
      };
      const worker: Asked['worker'] = async (consumer, ...others) => {
        consumer.on('consumer.crash', () => void (isFirst = false));
        await reading(handle)(consumer, ...others);
      };
      return run({ items: 1, instances: 1, client: { retry: { retries } }, worker });
    };
    expect((await failing(new TypeError('no such thing'), 1)).thrown).toEqual([
      {
        by: 'workers',
        says: 'kafkajs has stopped the consumer of group workers for good: KafkaJSNonRetriableError: no such thing',
        times: 1,
      },
    ]);
    expect((await failing(new Error('this may pass'), 1)).thrown).toEqual([]);
  });

  test('one that never ends is named', async () => {
    const worker = reading(({ message }) => (String(message.key) === 'o0' ? new Promise(() => {}) : Promise.resolve()));
    const record = await run({ worker, items: 1 });
    expect(record.outcome).toBe('stuck');
    expect(record.why.join()).toContain('1st delivery of Order#o0 to workers');
  });
});

describe('an idle consumer', () => {
  test('stays a member for an hour, and costs few steps', async () => {
    const late = async (item: string): Promise<void> => {
      if (item === 'o1') await sleep(3_600_000);
    };
    const send: Asked['send'] = async (item, client) => {
      await late(item);
      await produceOne(item, client);
    };
    const soon = await played({ items: 2 });
    const record = await played({ items: 2, send });
    expect(record.timeUs).toBeGreaterThan(3_600_000_000);
    expect(facts(record, 'expelled', 'left')).toEqual([]);
    expect(facts(record, 'rebalanced')).toHaveLength(1);
    expect(ids(record, 'acked').toSorted()).toEqual(['o0', 'o1']);
    expect(record.steps).toBeLessThan(2 * soon.steps + 1000);
  });
});
