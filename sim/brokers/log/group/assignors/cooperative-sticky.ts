/**
 * What `sticky` says, less what somebody else still works on: that is taken away first, its owner joins again without it, and
 * the next generation hands it out. Source: Kafka's CooperativeStickyAssignor (KIP-429).
 */
import { type Assign, flatten, keyOf, Shares } from './assignor.ts';
import { sticky } from './sticky.ts';

export const cooperativeSticky: Assign = (members, partitions) => {
  const wanted = sticky(members, partitions);
  const shares = new Shares(members);
  const claimants = new Map<string, Set<string>>();
  for (const { memberId, metadata } of members) {
    for (const one of flatten(metadata.owned ?? {})) {
      const by = claimants.get(keyOf(one)) ?? new Set();
      claimants.set(keyOf(one), by.add(memberId));
    }
  }
  for (const { memberId } of members) {
    for (const one of flatten(wanted[memberId] ?? {})) {
      const by = [...(claimants.get(keyOf(one)) ?? [])];
      if (by.every((claimant) => claimant === memberId)) shares.give(memberId, one);
    }
  }
  return shares.assignment;
};
