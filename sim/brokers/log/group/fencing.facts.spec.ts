import { describe, expect, test } from 'vitest';
import { Bench, SECOND } from './bench.fixture.ts';
import type { Joined } from './protocol.ts';

/** A zombie: a member that was put out and does not know; another one has its partition. */
function zombie(): { bench: Bench; old: Joined; heir: Joined } {
  const bench = new Bench();
  const [old] = bench.stable('a') as [Joined];
  bench.commit(old, 3);
  bench.group.silence(old.memberId, bench.nowUs);
  bench.wait(45 * SECOND);
  const [heir] = bench.stable('b') as [Joined];
  return { bench, old, heir };
}

describe('fact 34: who is not of the newest generation', () => {
  test('fact 34: a zombie commits nothing', () => {
    const { bench, old, heir } = zombie();
    expect(bench.commit(heir, 5)).toBe('taken');
    expect(bench.commit(old, 4)).toBe('UNKNOWN_MEMBER_ID');
    expect(bench.committed()).toBe(5);
  });

  test('fact 34: not with the id of a member and an old generation, and not with a newer one either', () => {
    const { bench, heir } = zombie();
    expect(bench.commit({ ...heir, generation: heir.generation - 1 }, 4)).toBe('ILLEGAL_GENERATION');
    expect(bench.commit({ ...heir, generation: heir.generation + 1 }, 4)).toBe('ILLEGAL_GENERATION');
    expect(bench.committed()).toBe(3);
  });

  test('fact 34: it hears of it by its heartbeat, and is assigned nothing', () => {
    const { bench, old, heir } = zombie();
    expect([bench.beat(old), bench.beat({ ...heir, generation: 1 })]).toEqual([
      'UNKNOWN_MEMBER_ID',
      'ILLEGAL_GENERATION',
    ]);
    expect(bench.sync(old).said).toBe('UNKNOWN_MEMBER_ID');
    expect(bench.sync(heir, undefined, { generation: 1 }).said).toBe('ILLEGAL_GENERATION');
  });

  test('fact 34: it joins anew, without the id that is no more', () => {
    const { bench, old, heir } = zombie();
    expect(bench.join('a', { memberId: old.memberId }).said).toBe('UNKNOWN_MEMBER_ID');
    const again = bench.join('a');
    bench.join('b', { memberId: heir.memberId });
    expect(again.taken).toMatchObject({ memberId: 'a-2', leaderId: 'b-1' });
  });
});

describe('fact 34: during a rebalance', () => {
  test('fact 34: members still commit while others join, with the generation that they have', () => {
    const bench = new Bench();
    const [a] = bench.stable('a', 'b') as [Joined];
    bench.join('c');
    expect(bench.commit(a, 7)).toBe('taken');
    expect(bench.beat(a)).toBe('REBALANCE_IN_PROGRESS');
  });

  test('fact 34: nobody commits between the new generation and its assignment', () => {
    const bench = new Bench();
    const [a, b] = bench.stable('a', 'b') as [Joined, Joined];
    const again = bench.join('a', { memberId: a.memberId });
    bench.join('b', { memberId: b.memberId });
    expect(bench.group.state).toBe('CompletingRebalance');
    expect(bench.commit(a, 7)).toBe('ILLEGAL_GENERATION');
    expect(bench.commit(again.taken, 7)).toBe('REBALANCE_IN_PROGRESS');
    bench.share([again.taken]);
    expect(bench.commit(again.taken, 7)).toBe('taken');
  });

  test('fact 34: a heartbeat between the new generation and its assignment is none too many', () => {
    const bench = new Bench();
    const a = bench.join('a', { beats: true });
    bench.wait(3 * SECOND);
    bench.wait(40 * SECOND);
    expect(bench.beat(a.taken)).toBe('taken');
    bench.wait(40 * SECOND);
    expect(bench.sync(a.taken, {}).said).toBe('taken');
  });
});

describe('fact 34: commits of nobody', () => {
  test('fact 34: who is in no group commits while it is empty, and not while it has members', () => {
    const bench = new Bench();
    const offsets = [{ topic: 'work', partition: 0, offset: 7 }];
    expect(bench.group.commit({ offsets })).toEqual({});
    expect(bench.committed()).toBe(7);
    bench.stable('a');
    expect(bench.group.commit({ offsets: [{ topic: 'work', partition: 0, offset: 1 }] })).toEqual({
      error: 'UNKNOWN_MEMBER_ID',
    });
    expect(bench.committed()).toBe(7);
    expect(bench.group.commit({ offsets, generation: 0, memberId: 'x' }).error).toBe('UNKNOWN_MEMBER_ID');
  });

  test('fact 34: for a partition that is not there', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    expect(bench.commit(a, 7, 4)).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    expect(bench.group.offsets.all).toEqual([]);
  });
});
