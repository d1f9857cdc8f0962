/** When a consumer with auto-commit commits by itself, and what becomes of a commit that fails. */
import { expect, test } from 'vitest';
import { entriesOf, play } from '../../../world.fixture.ts';
import { service } from '../../../services/service.ts';
import type { RunRecord } from '../../../simulate.ts';
import type { ConsumerOptions } from './consumer-options.ts';
import type { Consumer } from './handle.ts';
import { facts, items, sleep, toOne, uses } from './consumer.fixture.ts';

/** The second instance joins after ten seconds. */
const automatic = (options: Partial<ConsumerOptions> = {}, work = async (): Promise<void> => {}) =>
  service('reader', uses, async ({ log }, { instance }) => {
    if (instance === 1) await sleep(10_000);
    const consumer = log.consumer(['one'], { group: 'g', autoCommit: true, heartbeatMs: 100, ...options });
    consumer.messages().subscribe(work);
  });

const MEANT = new Set(['fault', 'offsetsCommitted', 'revoked', 'lost']);

/** What happened, in order, with the offsets that were committed. */
function course({ entries }: RunRecord): string[] {
  const meant = entries.filter(({ kind }) => MEANT.has(kind));
  return meant.map(({ kind, data }) => {
    const { value } = data as { value?: { offset?: number } };
    return value?.offset === undefined ? kind : `${kind} ${value.offset}`;
  });
}

test.each(['offset commit on log fails', 'answer of offset commit on log is lost, not applied'])(
  'is tried again after 100 ms: %s',
  async (what) => {
    const faults = [`work of reader: ${what}`];
    const record = await play({ uses, services: [automatic()], items: items(1), send: toOne, faults });
    expect(course(record)).toEqual(['fault', 'offsetsCommitted 1']);
    const [first, second] = entriesOf(record, 'fault', 'offsetsCommitted');
    const afterUs = (second?.timeUs ?? 0) - (first?.timeUs ?? 0);
    expect(Math.floor(afterUs / 10_000)).toBe(10);
    expect(record.outcome).toBe('quiet');
  },
);

test('before partitions are given up a failed one is tried again, and then they are', async () => {
  const services = [automatic({ autoCommitIntervalMs: 60_000 }).with({ instances: 2 })];
  const faults = ['work of reader: offset commit on log fails', 'work of reader: 2nd offset commit on log fails'];
  const record = await play({ uses, services, items: items(1), send: toOne, faults });
  expect(course(record)).toEqual(['fault', 'fault', 'offsetsCommitted 1', 'revoked']);
  expect(facts(record, 'delivered')).toHaveLength(1);
});

test('nor are they given up on the strength of one that is still on its way', async () => {
  const services = [automatic({ autoCommitIntervalMs: 9_900 }).with({ instances: 2 })];
  const faults = ['work of reader: offset commit on log takes 300 ms longer'];
  const record = await play({ uses, services, items: items(1), send: toOne, faults });
  expect(course(record)).toEqual(['fault', 'offsetsCommitted 1', 'offsetsCommitted 1', 'revoked']);
});

test('who is put out in the meantime gives up what it has lost', async () => {
  const services = [automatic({ autoCommitIntervalMs: 60_000 }).with({ instances: 2 })];
  const faults = [
    'work of reader: offset commit on log fails',
    'work of reader: session times out before 2nd offset commit on log',
  ];
  const record = await play({ uses, services, items: items(1), send: toOne, faults });
  expect(course(record).slice(0, 3)).toEqual(['fault', 'fault', 'lost']);
});

test('commits where a partition begins of which nothing was committed, though nothing comes', async () => {
  const record = await play({ uses, services: [automatic({ from: 'latest' })], items: items(1), send: toOne });
  expect(course(record)).toEqual(['offsetsCommitted 1']);
  expect(facts(record, 'delivered')).toEqual([]);
});

test('commits what is read from where its own code went at the assignment', async () => {
  const reader = service('reader', uses, ({ log }) => {
    const onAssigned = (): Promise<void> => consumer.seek('one', 0, 1n);
    const consumer: Consumer = log.consumer(['one'], { group: 'g', autoCommit: true, onAssigned });
    consumer.messages().subscribe(() => {});
  });
  const record = await play({ uses, services: [reader], items: items(3), send: toOne });
  expect(course(record)).toEqual(['offsetsCommitted 3']);
});
