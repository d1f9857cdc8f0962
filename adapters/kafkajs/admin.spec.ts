/** The admin client of the real kafkajs. */
import kafkajs, { type Admin } from 'kafkajs';
import { expect, test } from 'vitest';
import { ending } from '../../sim/world.fixture.ts';
import { sleep } from '../../sim/brokers/log/client/consumer.fixture.ts';
import { produceOne, run } from './kafkajs.fixture.ts';

const { ConfigResourceTypes } = kafkajs;

/** What the calls of an admin client answer, behind one record in `orders`. */
async function asked<T>(calls: (admin: Admin) => Promise<T>): Promise<T> {
  let answer: Promise<T> | undefined;
  const record = await run({
    items: 1,
    send: async (item, client) => {
      await produceOne(item, client);
      await sleep(10_000);
      const admin = client.admin();
      await admin.connect();
      // A send that rejects would be made again.
      answer = calls(admin);
      await answer.catch(() => undefined);
      await admin.disconnect();
    },
  });
  expect(record.outcome).toBe('quiet');
  return answer as Promise<T>;
}

const messageOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => String((error as { type?: unknown }).type ?? (error as Error).message),
  );

test('topics are made, found, extended and deleted', async () => {
  const answers = await asked(async (admin) => {
    const make = (topic: string, more = {}) => admin.createTopics({ topics: [{ topic, ...more }] });
    return [
      await make('new', { numPartitions: 2, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] }),
      await make('new'),
      await admin.createTopics({ validateOnly: true, waitForLeaders: false, topics: [{ topic: 'asked' }] }),
      await ending(make('odd', { replicationFactor: 9 })),
      (await admin.fetchTopicMetadata({ topics: ['new'] })).topics[0]?.partitions.length,
      await ending(admin.createPartitions({ topicPartitions: [{ topic: 'new', count: 4 }] })),
      (await admin.fetchTopicMetadata({ topics: ['new'] })).topics[0]?.partitions.length,
      (await admin.listTopics()).toSorted(),
      await admin.deleteTopics({ topics: ['new'] }),
      (await admin.listTopics()).toSorted(),
      await messageOf(admin.deleteTopics({ topics: ['new'] })),
    ];
  });
  expect(answers).toEqual([
    true,
    false,
    true,
    'KafkaJSAggregateError',
    2,
    'resolved',
    4,
    ['done', 'new', 'orders'],
    undefined,
    ['done', 'orders'],
    'This server does not host this topic-partition',
  ]);
});

test('settings are read and changed', async () => {
  const resource = { type: ConfigResourceTypes.TOPIC, name: 'orders' };
  const values = await asked(async (admin) => {
    const read = async (): Promise<string[]> => {
      const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [resource] });
      const entries = resources[0]?.configEntries ?? [];
      return ['retention.ms', 'cleanup.policy'].map((name) => {
        const { configValue, isDefault } = entries.find(({ configName }) => configName === name) ?? {};
        return `${String(configValue)} ${String(isDefault)}`;
      });
    };
    const before = await read();
    const configEntries = [{ name: 'retention.ms', value: '1000' }];
    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries }] });
    const bad = { ...resource, configEntries: [{ name: 'retention.ms', value: 'soon' }] };
    const refused = await messageOf(admin.alterConfigs({ validateOnly: false, resources: [bad] }));
    return [before, await read(), refused];
  });
  expect(values).toEqual([['604800000 true', 'delete true'], ['1000 false', 'delete true'], 'INVALID_CONFIG']);
});

test('groups and offsets are listed, described, deleted', async () => {
  const answers = await asked(async (admin) => {
    const { groups } = await admin.describeGroups(['workers', 'none']);
    const [mine, none] = groups;
    const offsets = await admin.fetchTopicOffsets('orders');
    const committed = await admin.fetchOffsets({ groupId: 'workers', topics: ['orders'] });
    return {
      listed: (await admin.listGroups()).groups,
      mine: [mine?.state, mine?.protocol, mine?.members.length, mine?.members[0]?.clientId],
      none: none?.state,
      deleted: await messageOf(admin.deleteGroups(['workers'])),
      high: offsets.map(({ high }) => high).toSorted(),
      byTime: (await admin.fetchTopicOffsetsByTimestamp('orders', 1)).map(({ offset }) => offset).toSorted(),
      committed: committed[0]?.partitions.map(({ offset }) => offset).toSorted(),
      cluster: (await admin.describeCluster()).brokers.map(({ host, port }) => `${host}:${port}`),
    };
  });
  expect(answers).toEqual({
    listed: [{ groupId: 'workers', protocolType: 'consumer' }],
    mine: ['Stable', 'RoundRobinAssigner', 3, 'workers'],
    none: 'Dead',
    deleted: 'Error in DeleteGroups',
    high: ['0', '0', '1'],
    byTime: ['0', '0', '0'],
    committed: ['-1', '-1', '1'],
    cluster: ['log:9092', 'log:9093', 'log:9094'],
  });
});

test('records are deleted', async () => {
  const lows = await asked(async (admin) => {
    const all = await admin.fetchTopicOffsets('orders');
    const { partition } = all.find(({ high }) => high === '1') ?? { partition: 0 };
    await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition, offset: '1' }] });
    return (await admin.fetchTopicOffsets('orders')).map(({ low }) => low).toSorted();
  });
  expect(lows).toEqual(['0', '0', '1']);
});
