import { expect, test } from 'vitest';
import { kindsOf } from './component.ts';
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
