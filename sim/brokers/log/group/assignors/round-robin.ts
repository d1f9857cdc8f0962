/**
 * All partitions of all topics in order, dealt out in turn to the members in order; who does not subscribe to the topic is
 * passed over, and has lost its turn. Source: Kafka's RoundRobinAssignor.
 */
import { allPartitions, type Assign, inOrder, type Member, Shares } from './assignor.ts';

export const roundRobin: Assign = (members, partitions) => {
  const shares = new Shares(members);
  const sorted = inOrder(members);
  let turn = 0;
  for (const one of allPartitions(members, partitions)) {
    const next = (): Member => sorted[turn++ % sorted.length] as Member;
    let member = next();
    while (!member.metadata.topics.includes(one.topic)) member = next();
    shares.give(member.memberId, one);
  }
  return shares.assignment;
};
