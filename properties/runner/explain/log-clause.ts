/** What an entry about a log broker says in a sentence about the past, its actor said before; what a fault of one did. */
import type { LogFault } from '../../../sim/faults/log-fault.ts';
import type { Entry } from '../../../sim/history/history.ts';
import { inShort } from '../../../sim/faults/words.ts';
import { lostIn, subjectOf, textOf, toldBy } from './told.ts';

type Fields = Readonly<Record<string, unknown>>;

export const SAY_OF_LOG: Readonly<Record<string, (entry: Entry) => string>> = {
  joined: (entry) => `took ${of(entry, 'member')} into group ${of(entry, 'group')}`,
  left: (entry) => `let ${of(entry, 'member')} leave group ${of(entry, 'group')}`,
  expelled: (entry) => `put ${of(entry, 'member')} out of group ${of(entry, 'group')} (${of(entry, 'why')})`,
  rebalanced: (entry) => `assigned generation ${of(entry, 'generation')} of group ${of(entry, 'group')}`,
  coordinatorMoved: (entry) => `moved the coordinator of group ${of(entry, 'group')}`,
  assigned: (entry) => `took up ${listOf(toldBy(entry).value)}`,
  revoked: (entry) => `gave up ${listOf(toldBy(entry).value)}`,
  lost: (entry) => `lost ${listOf(toldBy(entry).value)}`,
  sought: (entry) => `went on at ${of(entry, 'to')} in ${partitionOf(entry)}`,
  offsetsCommitted: (entry) => `committed offset ${of(entry, 'offset')} in ${partitionOf(entry)}`,
  offsetsRefused: (entry) => `was refused its commit of offset ${of(entry, 'offset')} in ${partitionOf(entry)}`,
  handlerFailed: (entry) => `failed at ${subjectOf(entry)}`,
  leaderChanged: (entry) => `gave ${partitionOf(entry)} another leader`,
  truncated: cutClause,
  logStart: (entry) => `removed what stood below ${of(entry, 'to')} in ${partitionOf(entry)}`,
  partitionsAdded: (entry) => `gave ${of(entry, 'topic')} ${of(entry, 'to')} partitions`,
  transactionBegan: (entry) => `began a transaction of ${of(entry, 'transactionalId')}`,
  transactionCommitted: (entry) => `committed a transaction of ${of(entry, 'transactionalId')}`,
  transactionAborted: (entry) => `aborted a transaction of ${of(entry, 'transactionalId')}`,
  fenced: (entry) => `fenced who held ${of(entry, 'transactionalId')}`,
  aborted: (entry) => `had ${subjectOf(entry)} aborted`,
};

function cutClause(entry: Entry): string {
  const [first, ...others] = lostIn(entry);
  if (first === undefined) return `cut ${partitionOf(entry)} back to ${of(entry, 'to')}`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `cut ${inShort(first)}${more} off ${partitionOf(entry)}`;
}

/** Where it is struck by a delivery's or produce's operation; at a time it speaks for itself. */
export function logFaultText(fault: LogFault): string | undefined {
  if (!('place' in fault)) return undefined;
  if (fault.kind === 'failover') {
    return `had a leader fail over${fault.unclean ? ' uncleanly' : ''}`;
  }
  return fault.by === 'session' ? 'had its session time out' : 'exceeded its poll interval';
}

function of(entry: Entry, field: string): string {
  return textOf(toldBy(entry).value[field]) || 'nobody';
}

function partitionOf(entry: Entry): string {
  const { topic, partition } = toldBy(entry).value;
  return `${textOf(topic)}/${textOf(partition)}`;
}

function listOf({ topic, partitions }: Fields): string {
  const list = Array.isArray(partitions) ? partitions : [];
  return list.map((each) => `${textOf(topic)}/${textOf(each)}`).join(', ') || 'nothing';
}
