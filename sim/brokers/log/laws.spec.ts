import { expect, test } from 'vitest';
import { type Bench, oneTopic, record } from './bench.fixture.ts';
import type { Replica } from './replica.ts';

const replica = (bench: Bench, node: number): Replica => bench.partition().replicas[node] as Replica;
const entry = (offset: number, leaderEpoch = 0) => ({ ...record('x'), offset, timeUs: 0, leaderEpoch });

/** Each breaks a partition behind its back. */
test.each<[says: string, breaks: (bench: Bench) => void]>([
  ['work/0: on broker 0 offset 1 comes after 1', (bench) => replica(bench, 0).append(entry(1))],
  ['work/0: on broker 1 the log has start 0, last stable offset 9', (bench) => (replica(bench, 1).highWatermark = 9)],
  ['work/0: on broker 1 the log ends at 1, below the high watermark 2', (bench) => replica(bench, 1).truncateTo(1)],
  [
    'work/0: on broker 2 committed offset 1 is not what the leader has',
    (bench) => {
      replica(bench, 2).truncateTo(1);
      replica(bench, 2).append(entry(1));
    },
  ],
  [
    'work/0: brokers 1 and 2 differ at offset 2 of epoch 3: T#x, T#x',
    (bench) => {
      for (const node of [1, 2]) replica(bench, node).append(entry(2, 3));
    },
  ],
  [
    'group g: committed -1 for work/0',
    (bench) => bench.cluster.groups.of('g').offsets.commit([{ topic: 'work', partition: 0, offset: -1 }], 0),
  ],
])('a law that is broken is named: %s', (says, breaks) => {
  const bench = oneTopic();
  bench.put('m0 m1');
  expect(bench.cluster.brokenLaw).toBe(undefined);
  breaks(bench);
  expect(bench.cluster.brokenLaw).toContain(says);
});
