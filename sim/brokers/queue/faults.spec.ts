/** Faults of the queue broker: each prints and parses, strikes where it fits, is counted, and heals. */
import { describe, expect, test } from 'vitest';
import { firstValueFrom, timer } from 'rxjs';
import { virtualTime } from '../../kernel/rx-scheduler.ts';
import { service } from '../../services/service.ts';
import { ending, entriesOf, happened, play, story } from '../../world.fixture.ts';
import { queueBroker } from './component.ts';
import type { Delivery } from './delivery.ts';

const mq = queueBroker('mq', {
  queues: {
    work: {},
    quorum: { type: 'quorum' },
    passing: { durable: false },
    both: {},
  },
  exchanges: { all: { type: 'fanout', bind: [{ queue: 'work' }, { queue: 'both' }] } },
});
type Mq = NonNullable<(typeof mq)['~port']>;
const uses = { mq };
const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms, virtualTime));

/** A service that reads a queue from some time on. */
const reader = (
  handle: (delivery: Delivery<unknown>) => Promise<unknown>,
  o: { from?: number; queue?: 'work' | 'quorum' | 'passing' } = {},
) =>
  service('reader', uses, async ({ mq }) => {
    if (o.from !== undefined) await sleep(o.from);
    mq.consume(o.queue ?? 'work').subscribe((delivery) => void handle(delivery));
  });
const acking = reader((delivery) => delivery.ack().catch(() => {}));

const send = (item: string, { mq }: { mq: Mq }): Promise<void> =>
  mq.publish({ key: 'work' }, {}, { id: item, type: 'T' });

const effects = ({ faults }: Awaited<ReturnType<typeof play>>): string[] =>
  faults.map(({ reached, tookEffect }) => (tookEffect ? 'took effect' : reached ? 'no effect' : 'not reached'));

describe('a message arrives', () => {
  const toAll = (item: string, { mq }: { mq: Mq }): Promise<void> =>
    mq.publish({ exchange: 'all', key: '' }, {}, { id: item, type: 'T' });
  const both = service('both', uses, ({ mq }) => {
    for (const queue of ['work', 'both'] as const) mq.consume(queue).subscribe(({ ack }) => void ack());
  });
  /** `p1 in work at 3 s`, each delivery, flagged or not. */
  async function arriving(...faults: readonly string[]) {
    const record = await play({ uses, services: [both], items: ['p1', 'p2'], send: toAll, faults });
    const delivered = entriesOf(record, 'delivered').map((entry) => {
      const { value, channels, about } = happened(entry);
      const flag = about?.['redelivered'] === true ? ', again' : '';
      return `${(value as { id: string }).id} in ${channels.join(' ')} at ${Math.floor(entry.timeUs / 1e6)} s${flag}`;
    });
    const confirmed = entriesOf(record, 'confirmed').map(({ timeUs }) => Math.floor(timeUs / 1e6));
    return { delivered: delivered.toSorted(), confirmed, effects: effects(record) };
  }

  test('late in one of its queues: the other one does not wait for it, and its publisher does', async () => {
    expect(await arriving('1st arrival of T#p1 in work: comes 3 s late')).toEqual({
      delivered: ['p1 in both at 0 s', 'p1 in work at 3 s', 'p2 in both at 3 s', 'p2 in work at 3 s'],
      confirmed: [3, 3],
      effects: ['took effect'],
    });
  });

  test('late in each of its queues: its publisher waits for the last one', async () => {
    const late = ['both: comes 1 s', 'work: comes 3 s'].map((each) => `1st arrival of T#p1 in ${each} late`);
    expect((await arriving(...late)).confirmed).toEqual([3, 3]);
  });

  test('twice in one of its queues, the copy unflagged', async () => {
    const { delivered, ...rest } = await arriving('1st arrival of T#p1 in work: comes again after 2 s');
    expect(delivered).toEqual([
      'p1 in both at 0 s',
      'p1 in work at 0 s',
      'p1 in work at 2 s',
      'p2 in both at 0 s',
      'p2 in work at 0 s',
    ]);
    expect(rest).toEqual({ confirmed: [0, 0], effects: ['took effect'] });
  });

  test('and is known to be given up some day only where its queue has a delivery limit', async () => {
    const limits = await Promise.all(
      (['work', 'quorum'] as const).map(async (queue) => {
        const to = (item: string, { mq }: { mq: Mq }): Promise<void> =>
          mq.publish({ key: queue }, {}, { id: item, type: 'T' });
        const services = [reader(({ ack }) => ack(), { queue })];
        const { sites } = await play({ uses, services, send: to, recordSites: true });
        return sites.flatMap((site) => (site.what === 'delivery' ? site.isLimited : []));
      }),
    );
    expect(limits).toEqual([[false], [true]]);
  });
});

describe('the broker restarts', () => {
  /** Publishes before the restart, reads after it. */
  async function restarted(queue: 'work' | 'quorum' | 'passing', persistent?: boolean) {
    const o = { id: 'p1', type: 'T', ...(persistent === undefined ? {} : { persistent }) };
    const record = await play({
      uses,
      services: [reader((delivery) => delivery.ack(), { from: 5000, queue })],
      send: (_, { mq }) => mq.publish({ key: queue }, {}, o),
      faults: ['mq is restarting from 1 s to 3 s'],
    });
    return { record, delivered: story(record, 'delivered').length };
  }

  test.each([
    ['work', undefined, 1],
    ['work', true, 1],
    ['work', false, 0],
    ['quorum', false, 1],
    ['passing', true, 0],
  ] as const)('a message in %s, persistent: %s, comes %i times', async (queue, persistent, times) => {
    const { record, delivered } = await restarted(queue, persistent);
    expect(delivered).toBe(times);
    expect(effects(record)).toEqual([times === 1 ? 'no effect' : 'took effect']);
    expect(entriesOf(record, 'dropped').map((entry) => happened(entry).about)).toMatchObject(
      times === 1 ? [] : [{ reason: 'restart', declared: false }],
    );
    expect(record.outcome).toBe('quiet');
  });

  test('what was unacked comes again, flagged, and what was not persistent does not', async () => {
    const slow = reader(async (delivery) => {
      if (!delivery.redelivered) await sleep(2000);
      await delivery.ack().catch(() => {});
    });
    const faults = ['mq is restarting from 1 s to 3 s'];
    for (const persistent of [true, false]) {
      const record = await play({
        uses,
        services: [slow],
        send: (item, { mq }) => mq.publish({ key: 'work' }, {}, { id: item, type: 'T', persistent }),
        faults,
      });
      expect(story(record, 'delivered').slice(1)).toEqual(persistent ? ['delivered p1 by reader/0, again'] : []);
      expect(effects(record)).toEqual(['took effect']);
    }
  });

  test('meanwhile callers are turned away, and afterwards they are not', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      services: [acking],
      send: async (item, ports) => {
        await sleep(1500 - Math.min(1500, ends.length * 1500));
        const end = await ending(send(item, ports));
        ends.push(end);
        if (end !== 'resolved') throw new Error(end);
      },
      faults: ['mq is restarting from 1 s to 2 s'],
    });
    expect([ends[0], ends.at(-1)]).toEqual(['EDDY_UNAVAILABLE', 'resolved']);
    expect(story(record, 'acked')).toEqual(['acked p1 by reader/0']);
  });
});

describe('a publish that the broker refuses', () => {
  test('is nacked: EDDY_NACKED, in no queue, and sent again as the same message', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      services: [acking],
      send: async (item, { mq }) => {
        const end = await ending(mq.publish({ exchange: 'all', key: '' }, {}, { id: item, type: 'T' }));
        ends.push(end);
        if (end !== 'resolved') throw new Error(end);
      },
      faults: ['1st send of p1: publish of T to mq fails'],
    });
    expect(ends).toEqual(['EDDY_NACKED', 'resolved']);
    expect(story(record, 'published')).toEqual(['published p1 by workload']);
    expect(happened(entriesOf(record, 'published')[0] as never).about).toMatchObject({ lineage: 'T#p1' });
    expect(effects(record)).toEqual(['took effect']);
  });
});

describe('a half-open connection', () => {
  test('keeps what is unacked from everybody until the heartbeat fails; then it comes again', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      services: [reader(async (delivery) => ends.push(await ending(delivery.ack()))).with({ instances: 2 })],
      send,
      faults: ['1st delivery of T#p1 to reader: half-open connection to mq before ack'],
    });
    expect(ends).toEqual(['EDDY_STALE_DELIVERY', 'resolved']);
    const [first, again] = entriesOf(record, 'delivered');
    expect((again?.timeUs ?? 0) - (first?.timeUs ?? 0)).toBeGreaterThanOrEqual(60_000_000);
    expect(effects(record)).toEqual(['took effect']);
    expect(record.outcome).toBe('quiet');
  });

  test.each([
    ['before publish', []],
    ['between publish and its answer', ['published p1 by workload']],
  ])('%s: no confirm comes', async (where, published) => {
    const ends: string[] = [];
    const record = await play({
      uses,
      send: async (item, ports) => void ends.push(await ending(send(item, ports))),
      faults: [`1st send of p1: half-open connection to mq ${where}`],
    });
    expect(ends).toEqual(['EDDY_CONFIRM_TIMEOUT']);
    expect(story(record, 'published')).toEqual(published);
  });

  test('hands nothing to the process, which gets it from its next connection', async () => {
    const record = await play({
      uses,
      items: ['p1', 'p2'],
      services: [acking],
      send,
      faults: ['1st delivery of T#p1 to reader: half-open connection to mq after ack'],
    });
    const times = entriesOf(record, 'delivered').map(({ timeUs }) => timeUs);
    expect(story(record, 'delivered')).toEqual(['delivered p1 by reader/0', 'delivered p2 by reader/0, again']);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(59_000_000);
  });

  test('outlives its process: nobody hears that it died', async () => {
    const record = await play({
      uses,
      services: [acking],
      send,
      faults: [
        '1st delivery of T#p1 to reader: half-open connection to mq on receipt',
        '1st delivery of T#p1 to reader: crash on receipt',
      ],
    });
    const [first, again] = entriesOf(record, 'delivered');
    expect((again?.timeUs ?? 0) - (first?.timeUs ?? 0)).toBeGreaterThanOrEqual(60_000_000);
  });

  test('a store has none: no effect', async () => {
    const record = await play({
      uses,
      services: [acking],
      send,
      faults: ['1st delivery of T#p1 to reader: half-open connection to db before ack'],
    });
    expect(effects(record)).toEqual(['no effect']);
  });
});

describe('fact 23: an alarm blocks publishers', () => {
  test('fact 23: what is published waits for its end; deliveries and acks go on', async () => {
    const waiting = reader(async (delivery) => {
      await sleep(2000);
      await delivery.ack();
    });
    const record = await play({
      uses,
      services: [waiting],
      items: ['p1', 'p2'],
      send: async (item, ports) => {
        if (item === 'p2') await sleep(1500);
        await send(item, ports);
      },
      faults: ['mq is blocking publishers from 1 s to 8 s'],
    });
    expect(effects(record)).toEqual(['took effect']);
    const confirmed = entriesOf(record, 'confirmed').map(({ timeUs }) => timeUs);
    const acked = entriesOf(record, 'acked').map(({ timeUs }) => timeUs);
    expect(confirmed[0]).toBeLessThan(1_000_000);
    expect(confirmed[1]).toBeGreaterThanOrEqual(8_000_000);
    expect(acked[0]).toBeLessThan(8_000_000);
  });

  test('fact 23: who waits longer than 10 s does not know: it is stored all the same', async () => {
    const ends: string[] = [];
    const record = await play({
      uses,
      send: async (item, ports) => void ends.push(await ending(send(item, ports))),
      faults: ['mq is blocking publishers from 0 s to 20 s'],
    });
    expect(ends).toEqual(['EDDY_CONFIRM_TIMEOUT']);
    expect(entriesOf(record, 'published').map(({ timeUs }) => timeUs)).toEqual([20_000_000]);
  });

  test('fact 23: unless the connection is lost meanwhile', async () => {
    const record = await play({
      uses,
      send: async (item, ports) => void (await ending(send(item, ports))),
      faults: ['mq is blocking publishers from 0 s to 20 s', 'mq is refusing from 5 s to 6 s'],
    });
    expect(story(record, 'published')).toEqual([]);
  });

  test('fact 23: an alarm of its own: as long as the broker holds more than so many messages', async () => {
    const small = queueBroker('mq', { queues: { work: {} }, alarm: { above: 1 } });
    const slow = service('slow', { mq: small }, ({ mq }) => {
      mq.consume('work', { prefetch: 9 }).subscribe((delivery) => void sleep(1000).then(() => delivery.ack()));
    });
    const record = await play({
      uses: { mq: small },
      services: [slow],
      items: ['p1', 'p2', 'p3', 'p4'],
      send: (item, { mq }) => mq.publish({ key: 'work' }, {}, { id: item, type: 'T' }),
    });
    const held = { most: 0, now: 0 };
    for (const { kind } of record.entries) {
      if (kind === 'published') held.now++;
      if (kind === 'acked') held.now--;
      held.most = Math.max(held.most, held.now);
    }
    expect(held).toEqual({ most: 2, now: 0 });
    expect(record.outcome).toBe('quiet');
  });

  test('fact 23: such an alarm is over when messages have expired', async () => {
    const brief = queueBroker('mq', { queues: { work: { messageTtlMs: 3000 } }, alarm: { above: 0 } });
    const record = await play({
      uses: { mq: brief },
      items: ['p1', 'p2'],
      send: (item, { mq }) => mq.publish({ key: 'work' }, {}, { id: item, type: 'T' }),
    });
    const [first, second] = entriesOf(record, 'published').map(({ timeUs }) => timeUs);
    expect((second ?? 0) - (first ?? 0)).toBe(3_000_000);
    expect(story(record, 'confirmed')).toEqual(['confirmed p1 by workload', 'confirmed p2 by workload']);
  });

  test('components that block nobody: no effect', async () => {
    const record = await play({
      uses,
      services: [acking],
      send,
      faults: ['db is blocking publishers from 0 s to 2 s'],
    });
    expect(effects(record)).toEqual(['not reached']);
  });
});
