import fc from 'fast-check';
import { expect, test } from 'vitest';
import { follow } from './follow.ts';
import { record } from './bench.fixture.ts';
import type { Entry } from './record.ts';
import { Replica } from './replica.ts';

/** A leader's time: what it appends in its epoch, and who comes to have its log in it, but for the last few entries. */
const reign = fc.record({ leader: fc.nat(2), appends: fc.nat(3), followers: fc.subarray([0, 1, 2]), lag: fc.nat(2) });

/** A log as its list of entries. */
function replicaOf(entries: readonly Entry[]): Replica {
  const replica = new Replica(0);
  for (const entry of entries) replica.append(entry);
  return replica;
}

test('a follower cuts its log where it parts from the leader, and has the same then', () => {
  fc.assert(
    fc.property(fc.array(reign, { maxLength: 12 }), fc.nat(2), fc.nat(2), (reigns, a, b) => {
      const logs: (readonly Entry[])[] = [[], [], []];
      for (const [leaderEpoch, { leader, appends, followers, lag }] of reigns.entries()) {
        const before = logs[leader] ?? [];
        const more = Array.from({ length: appends }, (_, n): Entry => {
          return { ...record('m'), offset: before.length + n, timeUs: 0, leaderEpoch };
        });
        logs[leader] = [...before, ...more];
        for (const node of followers.filter((node) => node !== leader))
          logs[node] = logs[leader].slice(0, -lag || undefined);
      }
      const [follower, leader] = [logs[a] ?? [], logs[b] ?? []];
      const parts = follower.findIndex((entry, n) => entry !== leader[n]);
      const real = replicaOf(follower);
      const cut = follow(real, replicaOf(leader));
      expect(real.entries.length).toBe(leader.length);
      expect(real.entries.every((entry, n) => entry === leader[n])).toBe(true);
      expect(cut?.to).toBe(parts < 0 ? undefined : parts);
      expect(cut?.lost ?? []).toEqual(parts < 0 ? [] : follower.slice(parts));
    }),
  );
});
