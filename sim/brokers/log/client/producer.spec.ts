import { describe, expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, entriesOf, happened, play } from '../../../world.fixture.ts';
import type { ProducerOptions } from './producer-config.ts';
import { sleep } from './consumer.fixture.ts';
import { type Here, logOf, producing, uses } from './producer.fixture.ts';

const fails = (nth: string): string => `1st send of p1: ${nth} produce of T to log fails`;
const CONFIRM_LOST = '1st send of p1: confirm of produce of T to log is lost';
const PLAIN = { idempotence: false } satisfies ProducerOptions;

describe('order', () => {
  test('records of one partition are stored as they were handed over', async () => {
    const { record, offsets } = await producing({ ids: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] });
    expect(logOf(record)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(offsets).toMatchObject({ a: 0n, d: 3n, h: 7n });
  });

  test('without idempotence a batch that failed comes behind the one that overtook it', async () => {
    const { record, ends } = await producing({ ids: ['a', 'b'], options: PLAIN, faults: [fails('1st')] });
    expect(logOf(record)).toEqual(['b', 'a']);
    expect(ends).toEqual(['resolved', 'resolved']);
  });

  test('one batch in flight keeps the order without idempotence', async () => {
    const options = { ...PLAIN, maxInFlight: 1 };
    const { record } = await producing({ ids: ['a', 'b', 'c'], options, faults: [fails('1st')] });
    expect(logOf(record)).toEqual(['a', 'b', 'c']);
  });

  test('fact 29: with idempotence those behind wait for the one that failed', async () => {
    const { record } = await producing({ isKnown: true, ids: ['a', 'b', 'c'], faults: [fails('1st'), fails('4th')] });
    expect(logOf(record)).toEqual(['first', 'a', 'b', 'c']);
  });

  test('fact 29: brokers take any number first from a producer that they do not know: its first batch goes alone', async () => {
    const { record, ends } = await producing({ ids: ['a', 'b', 'c'], faults: [fails('1st')] });
    expect([ends, logOf(record)]).toEqual([
      ['resolved', 'resolved', 'resolved'],
      ['a', 'b', 'c'],
    ]);
  });

  test.each([
    [false, 'published confirmed published confirmed'],
    [true, 'published published confirmed confirmed'],
  ])('a batch follows before the first is answered only if brokers know the producer: %s', async (isKnown, order) => {
    const faults = ['1st send of p1: 1st produce of T to log answers 1 s late'];
    const { record } = await producing({ isKnown, ids: ['a', 'b'], options: { batchRecords: 1 }, faults });
    const entries = entriesOf(record, 'published', 'confirmed').filter((entry) => {
      return (happened(entry).value as { type: string }).type === 'T';
    });
    expect(entries.map(({ kind }) => kind).join(' ')).toBe(order);
  });

  test('kafkajs tries each call again by itself', async () => {
    const options = { client: 'kafkajs' } as const;
    const { record } = await producing({ ids: ['a', 'b', 'c'], options, faults: [fails('2nd')] });
    expect(logOf(record)).toEqual(['a', 'c', 'b']);
  });
});

describe('fact 29: what the client sends again', () => {
  test('is stored once with idempotence, twice without', async () => {
    const faults = [CONFIRM_LOST];
    const idempotent = await producing({ ids: ['a'], faults });
    const plain = await producing({ ids: ['a'], faults, options: PLAIN });
    expect([logOf(idempotent.record), logOf(plain.record)]).toEqual([['a'], ['a', 'a']]);
    expect([idempotent.offsets['a'], plain.offsets['a']]).toEqual([0n, 1n]);
  });

  test('what was on a connection that broke never comes', async () => {
    const faults = ['T to log takes 3 s longer', 'disconnect from log before produce of U to log'];
    const record = await play({
      uses,
      faults: [`1st send of p1: produce of ${faults[0]}`, `1st send of p1: ${faults[1]}`],
      send: async (_, { log }) => {
        const producer = log.producer(PLAIN);
        const first = producer.produce('one', { id: 'a', type: 'T', body: 1 });
        await producer.produce('many', { id: 'b', type: 'U', body: 1 });
        await first;
      },
    });
    expect([logOf(record), record.faults.map(({ tookEffect }) => tookEffect)]).toEqual([['a'], [true, true]]);
  });

  test('a delivery is caused by the attempt that was stored', async () => {
    const reader = service('reader', uses, ({ log }) => {
      log.consume(['one'], { group: 'readers' }).subscribe(({ commit }) => void commit());
    });
    const send = async (id: string, { log }: Here): Promise<void> => {
      await log.produce('one', { id, type: 'T', body: 1 });
    };
    const record = await play({ uses, services: [reader], faults: [CONFIRM_LOST], send });
    const [published] = entriesOf(record, 'published');
    expect(entriesOf(record, 'delivered').map(({ causes }) => causes)).toEqual([[published?.n]]);
  });

  test('what is over keeps no run going', async () => {
    const { record } = await producing({ isKnown: true, ids: ['a', 'b'], faults: [fails('1st')] });
    expect(record.timeUs).toBeLessThan(1_000_000);
  });

  test('what the application sends again is another record', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      send: async (id, { log }) => {
        const send = () => log.produce('one', { id, type: 'T', body: { id } });
        ends.push(await ending(send()), await ending(send()));
      },
      faults: ['1st send of p1: answer of produce of T to log is lost, applied'],
    });
    expect(ends).toEqual(['EDDY_TIMEOUT', 'resolved']);
    expect(logOf(record)).toEqual(['p1', 'p1']);
    const lineages = entriesOf(record, 'published').map((entry) => happened(entry).about?.['lineage']);
    expect(lineages).toEqual(['T#p1', 'T#p1']);
  });

  test('a copy that a fault sends is another record, and says so', async () => {
    const { record } = await producing({ ids: ['a'], faults: ['1st arrival of T#p1 in one: comes again after 20 ms'] });
    expect(logOf(record)).toEqual(['a', 'a']);
    expect(entriesOf(record, 'published').map((entry) => happened(entry).about?.['copy'])).toEqual([undefined, true]);
  });
});

describe('what becomes of a call', () => {
  const out = (mode: string, to: string): string => `log is ${mode} from 0 s to ${to}`;

  test.each([
    ['refusing', 'EDDY_UNAVAILABLE', 'DISCONNECTED', 'log.one/0 did not take the record: it is not in the log'],
    [
      'silent',
      'EDDY_TIMEOUT',
      'REQUEST_TIMED_OUT',
      'no answer came from log.one/0 in time: the record may be in the log or not',
    ],
  ])('brokers that are %s beyond the delivery time-out: %s', async (mode, code, kafka, says) => {
    const errors: unknown[] = [];
    const record = await play({
      uses,
      send: (_, { log }) => log.produce('one', { type: 'T', body: 1 }).then(undefined, (e) => void errors.push(e)),
      faults: [out(mode, '20 s')],
    });
    expect(errors).toMatchObject([{ code, data: { kafka }, message: `${kafka}: ${says}` }]);
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    expect(logOf(record)).toEqual([]);
  });

  test.each(['refusing', 'silent'])('brokers that are %s for less: it is stored once they are back', async (mode) => {
    const { record, ends } = await producing({ ids: ['a', 'b'], faults: [out(mode, '5 s')] });
    expect([ends, logOf(record)]).toEqual([
      ['resolved', 'resolved'],
      ['a', 'b'],
    ]);
  });

  test('it fails when its retries are used up', async () => {
    const { record, ends } = await producing({
      ids: ['a'],
      options: { ...PLAIN, retries: 1 },
      faults: [fails('1st'), fails('2nd')],
    });
    expect([ends, logOf(record)]).toEqual([['EDDY_UNAVAILABLE'], []]);
  });

  test('it is under way for its process until it is answered: a graceful stop waits for it', async () => {
    const ends: string[] = [];
    const worker = service('worker', uses, async ({ log }) => {
      ends.push(await ending(log.produce('one', { id: 'a', type: 'T', body: 1 })));
    });
    const record = await play({
      uses,
      services: [worker],
      items: [],
      send: () => Promise.resolve(),
      faults: ['1st start of worker: graceful stop before produce of T to log', 'log is refusing from 0 s to 4 s'],
    });
    expect(ends).toEqual(['resolved', 'resolved']);
    const [stopped] = entriesOf(record, 'stopped');
    expect(stopped?.data).toEqual({ why: 'nothing pending' });
    expect(stopped?.timeUs).toBeGreaterThan(4_000_000);
  });
});

describe('after a batch was given up', () => {
  test.each([
    ['not applied', ['first', 'b', 'c', 'd']],
    ['applied', ['first', 'a', 'b', 'c', 'd']],
  ])('those behind it are stored once, in order, in a new epoch if need be: %s', async (word, stored) => {
    const ends: string[] = [];
    const record = await play({
      uses,
      faults: [`1st send of p1: answer of produce of A to log is lost, ${word}`],
      send: async (_, { log }) => {
        const producer = log.producer({ deliveryTimeoutMs: 1_000 });
        const send = (id: string) => producer.produce('one', { id, type: id.toUpperCase(), body: {} });
        await send('first');
        const lost = ending(send('a'));
        await sleep(500);
        const behind = [ending(send('b')), ending(send('c'))];
        ends.push(await lost, ...(await Promise.all(behind)), await ending(send('d')));
      },
    });
    expect(ends).toEqual(['EDDY_TIMEOUT', 'resolved', 'resolved', 'resolved']);
    expect(logOf(record)).toEqual(stored);
  });
});

describe('fact 25: acks', () => {
  test('0 settles at once with offset -1, whatever comes of it', async () => {
    for (const faults of [[], [fails('1st')], [CONFIRM_LOST], ['log is silent from 0 s to 2 s']]) {
      const { record, offsets } = await producing({ ids: ['a'], options: { acks: 0 }, faults });
      const [confirmed] = entriesOf(record, 'confirmed');
      expect([offsets, (confirmed?.timeUs ?? Infinity) < 100_000]).toEqual([{ a: -1n }, true]);
    }
  });

  test('0 has no offset for any record of a batch', async () => {
    const { record, offsets } = await producing({ ids: ['a', 'b'], options: { acks: 0, lingerMs: 10 } });
    expect(offsets).toEqual({ a: -1n, b: -1n });
    expect(logOf(record)).toEqual(['a', 'b']);
  });

  test('0 loses what the broker refused, and nobody hears of it', async () => {
    const { record, ends } = await producing({ ids: ['a'], options: { acks: 0 }, faults: [fails('1st')] });
    expect([ends, logOf(record)]).toEqual([['resolved'], []]);
  });

  test('1 may lose what was confirmed when the leader fails; all does not while one in sync lives', async () => {
    const failover = '1st send of p1: leader of log fails over between 2nd produce of T to log and its answer';
    const ends = async (acks: 0 | 1 | 'all') => {
      const { record, ends } = await producing({ ids: ['a', 'b', 'c'], options: { acks }, faults: [failover] });
      expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
      return [ends.every((end) => end === 'resolved'), logOf(record)];
    };
    expect(await ends('all')).toEqual([true, ['a', 'b', 'c']]);
    expect(await ends(1)).toEqual([true, ['c']]);
    expect(await ends(0)).toEqual([true, []]);
  });

  test('fact 27: an unclean election loses what all in-sync replicas had', async () => {
    const unclean = '1st send of p1: leader of log fails over uncleanly before produce of Next to log';
    const { record, ends } = await producing({
      topic: 'unclean',
      ids: ['a', 'b'],
      faults: [unclean],
      afterwards: async (producer) => {
        await producer.produce('unclean', { id: 'c', type: 'Next', body: {} });
      },
    });
    expect([ends, logOf(record, 'unclean').slice(-1)]).toEqual([['resolved', 'resolved'], ['c']]);
    expect(logOf(record, 'unclean').length).toBeLessThan(3);
  });

  test('1 settles when the leader has it, all when its followers have it too', async () => {
    const answered = async (acks: 1 | 'all'): Promise<number> => {
      const { record } = await producing({ ids: ['a'], options: { acks } });
      const [published, confirmed] = entriesOf(record, 'published', 'confirmed');
      return (confirmed?.timeUs ?? 0) - (published?.timeUs ?? 0);
    };
    expect(await answered('all')).toBeGreaterThan((await answered(1)) + 199);
  });
});

describe('batches', () => {
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const operations = async (options: ProducerOptions): Promise<[number, string[]]> => {
    const nths = ['1st', '2nd', '3rd', '4th', '5th', '6th', '7th', '8th'];
    const faults = nths.map((nth) => `1st send of p1: ${nth} produce of T to log takes 1 us longer`);
    const { record } = await producing({ ids: all, options, faults });
    return [record.faults.filter(({ tookEffect }) => tookEffect).length, logOf(record)];
  };

  test('wait for more records as long as they are told to', async () => {
    expect(await operations({ lingerMs: 5 })).toEqual([1, all]);
    expect(await operations({ lingerMs: 5, batchRecords: 2 })).toEqual([4, all]);
  });

  test('but no longer than it takes to close their producer, which waits for its answers', async () => {
    const told: string[] = [];
    const { record } = await producing({
      ids: [],
      afterwards: async (_, { log }) => {
        const producer = log.producer({ lingerMs: 5_000 });
        void producer.produce('one', { id: 'a', type: 'T', body: {} }).then(() => told.push('stored'));
        await producer.close();
        told.push('closed');
      },
    });
    expect(told).toEqual(['stored', 'closed']);
    expect(entriesOf(record, 'published')[0]?.timeUs).toBeLessThan(1_000_000);
  });

  test('and as long as too many are in flight', async () => {
    expect(await operations({ maxInFlight: 1 })).toEqual([2, all]);
  });
});
