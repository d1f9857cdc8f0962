/** The sentences about a log broker that name no moment. */
import type { FailoverAt, Grows, Moves, OpenTransaction, PartitionRef, Retention } from './log-fault.ts';
import { printDuration, printName, printPart } from './words.ts';

export function printLogWindow(fault: Moves | Grows | FailoverAt | Retention | OpenTransaction): string {
  switch (fault.kind) {
    case 'rebalance':
      return `${printRebalance(fault)} at ${printDuration(fault.atUs)}`;
    case 'failover':
      return `leader of ${printPartition(fault)} fails over${fault.unclean ? ' uncleanly' : ''} at ${printDuration(fault.atUs)}`;
    case 'retention':
      return `${printPartition(fault)} is ${fault.how === 'cut' ? 'cut up to its end' : 'compacted'} at ${printDuration(fault.atUs)}`;
    case 'open-transaction':
      return `a transaction stays open on ${printPartition(fault)} from ${printDuration(fault.fromUs)} to ${printDuration(fault.toUs)}`;
  }
}

function printRebalance(fault: Moves | Grows): string {
  return fault.by === 'coordinator'
    ? `coordinator of ${printName(fault.group)} on ${printName(fault.component)} moves`
    : `${printTopic(fault)} gets ${fault.partitions} partitions`;
}

/** `log.orders` */
function printTopic({ component, topic }: { component: string; topic: string }): string {
  return `${printPart(component)}.${printPart(topic)}`;
}

/** `log.orders/0` */
function printPartition(of: PartitionRef): string {
  return `${printTopic(of)}/${of.partition}`;
}
