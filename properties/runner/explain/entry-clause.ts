/** What an entry says in a sentence about the past: `inserted c1 into db.charges`; its actor is said before. */
import { ordinal } from '../../../sim/faults/words.ts';
import type { Entry } from '../../../sim/history/history.ts';
import { SAY_OF_LOG } from './log-clause.ts';
import { placeOf, subjectOf, textOf, toldBy } from './told.ts';

type Say = (entry: Entry) => string;

const SAY: Readonly<Record<string, Say>> = {
  started: (entry) => `started${versionText(entry)}`,
  crashed: (entry) => `crashed${crashText(toldBy(entry).all['why'])}`,
  stopping: () => 'was asked to stop',
  stopped: () => 'stopped',
  failed: () => 'failed',
  sent: (entry) => `sent ${textOf(toldBy(entry).all['item'])}`,
  sendFailed: (entry) => `failed to send ${textOf(toldBy(entry).all['item'])}`,
  published: (entry) => `published ${subjectOf(entry)} to ${placeOf(entry)}`,
  confirmed: (entry) => `had ${subjectOf(entry)} confirmed`,
  returned: (entry) => `had ${subjectOf(entry)} returned`,
  delivered: (entry) => `received ${subjectOf(entry)}`,
  observed: (entry) => `observed ${subjectOf(entry)}`,
  acked: (entry) => `acked ${subjectOf(entry)}`,
  nacked: (entry) =>
    `nacked ${subjectOf(entry)}${toldBy(entry).about['requeue'] === true ? ' back into its queue' : ''}`,
  settledLate: (entry) => `settled ${subjectOf(entry)} too late`,
  deadLettered: (entry) => `dead-lettered ${subjectOf(entry)} from ${placeOf(entry)}${whyDead(entry)}`,
  dropped: (entry) => `dropped ${subjectOf(entry)} from ${placeOf(entry)}${whyDropped(entry)}`,
  inserted: (entry) => `inserted ${keyOf(entry)} into ${placeOf(entry)}`,
  updated: (entry) => `updated ${keyOf(entry)} in ${placeOf(entry)}`,
  deleted: (entry) => `deleted ${keyOf(entry)} from ${placeOf(entry)}`,
  rolledBack: (entry) => `rolled back on ${placeOf(entry)}`,
  appended: (entry) => `appended version ${versionOf(entry)} to ${placeOf(entry)}`,
  read: (entry) => `read ${placeOf(entry)} at version ${versionOf(entry)}`,
  snapshotted: (entry) => `saved a snapshot of ${placeOf(entry)} at version ${versionOf(entry)}`,
  called: (entry) => `called ${placeOf(entry)}`,
  applied: (entry) => `had its call of ${placeOf(entry)} applied`,
  ...SAY_OF_LOG,
};

/** Why a queue gives a message up, by the reason that the history has. */
const GIVEN_UP: Readonly<Record<string, string>> = {
  rejected: 'rejected',
  expired: 'expired',
  maxlen: 'the queue was full',
  delivery_limit: 'it had come back too often',
};

/** Why a message is gone for good otherwise. */
const GONE: Readonly<Record<string, string>> = {
  unroutable: 'no queue is bound for it',
  refused: 'the queue for its dead letters took no more',
  cycle: 'dead letters went round in a cycle',
  restart: 'it was not on disk when the broker restarted',
  purged: 'the queue was purged',
  'queue expired': 'the queue expired, unused',
  'auto-deleted': 'the queue went with its last consumer',
  'owner gone': "the queue went with its owner's connection",
  retention: 'the topic keeps nothing that long',
  compacted: 'its key had a later record',
};

function whyDropped(entry: Entry): string {
  const reason = textOf(toldBy(entry).about['reason']);
  if (reason === '') return '';
  if (Object.hasOwn(GIVEN_UP, reason)) return ` (${GIVEN_UP[reason]}, and nothing takes its dead letters)`;
  return ` (${Object.hasOwn(GONE, reason) ? GONE[reason] : reason})`;
}

function whyDead(entry: Entry): string {
  const reason = textOf(toldBy(entry).about['reason']);
  return Object.hasOwn(GIVEN_UP, reason) ? ` (${GIVEN_UP[reason]})` : '';
}

/** Kinds of entries that hand something to a process. */
export const HANDED: ReadonlySet<string> = new Set(['delivered', 'observed']);

/** Says too which time it is that a message comes, where it is not the first. */
export function clauseOf(entry: Entry): string {
  return `${clauseOfOne(entry)}${HANDED.has(entry.kind) ? nth(entry) : ''}`;
}

/** The same of each time that a message comes. */
export function clauseOfOne(entry: Entry): string {
  const say = Object.hasOwn(SAY, entry.kind) ? SAY[entry.kind] : undefined;
  return say ? say(entry) : `${entry.kind} ${placeOf(entry)}`.trim();
}

/** Of the name of an error that nobody caught. */
function crashText(why: unknown): string {
  return typeof why === 'string' && /^[A-Z]\w*$/.test(why) ? ` with ${why}` : '';
}

function versionText(entry: Entry): string {
  const { version } = toldBy(entry).all;
  return typeof version === 'number' ? ` version ${version}` : '';
}

function nth(entry: Entry): string {
  const times = toldBy(entry).about['nth'];
  return typeof times === 'number' && times > 1 ? ` for the ${ordinal(times)} time` : '';
}

function keyOf(entry: Entry): string {
  return textOf(toldBy(entry).about['key']) || 'a row';
}

function versionOf(entry: Entry): string {
  return textOf(toldBy(entry).value['version']);
}
