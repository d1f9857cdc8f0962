import { describe, expect, test } from 'vitest';
import { Bench, SECOND } from './bench.fixture.ts';
import type { Joined, JoinRequest } from './protocol.ts';

const instance = (instanceId: string): Partial<JoinRequest> => ({ instanceId });

/** A leads, b is static. */
function group(): { bench: Bench; a: Joined; b: Joined } {
  const bench = new Bench();
  const [a, b] = bench.stable('a', ['b', instance('one')]) as [Joined, Joined];
  return { bench, a, b };
}

describe('fact 33: a member that leaves', () => {
  test('fact 33: its partitions go to others, and what it commits afterwards is refused', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    expect(bench.group.leave({ memberId: b.memberId })).toEqual({});
    expect(bench.commit(b, 7, 1)).toBe('UNKNOWN_MEMBER_ID');
    expect(bench.beat(a)).toBe('REBALANCE_IN_PROGRESS');
    const again = bench.join('a', { memberId: a.memberId });
    expect(again.taken.members.map(({ memberId }) => memberId)).toEqual(['a-1']);
    expect(bench.committed(1)).toBe(-1);
  });
});

describe('fact 33: a static member', () => {
  test('fact 33: stays a member, with its partitions, while nothing is heard of it for less than a session', () => {
    const { bench, a, b } = group();
    bench.group.silence(b.memberId, bench.nowUs);
    bench.wait(45 * SECOND - 1);
    expect([bench.group.state, bench.group.generation, bench.beat(a)]).toEqual(['Stable', 1, 'taken']);
    bench.wait(1);
    expect(bench.journal.slice(-1)).toEqual(['expelled one-1: session']);
    expect(bench.beat(a)).toBe('REBALANCE_IN_PROGRESS');
  });

  test('fact 33: that starts again within the session has its partitions again, and nobody else notices', () => {
    const { bench, a, b } = group();
    bench.group.silence(b.memberId, bench.nowUs);
    bench.wait(40 * SECOND);
    const again = bench.join('b', instance('one'));
    expect(again.taken).toMatchObject({ memberId: 'one-2', generation: 1, leaderId: a.memberId, members: [] });
    expect(bench.sync(again.taken).taken.assignment).toEqual({ work: [1] });
    bench.wait(1000 * SECOND);
    expect([bench.group.state, bench.beat(a), bench.journal.slice(-1)]).toEqual([
      'Stable',
      'taken',
      ['one-2 for one-1'],
    ]);
  });

  test('fact 33: that leads and starts again need not assign', () => {
    const bench = new Bench();
    bench.stable(['a', instance('one')], 'b');
    const again = bench.join('a', instance('one'));
    expect(again.taken).toMatchObject({ memberId: 'one-2', leaderId: 'one-2', skipAssignment: true });
    expect(again.taken.members.map(({ memberId }) => memberId).toSorted()).toEqual(['b-1', 'one-2']);
    expect(bench.sync(again.taken).taken.assignment).toEqual({ work: [0] });
  });

  test('fact 33: the process that had its instance id before is fenced, whatever it asks', () => {
    const { bench, b } = group();
    bench.join('b', instance('one'));
    const asking = { memberId: b.memberId, generation: b.generation, instanceId: 'one' };
    const offsets = [{ topic: 'work', partition: 1, offset: 7 }];
    expect(bench.group.heartbeat(asking).error).toBe('FENCED_INSTANCE_ID');
    expect(bench.group.commit({ ...asking, offsets }).error).toBe('FENCED_INSTANCE_ID');
    expect(bench.group.txnCommit({ ...asking, producerId: 1, offsets }).error).toBe('FENCED_INSTANCE_ID');
    expect(bench.group.leave(asking).error).toBe('FENCED_INSTANCE_ID');
    expect(bench.join('b', asking).said).toBe('FENCED_INSTANCE_ID');
    expect(bench.sync(b).said).toBe('UNKNOWN_MEMBER_ID');
    expect(bench.committed(1)).toBe(-1);
  });

  test('fact 33: a request that waits for an answer is fenced too when another process takes its place', () => {
    const { bench, b } = group();
    bench.join('c');
    const waiting = bench.join('b', { ...instance('one'), memberId: b.memberId });
    const newer = bench.join('b', instance('one'));
    expect([waiting.said, newer.said]).toEqual(['FENCED_INSTANCE_ID', 'parked']);
  });

  test('fact 33: that does not join again in time is kept while its session lasts, with what it said last', () => {
    const { bench, a } = group();
    const c = bench.join('c');
    const again = bench.join('a', { memberId: a.memberId });
    bench.wait(300 * SECOND);
    expect(again.taken.members.map(({ memberId }) => memberId)).toEqual(['a-1', 'one-1', 'c-1']);
    expect(c.taken.generation).toBe(2);
  });

  test('fact 33: that leads and does not join again in time leads no more', () => {
    const bench = new Bench();
    bench.stable(['a', instance('one')], 'b');
    bench.join('c');
    const again = bench.join('b', { memberId: 'b-1' });
    bench.wait(300 * SECOND);
    expect(again.taken).toMatchObject({ generation: 2, leaderId: 'b-1' });
  });

  test('fact 33: that is the only one left and does not join is waited for until its session is over', () => {
    const bench = new Bench();
    const long = { ...instance('one'), sessionTimeoutUs: 1000 * SECOND };
    bench.stable(['a', long], 'b');
    bench.group.silence('one-1', bench.nowUs);
    bench.group.leave({ memberId: 'b-1' });
    bench.wait(999 * SECOND);
    expect([bench.group.state, bench.group.generation]).toEqual(['PreparingRebalance', 1]);
    bench.wait(SECOND);
    expect([bench.group.state, bench.group.generation]).toEqual(['Empty', 2]);
  });

  test('fact 33: that has asked for its assignment before it came back need not ask again in time', () => {
    const bench = new Bench();
    const [a] = [bench.join('a', instance('one')), bench.join('b')];
    bench.wait(6 * SECOND);
    bench.sync(a.taken, {});
    bench.join('a', instance('one'));
    bench.wait(300 * SECOND);
    expect(bench.journal.at(-1)).toBe('expelled b-1: sync');
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual(['one-2']);
  });

  test('fact 33: that comes back while others wait for their assignment has all join again', () => {
    const bench = new Bench();
    const [a, b] = [bench.join('a'), bench.join('b', instance('one'))];
    bench.wait(6 * SECOND);
    const sync = bench.sync(b.taken);
    const newer = bench.join('b', instance('one'));
    expect([sync.said, newer.said]).toEqual(['FENCED_INSTANCE_ID', 'parked']);
    expect(bench.sync(a.taken, {}).said).toBe('REBALANCE_IN_PROGRESS');
  });

  test('fact 33: that comes back and would have another assignor chosen has all join again', () => {
    const bench = new Bench();
    const likes = (...names: string[]): Partial<JoinRequest> => ({
      ...instance('one'),
      protocols: names.map((name) => ({ name, metadata: { topics: ['work'] } })),
    });
    bench.stable(['a', likes('range', 'sticky')]);
    const again = bench.join('a', likes('sticky', 'range'));
    expect(again.taken).toMatchObject({ generation: 2, protocol: 'sticky', skipAssignment: false });
    bench.share([again.taken]);
    expect(bench.join('a', likes('range')).said).toBe('taken');
  });

  test('fact 33: can be put out by its instance id alone', () => {
    const { bench } = group();
    expect(bench.group.leave({ instanceId: 'one' })).toEqual({});
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual(['a-1']);
    expect(bench.group.leave({ instanceId: 'one' })).toEqual({ error: 'UNKNOWN_MEMBER_ID' });
  });

  test('fact 33: whose instance id the group does not know must join without a member id', () => {
    const { bench, a } = group();
    expect(bench.join('a', { ...instance('two'), memberId: a.memberId }).said).toBe('UNKNOWN_MEMBER_ID');
    expect(bench.group.heartbeat({ ...a, instanceId: 'two' }).error).toBe('UNKNOWN_MEMBER_ID');
  });
});
