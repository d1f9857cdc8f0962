import { expect, test } from 'vitest';
import { play } from '../../world.fixture.ts';
import { kindsOf, logBroker } from './component.ts';
import type { TopicShape } from './topic.ts';

const one: TopicShape = { partitions: 1, replicas: 1 };

test.each<[string, readonly TopicShape[], readonly string[]]>([
  ['that has no topic', [], ['rebalance']],
  ['whose topics have no followers', [one], ['rebalance']],
  ['with followers', [one, { partitions: 1 }], ['rebalance', 'failover']],
  ['with followers, as many as are said', [{ partitions: 1, replicas: 2 }], ['rebalance', 'failover']],
  ['that keeps records for a time', [one, { ...one, retentionMs: 1 }], ['rebalance', 'retention']],
  ['that keeps the last of each key', [{ ...one, cleanup: 'compact' }], ['rebalance', 'retention']],
  ['that says it keeps all', [{ ...one, cleanup: 'delete' }], ['rebalance']],
])('what may befall a log %s', (_, topics, kinds) => {
  expect(kindsOf(topics)).toEqual(kinds);
});

test.each<[string, TopicShape]>([
  ['no partitions', { partitions: 0 }],
  ['half a partition', { partitions: 1.5 }],
  ['more partitions than a request may ask for', { partitions: 10_001 }],
  ['more than that some day', { partitions: 1, growsTo: 10_001 }],
  ['no replica', { partitions: 1, replicas: 0 }],
])('a topic with %s is refused', async (_, shape) => {
  const log = logBroker('log', { topics: { odd: shape } });
  await expect(play({ uses: { log }, send: async () => {} })).rejects.toMatchObject({
    code: 'EDDY_CONFIG',
    message: 'Topic odd: partitions are a whole number from 1 to 10000, replicas one from 1',
  });
});

test('a topic may have as many partitions as a request may ask for', async () => {
  const log = logBroker('log', { topics: { wide: { partitions: 1, growsTo: 10_000 } } });
  await expect(play({ uses: { log }, send: async () => {} })).resolves.toMatchObject({ outcome: 'quiet' });
});
