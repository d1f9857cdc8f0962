import { describe, expect, test } from 'vitest';
import { Bench, idOf, oneTopic, taken } from './bench.fixture.ts';

describe('fact 26: min.insync.replicas', () => {
  test.each(['3.9', '4.1'] as const)('fact 26: it guards writes with acks all alone, in %s', (profile) => {
    const bench = oneTopic({ minInsyncReplicas: 2 }, profile);
    bench.partition().stop(1);
    bench.put('m0');
    bench.partition().stop(2);
    expect(bench.send('m1')).toEqual({ error: 'NOT_ENOUGH_REPLICAS' });
    expect(bench.send('m2', { acks: 1 })).toMatchObject({ baseOffset: 1 });
    expect(bench.send('m3', { acks: 0 })).toMatchObject({ appended: [{ offset: 2 }] });
    expect(bench.partition().leader?.end).toBe(3);
  });

  test.each(['3.9', '4.1'] as const)('fact 26: below it the high watermark does not go on, in %s', (profile) => {
    const bench = oneTopic({ minInsyncReplicas: 2 }, profile);
    for (const node of [1, 2]) bench.partition().stop(node);
    bench.put('m0', { acks: 1 });
    expect(bench.read()).toBe('');
    bench.partition().start(1);
    bench.replicate();
    expect(bench.read()).toBe('m0');
  });

  test('fact 26: what was appended when too few were left is answered when there are enough again', () => {
    const bench = oneTopic({ minInsyncReplicas: 2 });
    const told: unknown[] = [];
    taken(bench.send('m0')).whenReplicated?.((error) => void told.push(error));
    for (const node of [1, 2]) bench.partition().stop(node);
    bench.replicate();
    expect(told).toEqual([]);
    bench.partition().start(2);
    bench.replicate();
    expect(told).toEqual([undefined]);
  });

  test('fact 26: with no more replicas than that, all of them are enough', () => {
    const bench = oneTopic({ replicas: 1, minInsyncReplicas: 2 });
    expect(bench.put('m0')).toMatchObject({ baseOffset: 0 });
    expect(bench.read()).toBe('m0');
  });

  /** Broker 1 left when too few were left for the high watermark to go on; then the leader fails. */
  function withEligible(profile: '3.9' | '4.1'): Bench {
    const bench = oneTopic({ minInsyncReplicas: 2 }, profile);
    bench.partition().fallBehind(2);
    bench.put('m0');
    bench.partition().fallBehind(1);
    bench.put('m1', { acks: 1 });
    bench.partition().stop(0);
    return bench;
  }

  test('fact 26: in 4.1 who left then has all that is committed, and may lead', () => {
    const bench = withEligible('4.1');
    expect(bench.partition().leader?.node).toBe(1);
    bench.partition().start(0);
    bench.replicate();
    expect(bench.read()).toBe('m0');
    expect(bench.journal).toEqual(['work/0 led by 1 in epoch 1', 'work/0 cut on 0 from 2 to 1: m1']);
  });

  test('fact 26: in 3.9 the last one in sync must come back first', () => {
    const bench = withEligible('3.9');
    expect(bench.send('m2', { acks: 1 })).toEqual({ error: 'LEADER_NOT_AVAILABLE' });
    bench.partition().start(0);
    expect(bench.partition()).toMatchObject({ leader: { node: 0 }, epoch: 2 });
    expect(bench.partition().leader?.end).toBe(2);
  });

  test('fact 26: in 4.1 the last one in sync leads again when it is back, where all others left long before', () => {
    const bench = oneTopic({}, '4.1');
    for (const node of [1, 2]) bench.partition().fallBehind(node);
    bench.put('m0');
    bench.partition().stop(0);
    expect(bench.partition().leader).toBe(undefined);
    expect(bench.partition().isr).toEqual([]);
    bench.partition().start(0);
    expect(bench.partition()).toMatchObject({ leader: { node: 0 }, isr: [0] });
    expect(bench.read()).toBe('m0');
  });
});

test('fact 26: who was eligible once and is in sync again does not stay so', () => {
  const bench = oneTopic({ minInsyncReplicas: 2 });
  const partition = bench.partition();
  for (const node of [2, 1]) partition.fallBehind(node);
  for (const node of [2, 1]) partition.catchUp(node);
  bench.replicate();
  partition.fallBehind(1);
  bench.put('m0');
  partition.fallBehind(2);
  partition.stop(0);
  expect(partition.leader?.node).toBe(2);
  expect(bench.read()).toBe('m0');
});

/** Broker 2 misses `m1` and is not in sync; then all others fail. */
function onlyOneOutOfSync(uncleanElection?: boolean): Bench {
  const bench = oneTopic(uncleanElection === undefined ? {} : { uncleanElection });
  bench.put('m0');
  bench.partition().fallBehind(2);
  bench.put('m1');
  for (const node of [1, 0]) bench.partition().stop(node);
  bench.partition().electUncleanly();
  return bench;
}

describe('fact 27: unclean election', () => {
  test.each([undefined, false])('fact 27: without it nobody leads until one that was in sync is back (%s)', (off) => {
    const bench = onlyOneOutOfSync(off);
    expect(bench.send('m2')).toEqual({ error: 'LEADER_NOT_AVAILABLE' });
    bench.partition().start(0);
    expect(bench.read()).toBe('m0 m1');
  });

  test('fact 27: with it a replica that is behind leads, and the others cut off what it does not have', () => {
    const bench = onlyOneOutOfSync(true);
    expect(bench.read()).toBe('m0');
    bench.put('m2');
    for (const node of [0, 1]) bench.partition().start(node);
    bench.replicate();
    expect(bench.read()).toBe('m0 m2');
    expect(bench.journal.slice(-3)).toEqual([
      'work/0 led by 2 in epoch 2, uncleanly',
      'work/0 cut on 0 from 2 to 1: m1',
      'work/0 cut on 1 from 2 to 1: m1',
    ]);
    expect(bench.cluster.brokenLaw).toBe(undefined);
  });

  test('fact 27: after it who was in sync before may not lead without what came since', () => {
    const bench = onlyOneOutOfSync(true);
    bench.put('m2');
    bench.partition().stop(2);
    bench.partition().start(0);
    expect(bench.partition().leader).toBe(undefined);
    bench.partition().start(2);
    expect(bench.read()).toBe('m0 m2');
  });

  test('fact 27: what is cut off below the start of a log counts as written no more', () => {
    const bench = oneTopic({ uncleanElection: true });
    const by = (firstSequence: number) => ({ producer: { id: 7, epoch: 0, firstSequence, transactional: false } });
    bench.put('m0', by(0));
    bench.partition().fallBehind(2);
    bench.put('m1 m2', by(1));
    taken(bench.cluster.removeRecords('work', 0, 3));
    bench.replicate();
    for (const node of [1, 0]) bench.partition().stop(node);
    bench.partition().electUncleanly();
    for (const node of [1, 0]) bench.partition().start(node);
    bench.replicate();
    bench.failover();
    expect(bench.partition().leader).toMatchObject({ node: 0, end: 1 });
    expect(bench.send('m1 m2', by(1))).toMatchObject({ duplicate: false, baseOffset: 1 });
  });

  test('fact 27: asked for in one go, it loses as many committed records as it is told to', () => {
    const bench = oneTopic({ uncleanElection: true });
    bench.put('m0 m1 m2 m3');
    const { lost, ...led } = bench.failover({ unclean: true, losing: 3 });
    expect(led).toEqual({ leader: 2, epoch: 1, unclean: true, truncatedTo: 1 });
    expect(lost.map(idOf)).toEqual(['m1', 'm2', 'm3']);
    bench.put('m4');
    expect(bench.read()).toBe('m0 m4');
    expect(bench.partition().isr).toEqual([0, 1, 2]);
    expect(bench.cluster.brokenLaw).toBe(undefined);
  });

  test('fact 27: it cannot lose part of a batch', () => {
    const bench = oneTopic({ uncleanElection: true });
    bench.put('m0 m1 m2', { producer: { id: 7, epoch: 0, firstSequence: 0, transactional: false } });
    expect(bench.failover({ unclean: true, losing: 1 }).lost.map(idOf)).toEqual(['m0', 'm1', 'm2']);
  });

  test.each([
    { uncleanElection: false },
    { uncleanElection: true, minInsyncReplicas: 3 },
    { replicas: 1, uncleanElection: true },
  ])('fact 27: with %o no committed record can be lost so', (shape) => {
    const bench = oneTopic(shape);
    bench.put('m0 m1');
    expect(bench.failover({ unclean: true, losing: 1 })).toMatchObject({ unclean: false, lost: [] });
    bench.replicate();
    expect(bench.read()).toBe('m0 m1');
  });
});

describe('leader epochs', () => {
  test('a follower cuts its log where it parts from the leader, however many leaders there were', () => {
    const bench = oneTopic();
    bench.put('m0');
    bench.send('lost0', { acks: 1 });
    bench.partition().stop(0);
    bench.send('lost1 lost2', { acks: 1 });
    bench.partition().stop(1);
    bench.partition().start(0);
    bench.put('m1');
    bench.partition().start(1);
    bench.replicate();
    expect(bench.read()).toBe('m0 m1');
    expect(bench.journal.filter((line) => line.includes('cut'))).toEqual([
      'work/0 cut on 0 from 2 to 1: lost0',
      'work/0 cut on 1 from 3 to 1: lost1 lost2',
    ]);
    expect(bench.cluster.brokenLaw).toBe(undefined);
  });

  test('whoever asks a broker that leads no more, or knows another leader, is told', () => {
    const bench = oneTopic();
    bench.put('m0');
    bench.failover();
    const asked = { topic: 'work', partition: 0, offset: 0, isolation: 'read_uncommitted', maxRecords: 1 } as const;
    const { cluster } = bench;
    expect(cluster.fetch({ ...asked, node: 0 })).toEqual({ error: 'NOT_LEADER_OR_FOLLOWER' });
    expect(cluster.fetch({ ...asked, leaderEpoch: 0 })).toEqual({ error: 'FENCED_LEADER_EPOCH' });
    expect(cluster.fetch({ ...asked, leaderEpoch: 2 })).toEqual({ error: 'UNKNOWN_LEADER_EPOCH' });
    expect(cluster.fetch({ ...asked, node: 1, leaderEpoch: 1 })).toMatchObject({ nextOffset: 1 });
    const sent = { topic: 'work', partition: 0, acks: 1, records: [], node: 0 } as const;
    expect(cluster.produce(sent)).toEqual({ error: 'NOT_LEADER_OR_FOLLOWER' });
  });

  test('a consumer learns where the epoch that it read in ended', () => {
    const bench = oneTopic({ uncleanElection: true });
    bench.put('m0 m1');
    bench.failover({ unclean: true, losing: 1 });
    bench.put('m2 m3');
    expect(bench.cluster.endOfEpoch('work', 0, 0)).toEqual({ epoch: 0, end: 1 });
    expect(bench.cluster.endOfEpoch('work', 0, 1)).toEqual({ epoch: 1, end: 3 });
  });
});

describe('requests that are refused', () => {
  test('a topic or partition that is not there is named so', () => {
    const { cluster } = oneTopic();
    const unknown = { error: 'UNKNOWN_TOPIC_OR_PARTITION' };
    for (const place of [
      { topic: 'none', partition: 0 },
      { topic: 'work', partition: 1 },
    ]) {
      expect(cluster.produce({ ...place, acks: 1, records: [] })).toEqual(unknown);
      expect(cluster.fetch({ ...place, offset: 0, isolation: 'read_committed', maxRecords: 1 })).toEqual(unknown);
      expect(cluster.listOffsets(place.topic, place.partition, 'latest', 'read_committed')).toEqual(unknown);
    }
    expect(cluster.metadata('none')).toEqual(unknown);
  });

  test('a batch that is larger than the topic takes is refused, in bytes', () => {
    const bench = oneTopic({ maxMessageBytes: 22 });
    expect(bench.send('ab cd')).toMatchObject({ baseOffset: 0 });
    expect(bench.send('ab cde')).toEqual({ error: 'MESSAGE_TOO_LARGE' });
    expect(bench.send('ä öü')).toEqual({ error: 'MESSAGE_TOO_LARGE' });
  });
});
