/**
 * Each topic by itself: its partitions in order, cut into as many runs as there are subscribers, the first ones longer by one.
 * So the first members get more of every topic, and topics of one size are assigned alike. Source: Kafka's RangeAssignor.
 *
 * Not modelled: racks.
 */
import { type Assign, inOrder, numbers, Shares } from './assignor.ts';

export const range: Assign = (members, partitions) => {
  const shares = new Shares(members);
  for (const topic of new Set(members.flatMap(({ metadata }) => metadata.topics))) {
    const subscribers = inOrder(members.filter(({ metadata }) => metadata.topics.includes(topic)));
    const count = partitions[topic] ?? 0;
    const each = Math.floor(count / subscribers.length);
    const longer = count % subscribers.length;
    subscribers.forEach(({ memberId }, n) => {
      const start = each * n + Math.min(n, longer);
      for (const at of numbers(each + (n < longer ? 1 : 0))) shares.give(memberId, { topic, partition: start + at });
    });
  }
  return shares.assignment;
};
