/** What an entry says in a few human words: `PaymentRequested p1 delivered from payments (redelivered)`. */
import type { EntryResult } from '../properties/runner/result.ts';
import { channelsOf, componentOf, type Fields, fieldsOf, inShort, textOf } from './fields.ts';
import { logWordsOf } from './log-words.ts';
import { clip, oneLine } from './text.ts';
import { duration } from './time.ts';

const WORDS_MAX = 180;

type Say = (entry: EntryResult, data: Fields) => string;

const SAY: Readonly<Record<string, Say>> = {
  started: (_, { incarnation, version }) =>
    [
      typeof incarnation === 'number' && incarnation > 1 ? `started again (incarnation ${incarnation})` : 'started',
      typeof version === 'number' ? `version ${version}` : '',
    ]
      .filter(Boolean)
      .join(', '),
  crashed: (_, { death, why }) => `crashed (${[textOf(death), textOf(why)].filter(Boolean).join(': ')})`,
  stopping: (_, { graceUs }) =>
    typeof graceUs === 'number' ? `is asked to stop within ${duration(graceUs)}` : 'is asked to stop',
  stopped: (_, { why }) => `stopped (${textOf(why)})`,
  fault: (_, { sentence }) => textOf(sentence),
  sent: (_, { item, nth }) => `sends ${textOf(item)}${typeof nth === 'number' && nth > 1 ? `, try ${nth}` : ''}`,
  sendFailed: (_, { item, why }) => `send of ${textOf(item)} failed: ${textOf(why)}`,
  failed: (_, { why }) => `failed: ${textOf(why)}`,
  outage: (_, { component, availability }) => `${textOf(component)} is out (${textOf(availability)})`,
  healed: (_, { component }) => `${textOf(component)} is back`,
  published: (entry) => message(entry, 'published', 'to'),
  confirmed: (entry) => message(entry, 'confirmed', 'for'),
  returned: (entry) => message(entry, 'returned: no queue takes it', 'to'),
  delivered: (entry) => message(entry, 'delivered', 'from'),
  acked: (entry) => message(entry, 'acked', 'on'),
  nacked: (entry) => message(entry, 'nacked', 'on'),
  settledLate: (entry) => message(entry, 'settled too late: it had been taken back', 'on'),
  channelClosed: (entry) => `channel closed: a delivery from ${channelsOf(entry).join(', ')} was not settled in time`,
  consumerCancelled: (entry) =>
    `consumer cancelled: a delivery from ${channelsOf(entry).join(', ')} was not settled in time`,
  deadLettered: (entry) => message(entry, 'dead-lettered', 'from'),
  dropped: (entry) => message(entry, 'dropped', 'from'),
  aborted: (entry) => message(entry, 'aborted with its transaction', 'in'),
  declared: (entry) => `declared queue ${channelsOf(entry).join(', ')} on ${componentOf(entry) ?? 'a broker'}`,
  bound: (entry) => {
    const { exchange, key } = fieldsOf(fieldsOf(entry.data)['value']);
    const by = textOf(key) === '' ? '' : `, key ${textOf(key)}`;
    return `bound queue ${channelsOf(entry).join(', ')} to ${textOf(exchange)}${by} on ${componentOf(entry) ?? 'a broker'}`;
  },
  handlerFailed: (entry) => message(entry, 'not handled: its handler failed', 'from'),
  mutated: (entry) => message(entry, 'changed by its consumer', 'of'),
  seeded: (entry) => row(entry, 'there from the start in'),
  inserted: (entry) => row(entry, 'inserted into'),
  updated: (entry) => row(entry, 'updated in'),
  deleted: (entry) => row(entry, 'deleted from'),
  rolledBack: (entry) => `transaction on ${componentOf(entry) ?? 'a store'} rolled back`,
  appended: (entry) => stored(entry, 'appended to'),
  observed: (entry) => stored(entry, 'observed from'),
  snapshotted: (entry) => {
    const { stream, version } = fieldsOf(fieldsOf(entry.data)['value']);
    return `snapshot of ${clip(textOf(stream), 80)} at version ${textOf(version)} saved to ${componentOf(entry) ?? '?'}`;
  },
  read: (entry) => {
    const { stream, version } = fieldsOf(fieldsOf(entry.data)['value']);
    return `${clip(textOf(stream), 80)} read up to version ${textOf(version)} from ${componentOf(entry) ?? '?'}`;
  },
  called: (entry) => call(entry, 'tried'),
  applied: (entry) => call(entry, 'applied'),
};

/** One line of plain text, not escaped for any format. */
export function wordsOf(entry: EntryResult): string {
  const data = fieldsOf(entry.data);
  const say = Object.hasOwn(SAY, entry.kind) ? SAY[entry.kind] : undefined;
  const words = say ? say(entry, data) : (logWordsOf(entry) ?? `${entry.kind} ${inShort(data)}`);
  return clip(oneLine(words), WORDS_MAX);
}

function message(entry: EntryResult, did: string, preposition: string): string {
  const data = fieldsOf(entry.data);
  const { type, id } = fieldsOf(data['value']);
  const about = fieldsOf(data['about']);
  const where = channelsOf(entry).join(' and ');
  const notes = [
    about['redelivered'] === true ? 'redelivered' : '',
    about['requeue'] === true ? 'requeued' : about['requeue'] === false ? 'not requeued' : '',
    textOf(about['reason']),
  ].filter(Boolean);
  const to = textOf(about['to']);
  return [
    clip(`${textOf(type)} ${textOf(id)}`.trim() || 'message', 80),
    did,
    where && `${preposition} ${where}`,
    to && `to ${to}`,
    notes.length > 0 && `(${notes.join(', ')})`,
  ]
    .filter(Boolean)
    .join(' ');
}

function row(entry: EntryResult, did: string): string {
  const key = textOf(fieldsOf(fieldsOf(entry.data)['about'])['key']);
  return `row ${did} ${channelsOf(entry).join(', ')} ${clip(key, 80)}`;
}

function stored(entry: EntryResult, did: string): string {
  const { id, event } = fieldsOf(fieldsOf(entry.data)['value']);
  const type = textOf(fieldsOf(event)['type']) || 'event';
  return `${clip(`${type} ${textOf(id)}`.trim(), 80)} ${did} ${componentOf(entry) ?? '?'}`;
}

function call(entry: EntryResult, did: string): string {
  return `${channelsOf(entry).join(', ')} on ${componentOf(entry) ?? '?'} ${did}`;
}
