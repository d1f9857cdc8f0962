import { describe, expect, test } from 'vitest';
import { Bench, SECOND } from './bench.fixture.ts';
import type { JoinRequest } from './protocol.ts';

const named = (instanceId: string): Partial<JoinRequest> => ({ instanceId });
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
});
