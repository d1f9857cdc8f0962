/** What entries about a log broker say in a few human words; none: the entry is of another kind. */
import type { EntryResult } from '../properties/runner/result.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';

type Say = (value: Fields, about: Fields) => string;

const SAY: Readonly<Record<string, Say>> = {
  joined: ({ group, member }) => `${textOf(member)} joins group ${textOf(group)}`,
  left: ({ group, member }) => `${textOf(member)} leaves group ${textOf(group)}`,
  expelled: ({ group, member, why }) => `${textOf(member)} is put out of group ${textOf(group)}: ${textOf(why)}`,
  rebalanced: ({ group, generation, assignment }) =>
    `group ${textOf(group)}, generation ${textOf(generation)}: ${shares(fieldsOf(assignment))}`,
  coordinatorMoved: ({ group, node }) => `group ${textOf(group)} is coordinated by broker ${textOf(node)} now`,
  assigned: (value) => `takes up ${listOf(value)} (generation ${textOf(value['generation'])})`,
  revoked: (value) => `gives up ${listOf(value)}`,
  lost: (value) => `has lost ${listOf(value)}`,
  sought: (value) => `goes on at ${textOf(value['to'])} in ${placeOf(value)} (${textOf(value['why'])})`,
  offsetsCommitted: (value, { lag }) =>
    `commits ${textOf(value['offset'])} in ${placeOf(value)} for group ${textOf(value['group'])} (lag ${textOf(lag)})`,
  offsetsRefused: (value, { error }) =>
    `commit of ${textOf(value['offset'])} in ${placeOf(value)} refused: ${textOf(error)}`,
  leaderChanged: (value) =>
    value['leader'] === undefined
      ? `${placeOf(value)} has no leader`
      : `${placeOf(value)} is led by broker ${textOf(value['leader'])} now (epoch ${textOf(value['epoch'])}${value['unclean'] === true ? ', unclean' : ''})`,
  truncated: (value) => {
    const lost = Array.isArray(value['lost']) ? value['lost'].map(textOf) : [];
    const cut = `${placeOf(value)} on broker ${textOf(value['node'])} cut from ${textOf(value['from'])} back to ${textOf(value['to'])}`;
    return lost.length === 0 ? cut : `${cut}: ${lost.join(', ')} lost`;
  },
  logStart: (value) => `${placeOf(value)} begins at ${textOf(value['to'])} now, not at ${textOf(value['from'])}`,
  partitionsAdded: ({ topic, from, to }) => `${textOf(topic)} has ${textOf(to)} partitions now, not ${textOf(from)}`,
  transactionBegan: (value) => `${transaction(value)} begins`,
  transactionCommitted: (value) => `${transaction(value)} is committed`,
  transactionAborted: (value) => `${transaction(value)} is aborted${because(value)}`,
  fenced: ({ transactionalId, why }) => `who held ${textOf(transactionalId)} is fenced${because({ why })}`,
};

export function logWordsOf({ kind, data }: EntryResult): string | undefined {
  const { value, about } = fieldsOf(data);
  return Object.hasOwn(SAY, kind) ? SAY[kind]?.(fieldsOf(value), fieldsOf(about)) : undefined;
}

function placeOf({ topic, partition }: Fields): string {
  return `${textOf(topic)}/${textOf(partition)}`;
}

/** `orders/0, orders/2` */
function listOf({ topic, partitions }: Fields): string {
  const list = Array.isArray(partitions) ? partitions : [];
  return list.map((partition) => placeOf({ topic, partition })).join(', ') || 'nothing';
}

/** `workers/0-1 has orders/0; workers/1-1 has nothing` */
function shares(assignment: Fields): string {
  const of = (topics: Fields): string =>
    Object.entries(topics)
      .map(([topic, partitions]) => listOf({ topic, partitions }))
      .join(', ') || 'nothing';
  return Object.entries(assignment)
    .map(([member, topics]) => `${member} has ${of(fieldsOf(topics))}`)
    .join('; ');
}

function transaction({ transactionalId, epoch }: Fields): string {
  return `transaction of ${textOf(transactionalId)} (epoch ${textOf(epoch)})`;
}

function because({ why }: Fields): string {
  return textOf(why) === '' ? '' : `: ${textOf(why)}`;
}
