import { describe, expect, test } from 'vitest';
import { Bench, DAY, SECOND } from './bench.fixture.ts';
import type { Joined } from './protocol.ts';

describe('the coordinator moves', () => {
  test('members, their assignment and offsets are as they were written last', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    bench.commit(a, 7);
    bench.group.move();
    expect([bench.group.state, bench.group.generation, bench.beat(a), bench.beat(b)]).toEqual([
      'Stable',
      1,
      'taken',
      'taken',
    ]);
    expect([bench.committed(), bench.commit(b, 8, 1)]).toEqual([7, 'taken']);
    expect(bench.sync(b).taken.assignment).toEqual({ work: [1] });
  });

  test('the old one is none any more, and the new one answers when it has loaded', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    const { node } = bench.groups.find('workers');
    bench.group.move(2 * SECOND);
    const offsets = [{ topic: 'work', partition: 0, offset: 1 }];
    const of = [{ topic: 'work', partition: 0 }];
    const answers = (asking: object): unknown[] => [
      bench.join('b', asking).said,
      bench.sync(a, undefined, asking).said,
      bench.group.leave({ ...a, ...asking }).error,
      bench.group.commit({ ...a, ...asking, offsets }).error,
      bench.group.fetch({ of, ...asking }).error,
      bench.group.heartbeat({ ...a, ...asking }).error,
    ];
    expect(answers({ node })).toEqual(Array(6).fill('NOT_COORDINATOR'));
    // Clients need not know that a coordinator is still loading when they send a sync or a heartbeat.
    const loads = 'COORDINATOR_LOAD_IN_PROGRESS';
    expect(answers({})).toEqual([loads, 'REBALANCE_IN_PROGRESS', loads, loads, loads, undefined]);
    bench.wait(2 * SECOND);
    expect(bench.group.commit({ ...a, node: bench.groups.find('workers').node, offsets })).toEqual({});
    expect(bench.group.commit({ ...a, node, offsets })).toEqual({ error: 'NOT_COORDINATOR' });
  });

  test('joins that waited are lost: who joins again is new to the group that was written', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    const [b, again] = [bench.join('b'), bench.join('a', { memberId: a.memberId })];
    expect([again.said, b.said]).toEqual(['taken', 'taken']);
    const c = bench.join('c');
    bench.group.move();
    expect([c.said, bench.group.generation, bench.group.members.length]).toEqual(['NOT_COORDINATOR', 1, 1]);
    expect(bench.sync(b.taken).said).toBe('UNKNOWN_MEMBER_ID');
    expect(bench.sync(again.taken).said).toBe('ILLEGAL_GENERATION');
  });

  test('an id that its client was told to drop stays silent, also if the process goes on before it reads that', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    bench.group.expel(a.memberId);
    expect(bench.beat(a)).toBe('UNKNOWN_MEMBER_ID');
    bench.group.heard(a.memberId);
    bench.group.move();
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual([a.memberId, b.memberId]);
    bench.wait(60 * SECOND);
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual([b.memberId]);
  });

  test('so does the id of a static member in whose place another process has come', () => {
    const bench = new Bench();
    const asStatic = { instanceId: 's' };
    const [a, b] = bench.stable(['a', asStatic], 'b') as [Joined, Joined];
    bench.join('c');
    bench.join('a', asStatic);
    const { memberId, generation } = a;
    expect(bench.group.heartbeat({ memberId, generation, ...asStatic }).error).toBe('FENCED_INSTANCE_ID');
    bench.group.heard(a.memberId);
    bench.group.move();
    expect(bench.group.members.map((member) => member.memberId)).toEqual([a.memberId, b.memberId]);
    bench.wait(60 * SECOND);
    expect(bench.group.members.map((member) => member.memberId)).toEqual([b.memberId]);
  });

  test('syncs that waited are lost, and nobody was assigned anything in that generation', () => {
    const bench = new Bench();
    bench.stable('a', 'b');
    bench.join('a', { memberId: 'a-1' });
    const b = bench.join('b', { memberId: 'b-1' });
    const sync = bench.sync(b.taken);
    bench.group.move();
    expect([sync.said, bench.group.generation]).toEqual(['NOT_COORDINATOR', 1]);
    expect(bench.rebalanced.map(({ generation }) => generation)).toEqual([1]);
  });

  test('sessions begin anew when it has loaded', () => {
    const bench = new Bench();
    bench.stable('a', 'b');
    bench.group.silence('b-1', bench.nowUs);
    bench.wait(40 * SECOND);
    bench.group.move(SECOND);
    bench.wait(45 * SECOND);
    expect(bench.group.state).toBe('Stable');
    bench.wait(SECOND);
    expect(bench.journal.slice(-1)).toEqual(['expelled b-1: session']);
  });

  test('a group that never had a generation is not there any more; ids are not given twice', () => {
    const bench = new Bench();
    const a = bench.join('a');
    bench.group.move();
    expect([a.said, bench.group.state]).toEqual(['NOT_COORDINATOR', 'Empty']);
    const again = bench.join('a');
    bench.wait(3 * SECOND);
    expect(again.taken).toMatchObject({ memberId: 'a-2', generation: 1 });
  });

  test('an empty group stays empty, of its generation', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.group.leave({ memberId: a.memberId });
    bench.group.move();
    expect([bench.group.state, bench.group.generation, bench.beat(a)]).toEqual(['Empty', 2, 'UNKNOWN_MEMBER_ID']);
  });

  test('who was put out in a rebalance that is forgotten is a member again, for a session if it is silent', () => {
    const bench = new Bench();
    const [a] = bench.stable('a', 'b') as [Joined, Joined];
    bench.join('a', { memberId: a.memberId });
    bench.group.leave({ memberId: 'b-1' });
    bench.group.move();
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual(['a-1', 'b-1']);
    bench.wait(45 * SECOND);
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual(['a-1']);
  });

  test('who heard that it was put out in a rebalance that is forgotten has gone on under another id', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    bench.join('a', { memberId: a.memberId });
    bench.group.expel(b.memberId);
    expect(bench.beat(b)).toBe('UNKNOWN_MEMBER_ID');
    bench.group.move();
    bench.wait(45 * SECOND);
    expect(bench.journal.at(-1)).toBe('expelled b-1: session');
  });

  test('who leaves and is not heard because of it is a member for a session more', () => {
    const bench = new Bench();
    bench.stable('a', 'b');
    bench.group.move(SECOND);
    expect(bench.group.leave({ memberId: 'b-1' })).toEqual({ error: 'COORDINATOR_LOAD_IN_PROGRESS' });
    bench.wait(46 * SECOND);
    expect(bench.journal.at(-1)).toBe('expelled b-1: session');
  });

  test('a static member that came back, and that leads, still does', () => {
    const bench = new Bench();
    const one = { instanceId: 'one' };
    const [, b] = bench.stable(['a', one], 'b') as [Joined, Joined];
    const again = bench.join('a', one);
    bench.group.move();
    expect(bench.group.heartbeat({ ...one, ...again.taken })).toEqual({});
    expect(bench.join('b', { memberId: b.memberId }).taken.leaderId).toBe('one-2');
  });

  test('offsets of a group that is empty by then expire seven days after it became so', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 7);
    bench.wait(30 * DAY);
    bench.group.leave({ memberId: a.memberId });
    bench.group.move();
    bench.wait(7 * DAY - 1);
    expect(bench.committed()).toBe(7);
    bench.wait(1);
    expect(bench.committed()).toBe(-1);
  });

  test('offsets that a transaction has sent wait for its end there', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.group.txnCommit({ ...a, producerId: 1, offsets: [{ topic: 'work', partition: 0, offset: 5 }] });
    bench.group.move();
    bench.groups.endTransaction(1, 'commit');
    expect(bench.committed()).toBe(5);
  });
});

describe('what must always hold', () => {
  test('a leader that gives a partition to two members breaks a law, and a negative offset does', () => {
    const bench = new Bench();
    const [a, b] = [bench.join('a'), bench.join('b')];
    bench.wait(6 * SECOND);
    bench.sync(a.taken, { 'a-1': { work: [0, 1] }, 'b-1': { work: [1] } });
    expect(bench.sync(b.taken).said).toBe('taken');
    expect(bench.groups.brokenLaw).toBe('group workers: work/1 belongs to a-1 and b-1 in one generation');
    const other = new Bench();
    other.group.commit({ offsets: [{ topic: 'work', partition: 0, offset: -2 }] });
    expect(other.groups.brokenLaw).toBe('group workers: committed -2 for work/0');
  });
});
