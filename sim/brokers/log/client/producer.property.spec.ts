/** What holds of producers whatever befalls their attempts; and what does not without idempotence, or with acks=1. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ordinal } from '../../../faults/words.ts';
import type { RunRecord } from '../../../simulate.ts';
import { ending, entriesOf, happened, play } from '../../../world.fixture.ts';
import { logBroker } from '../component.ts';
import { sleep } from './consumer.fixture.ts';
import type { ProducerOptions } from './producer-config.ts';

const log = logBroker('log', { topics: { orders: { partitions: 2 } } });
const uses = { log };

interface Case {
  /** For each item, the keys of the records that are handed over at once. */
  readonly items: readonly (readonly string[])[];
  /** Whether an item waits for the answers of the one before. */
  readonly waits: boolean;
  /** How long the next item is waited for, so that it may outlive one that is given up. */
  readonly restMs: number;
  readonly options: ProducerOptions;
  readonly faults: readonly string[];
}

const EFFECTS = [
  'produce of T to log fails',
  'confirm of produce of T to log is lost',
  'answer of produce of T to log is lost, applied',
  'answer of produce of T to log is lost, not applied',
  'produce of T to log takes 3 s longer',
  'produce of T to log answers 8 s late',
];
const PLACED = ['disconnect from log', 'half-open connection to log', 'leader of log fails over'];

const withNth = (words: string, nth: number): string =>
  words.replace('produce of T to log', `${ordinal(nth)} produce of T to log`);
const effect = fc.oneof(
  fc.tuple(fc.constantFrom(...EFFECTS), fc.integer({ min: 1, max: 6 })).map(([words, nth]) => withNth(words, nth)),
  fc
    .tuple(fc.constantFrom(...PLACED), fc.constantFrom('before', 'between', 'after'), fc.integer({ min: 1, max: 6 }))
    .map(([what, gap, nth]) => {
      const of = `${ordinal(nth)} produce of T to log`;
      return gap === 'between' ? `${what} between ${of} and its answer` : `${what} ${gap} ${of}`;
    }),
);
const strikes = fc.tuple(fc.integer({ min: 0, max: 3 }), effect).map(([item, what]) => `1st send of p${item}: ${what}`);
const windows = fc
  .tuple(fc.constantFrom('refusing', 'silent'), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 15_000 }))
  .map(([mode, from, ms]) => `log is ${mode} from ${from} ms to ${from + ms} ms`);

const cases = (options: fc.Arbitrary<ProducerOptions>): fc.Arbitrary<Case> =>
  fc.record({
    items: fc.array(fc.array(fc.constantFrom('k', 'l', 'm'), { minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    }),
    waits: fc.boolean(),
    restMs: fc.constantFrom(0, 0, 300, 900),
    options,
    faults: fc.array(fc.oneof({ weight: 5, arbitrary: strikes }, windows), { maxLength: 4 }),
  });

/** How each call ended, and the run; calls are named by item and place. */
async function playing({
  items,
  waits,
  restMs,
  options,
  faults,
}: Case): Promise<{ record: RunRecord; ends: Map<string, string> }> {
  const ends = new Map<string, string>();
  let producing: ((key: string, id: string) => Promise<unknown>) | undefined;
  const record = await play({
    uses,
    faults,
    items: items.map((_, n) => `p${n}`),
    send: async (item, { log }) => {
      const producer = log.producer(options);
      producing ??= (key, id) => producer.produce('orders', { id, type: 'T', key, body: { id } });
      const make = producing;
      const each = (items[Number(item.slice(1))] ?? []).map(async (key, n) => {
        ends.set(`${item}.${n}`, await ending(make(key, `${item}.${n}`)));
      });
      if (waits) await Promise.all(each);
      if (restMs > 0) await sleep(restMs);
    },
  });
  return { record, ends };
}

interface Stored {
  readonly id: string;
  readonly key: string;
  readonly call: number;
}

/** The logs in the end, by partition. */
function logsOf(record: RunRecord): Stored[][] {
  const logs = [new Map<number, Stored>(), new Map<number, Stored>()];
  for (const entry of entriesOf(record, 'published', 'leaderChanged')) {
    const { value, about = {} } = happened(entry);
    if (entry.kind === 'published') {
      const { id, key = '' } = value as { id: string; key?: string };
      logs[Number(about['partition'])]?.set(Number(about['offset']), { id, key, call: Number(about['call']) });
    } else {
      const { partition, end } = value as { partition: number; end: number };
      const cut = logs[partition] ?? new Map<number, Stored>();
      for (const offset of cut.keys()) if (offset >= end) cut.delete(offset);
    }
  }
  return logs.map((log) => [...log.entries()].toSorted(([a], [b]) => a - b).map(([, stored]) => stored));
}

const isOrdered = (calls: readonly number[]): boolean =>
  calls.every((call, n) => n === 0 || call > (calls[n - 1] ?? 0));

/** What is wrong with the logs; nothing if every record is there at most once, and each key's in the order of their calls. */
function wrongWith(record: RunRecord): 'twice' | 'order' | undefined {
  const logs = logsOf(record);
  const ids = logs.flat().map(({ id }) => id);
  if (new Set(ids).size < ids.length) return 'twice';
  const keys = new Set(logs.flat().map(({ key }) => key));
  const calls = (key: string): number[] =>
    logs.flatMap((log) => log.filter((stored) => stored.key === key).map(({ call }) => call));
  return [...keys].every((key) => isOrdered(calls(key))) ? undefined : 'order';
}

/** Whether what every caller was told is so. */
function liesTo(record: RunRecord, ends: ReadonlyMap<string, string>): string[] {
  const stored = new Set(logsOf(record).flatMap((log) => log.map(({ id }) => id)));
  return [...ends.entries()]
    .filter(([id, end]) => (end === 'resolved' && !stored.has(id)) || (end === 'EDDY_UNAVAILABLE' && stored.has(id)))
    .map(([id, end]) => `${id} ${end}`);
}

const batching = {
  lingerMs: fc.constantFrom(0, 0, 2),
  batchRecords: fc.constantFrom(1, 2, 100),
  deliveryTimeoutMs: fc.constantFrom(1_000, 2_000, 10_000),
};

describe('an idempotent producer, whatever befalls it', () => {
  const idempotent = fc.record({ ...batching, maxInFlight: fc.integer({ min: 1, max: 5 }) });

  test("stores each record once at most, each key's in order, and tells the truth", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases(idempotent), async (each) => {
        const { record, ends } = await playing(each);
        expect(record.outcome).toBe('quiet');
        expect(ends.size).toBe(each.items.flat().length);
        expect({ wrong: wrongWith(record), lies: liesTo(record, ends) }).toEqual({ wrong: undefined, lies: [] });
      }),
      { numRuns: 300 },
    );
  });
});

/** The kinds of harm that some of these runs come to. */
async function harms(options: fc.Arbitrary<ProducerOptions>): Promise<Set<string>> {
  const found = new Set<string>();
  for (const each of fc.sample(cases(options), { numRuns: 150, seed: 7 })) {
    const { record, ends } = await playing(each);
    const wrong = wrongWith(record);
    if (wrong) found.add(wrong);
    if (liesTo(record, ends).length > 0) found.add('lost');
  }
  return found;
}

test('without idempotence records are there twice, or out of order; with acks=1 confirmed ones are lost', async () => {
  expect(await harms(fc.record({ ...batching, idempotence: fc.constant(false) }))).toEqual(new Set(['twice', 'order']));
  expect(await harms(fc.record({ acks: fc.constant(1 as const) }))).toEqual(new Set(['twice', 'order', 'lost']));
});

test('one batch in flight keeps the order, but does not keep copies out', async () => {
  const options = fc.constant({ idempotence: false, maxInFlight: 1 } as const);
  expect(await harms(options)).toEqual(new Set(['twice']));
});
