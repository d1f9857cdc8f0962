/**
 * Everybody keeps what it has, as far as nobody could have two fewer and take one of them; the rest goes to those who have least.
 * A claim of an older generation does not count against one of a newer, and of two claims of one generation neither does.
 * The aim is that of Kafka's AbstractStickyAssignor (KIP-54, KIP-341); which partitions move may differ from it.
 */
import {
  allPartitions,
  type Assign,
  flatten,
  inOrder,
  keyOf,
  type Member,
  Shares,
  type TopicPartition,
} from './assignor.ts';

export const sticky: Assign = (members, partitions) => {
  const shares = new Shares(members);
  const sorted = inOrder(members);
  const owners = claims(members);
  const free: TopicPartition[] = [];
  const all = allPartitions(members, partitions);
  for (const one of all) {
    const owner = owners.get(keyOf(one));
    if (owner?.metadata.topics.includes(one.topic)) shares.give(owner.memberId, one);
    else free.push(one);
  }
  const takers = (one: TopicPartition): Member[] =>
    sorted.filter(({ metadata }) => metadata.topics.includes(one.topic));
  const least = (one: TopicPartition): Member => fewest(takers(one), shares);
  for (const one of free) shares.give(least(one).memberId, one);
  balance(sorted, shares, least);
  return shares.assignment;
};

/** Who is taken to own a partition: whoever claims it with the newest generation, unless two do. */
function claims(members: readonly Member[]): ReadonlyMap<string, Member | undefined> {
  const newest = new Map<string, { generation: number; owner: Member | undefined }>();
  for (const owner of members) {
    const { owned = {}, generation = -1 } = owner.metadata;
    for (const one of flatten(owned)) {
      const before = newest.get(keyOf(one));
      if (!before || before.generation < generation) newest.set(keyOf(one), { generation, owner });
      else if (before.generation === generation) newest.set(keyOf(one), { generation, owner: undefined });
    }
  }
  return new Map([...newest].map(([key, { owner }]) => [key, owner]));
}

/** Moves partitions, one at a time and from the fullest, for as long as somebody has two fewer than their owner. */
function balance(sorted: readonly Member[], shares: Shares, least: (one: TopicPartition) => Member): void {
  for (let moved = true; moved; ) {
    moved = false;
    const fullest = sorted.toSorted((a, b) => shares.of(b.memberId).length - shares.of(a.memberId).length);
    for (const { memberId } of fullest) {
      const share = shares.of(memberId);
      const one = share.findLast((each) => shares.of(least(each).memberId).length + 1 < share.length);
      if (!one) continue;
      shares.give(least(one).memberId, one);
      shares.take(memberId, one);
      moved = true;
      break;
    }
  }
}

function fewest(members: readonly Member[], shares: Shares): Member {
  let best = members[0] as Member;
  for (const one of members) if (shares.of(one.memberId).length < shares.of(best.memberId).length) best = one;
  return best;
}
