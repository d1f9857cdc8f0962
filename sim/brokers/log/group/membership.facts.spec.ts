import { describe, expect, test } from 'vitest';
import { Bench, SECOND } from './bench.fixture.ts';
import type { Joined, JoinRequest } from './protocol.ts';

const knowing = (...names: string[]): Partial<JoinRequest> => ({
  protocols: names.map((name) => ({ name, metadata: { topics: ['work'] } })),
});

describe('fact 32: joining', () => {
  test('fact 32: the first member of an empty group waits three seconds for others, and longer while they come', () => {
    const bench = new Bench();
    const a = bench.join('a');
    bench.wait(2 * SECOND);
    const b = bench.join('b');
    bench.wait(2 * SECOND);
    expect([a.said, b.said]).toEqual(['parked', 'parked']);
    bench.wait(2 * SECOND);
    expect([a.taken.generation, b.taken.generation, a.taken.leaderId]).toEqual([1, 1, 'a-1']);
    expect(a.taken.members.map(({ memberId }) => memberId)).toEqual(['a-1', 'b-1']);
    expect(b.taken.members).toEqual([]);
  });

  test('fact 32: the initial delay never gets longer than the rebalance time-out', () => {
    const bench = new Bench();
    const asked = [];
    for (const clientId of ['a', 'b', 'c', 'd', 'e']) {
      asked.push(bench.join(clientId, { rebalanceTimeoutUs: 5 * SECOND }));
      bench.wait(2 * SECOND);
    }
    expect(asked.map(({ said }) => said)).toEqual(['taken', 'taken', 'taken', 'parked', 'parked']);
  });

  test('fact 32: those who wait during the initial delay are answered at once when nobody else is waited for', () => {
    const bench = new Bench();
    const a = bench.join('a');
    bench.join('b');
    expect(bench.group.leave({ memberId: 'b-1' })).toEqual({});
    expect(a.taken.generation).toBe(1);
  });

  test('fact 32: a newcomer waits until all members have joined again, who hear of it by their heartbeats', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b');
    const c = bench.join('c');
    expect(bench.group.state).toBe('PreparingRebalance');
    expect([a, b].map((member) => bench.beat(member as never))).toEqual([
      'REBALANCE_IN_PROGRESS',
      'REBALANCE_IN_PROGRESS',
    ]);
    const again = bench.join('a', { memberId: 'a-1' });
    expect([c.said, again.said]).toEqual(['parked', 'parked']);
    const last = bench.join('b', { memberId: 'b-1' });
    expect([again, last, c].map(({ taken }) => taken.generation)).toEqual([2, 2, 2]);
    expect(bench.group.state).toBe('CompletingRebalance');
  });

  test('fact 32: a new member is told its id first, and is waited for under it', () => {
    const bench = new Bench();
    const [a] = bench.stable('a');
    const asked = bench.join('b', { needsMemberId: true });
    expect(asked.answers).toEqual([{ error: 'MEMBER_ID_REQUIRED', memberId: 'b-1' }]);
    expect(bench.group.state).toBe('Stable');
    const c = bench.join('c');
    bench.join('a', { memberId: (a as Joined).memberId });
    expect(c.said).toBe('parked');
    const b = bench.join('b', { memberId: 'b-1', needsMemberId: true });
    expect([b.taken.generation, c.taken.generation]).toEqual([2, 2]);
  });

  test('fact 32: an id that nobody joins with holds for a session', () => {
    const bench = new Bench();
    bench.stable('a');
    bench.join('b', { needsMemberId: true });
    const a = bench.join('a', { memberId: 'a-1' });
    bench.wait(44 * SECOND);
    expect(a.said).toBe('parked');
    bench.wait(SECOND);
    expect(a.taken.generation).toBe(2);
    expect(bench.join('b', { memberId: 'b-1' }).said).toBe('UNKNOWN_MEMBER_ID');
  });

  test('fact 32: a follower that joins a stable group again, as it was, is answered at once; the leader begins a rebalance', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    expect(bench.join('b', { memberId: b.memberId }).taken.generation).toBe(1);
    expect(bench.join('a', { memberId: a.memberId }).said).toBe('parked');
    expect(bench.group.state).toBe('PreparingRebalance');
  });

  test('fact 32: a follower that says something else begins a rebalance', () => {
    const bench = new Bench();
    const [, b] = bench.stable('a', 'b') as [Joined, Joined];
    const protocols = [{ name: 'range', metadata: { topics: ['work', 'more'] } }];
    expect(bench.join('b', { memberId: b.memberId, protocols }).said).toBe('parked');
    expect(bench.group.state).toBe('PreparingRebalance');
  });
});

describe('fact 32: who is put out', () => {
  test('fact 32: who has not joined again when the rebalance time-out has passed', () => {
    const bench = new Bench();
    const [a] = bench.stable('a', 'b') as [Joined, Joined];
    const c = bench.join('c');
    const again = bench.join('a', { memberId: a.memberId });
    bench.wait(299 * SECOND);
    expect(c.said).toBe('parked');
    bench.wait(SECOND);
    expect(again.taken.members.map(({ memberId }) => memberId)).toEqual(['a-1', 'c-1']);
    expect(bench.journal.slice(-1)).toEqual(['expelled b-1: rebalance']);
  });

  test('fact 32: who has not asked for its assignment within the rebalance time-out', () => {
    const bench = new Bench();
    const [a, b] = [bench.join('a'), bench.join('b')];
    bench.wait(3 * SECOND + 3 * SECOND);
    const sync = bench.sync(a.taken, { 'a-1': { work: [0] }, 'b-1': { work: [1] } });
    expect([sync.taken.assignment, b.taken.generation]).toEqual([{ work: [0] }, 1]);
    bench.wait(300 * SECOND);
    expect(bench.journal.slice(-1)).toEqual(['expelled b-1: sync']);
    expect(bench.beat(a.taken)).toBe('REBALANCE_IN_PROGRESS');
  });

  test('fact 32: those whose leader is gone before it has assigned join again', () => {
    const bench = new Bench();
    const [a, b] = [bench.join('a'), bench.join('b')];
    bench.wait(6 * SECOND);
    const sync = bench.sync(b.taken);
    expect(sync.said).toBe('parked');
    bench.group.leave({ memberId: a.taken.memberId });
    expect(sync.said).toBe('REBALANCE_IN_PROGRESS');
    expect(bench.join('b', { memberId: 'b-1' }).taken).toMatchObject({ generation: 2, leaderId: 'b-1' });
  });

  test('fact 32: the slowest member says how long that is', () => {
    const bench = new Bench();
    const [a] = bench.stable(['a', { rebalanceTimeoutUs: 10 * SECOND }], 'b') as [Joined, Joined];
    const again = bench.join('a', { memberId: a.memberId, rebalanceTimeoutUs: 10 * SECOND });
    bench.wait(299 * SECOND);
    expect(again.said).toBe('parked');
  });

  test('fact 32: who has not asked in a later generation, and who leads and has not assigned', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    const again = bench.join('a', { memberId: a.memberId });
    const sync = bench.sync(bench.join('b', { memberId: b.memberId }).taken);
    expect([again.said, sync.said]).toEqual(['taken', 'parked']);
    bench.wait(300 * SECOND);
    expect([sync.said, bench.journal.at(-1)]).toEqual(['REBALANCE_IN_PROGRESS', 'expelled a-1: sync']);
    expect(bench.group.members.map(({ memberId }) => memberId)).toEqual(['b-1']);
  });

  test('fact 32: nobody is waited for when all have asked', () => {
    const bench = new Bench();
    const asked = [bench.join('a'), bench.join('b')];
    bench.wait(6 * SECOND);
    bench.share(asked.map(({ taken }) => taken));
    expect(bench.groups.nextDeadlineUs).toBe(Infinity);
  });

  test('fact 32: who leaves while it waits for its assignment is told that it is unknown', () => {
    const bench = new Bench();
    const [, b] = [bench.join('a'), bench.join('b')];
    bench.wait(6 * SECOND);
    const sync = bench.sync(b.taken);
    bench.group.leave({ memberId: 'b-1' });
    expect(sync.said).toBe('UNKNOWN_MEMBER_ID');
  });

  test('fact 32: a session does not run while a request waits, and begins anew with the answer', () => {
    const bench = new Bench();
    const beats = { beats: true };
    const [a, b] = [bench.join('a'), bench.join('b', beats)];
    bench.wait(6 * SECOND);
    const sync = bench.sync(b.taken);
    bench.wait(100 * SECOND);
    bench.sync(a.taken, {});
    bench.wait(44 * SECOND);
    expect([sync.said, bench.beat(b.taken)]).toEqual(['taken', 'taken']);
    bench.join('c');
    const again = bench.join('b', { ...beats, memberId: 'b-1' });
    bench.wait(100 * SECOND);
    bench.join('a', { memberId: 'a-1' });
    bench.wait(44 * SECOND);
    expect(bench.beat(again.taken)).toBe('taken');
    bench.group.silence('a-1', 0);
    expect(bench.groups.nextDeadlineUs).toBe(bench.nowUs + SECOND);
  });

  test('fact 32: who sends no heartbeat for a session', () => {
    const bench = new Bench();
    const asked = [bench.join('a', { beats: true }), bench.join('b', { beats: true })];
    bench.wait(6 * SECOND);
    const [a, b] = bench.share(asked.map(({ taken }) => taken)) as [Joined, Joined];
    bench.wait(44 * SECOND);
    expect(bench.beat(a)).toBe('taken');
    bench.wait(SECOND);
    expect([bench.beat(a), bench.beat(b)]).toEqual(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID']);
    expect(bench.journal.slice(-1)).toEqual(['expelled b-1: session']);
  });

  test('fact 32: who is said to be silent, a session after it was heard last; its heartbeats are implied until then', () => {
    const bench = new Bench();
    const [a] = bench.stable('a', 'b') as [Joined, Joined];
    bench.wait(1000 * SECOND);
    bench.group.silence(a.memberId, bench.nowUs - 5 * SECOND);
    expect(bench.groups.nextDeadlineUs).toBe(bench.nowUs + 40 * SECOND);
    bench.group.heard(a.memberId);
    expect(bench.groups.nextDeadlineUs).toBe(Infinity);
    bench.group.silence(a.memberId, bench.nowUs);
    bench.wait(45 * SECOND);
    expect(bench.journal.slice(-1)).toEqual(['expelled a-1: session']);
  });

  test('fact 32: who leads goes on leading when others leave, though one who is older has come back', () => {
    const bench = new Bench();
    const asStatic = { instanceId: 's' };
    const [a, b, c] = bench.stable(['a', asStatic], 'b', 'c') as [Joined, Joined, Joined];
    const again = (member: Joined, o = {}) => bench.join('x', { memberId: member.memberId, ...o });
    const joins = [bench.join('d'), again(b), again(c)];
    bench.wait(300 * SECOND);
    for (const { taken } of joins) expect(taken).toMatchObject({ generation: 2, leaderId: b.memberId });
    const [d] = bench.share(joins.map(({ taken }) => taken)) as [Joined];
    bench.group.leave({ memberId: c.memberId });
    const last = [again(a, asStatic), again(b), again(d)];
    for (const { taken } of last) expect(taken).toMatchObject({ generation: 3, leaderId: b.memberId });
  });

  test('fact 32: whose session is ended by force keeps nobody waiting who has joined again', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    bench.join('c');
    const again = bench.join('b', { memberId: b.memberId });
    expect(again.said).toBe('parked');
    expect([bench.group.expel(a.memberId), bench.group.expel(a.memberId)]).toEqual([true, false]);
    expect([again.said, again.taken.generation]).toEqual(['taken', 2]);
  });

  test('fact 32: the last one leaves an empty group behind, which goes on counting its generations', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    expect(bench.group.leave({ memberId: a.memberId })).toEqual({});
    expect([bench.group.state, bench.group.generation]).toEqual(['Empty', 2]);
    expect(bench.group.leave({ memberId: a.memberId })).toEqual({ error: 'UNKNOWN_MEMBER_ID' });
    const b = bench.join('b');
    bench.wait(3 * SECOND);
    expect(b.taken.generation).toBe(3);
  });
});

describe('fact 32: the assignor', () => {
  test('fact 32: that all members know and most like best', () => {
    const bench = new Bench();
    const asked = [
      bench.join('b', knowing('sticky', 'round-robin')),
      bench.join('a', knowing('range', 'round-robin', 'sticky')),
      bench.join('c', knowing('round-robin', 'sticky')),
    ];
    bench.wait(6 * SECOND);
    expect(asked.map(({ taken }) => taken.protocol)).toEqual(['round-robin', 'round-robin', 'round-robin']);
  });

  test('fact 32: who knows none that all others know is refused', () => {
    const bench = new Bench();
    bench.join('a', knowing('range', 'round-robin'));
    bench.join('b', knowing('round-robin', 'sticky'));
    expect(bench.join('c', knowing('range', 'sticky')).said).toBe('INCONSISTENT_GROUP_PROTOCOL');
    expect(bench.join('c', knowing()).said).toBe('INCONSISTENT_GROUP_PROTOCOL');
  });
});
