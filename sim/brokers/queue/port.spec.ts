import { describe, expect, test } from 'vitest';
import { firstValueFrom, timer } from 'rxjs';
import { virtualTime } from '../../kernel/rx-scheduler.ts';
import { service } from '../../services/service.ts';
import { ending, entriesOf, happened, play, story } from '../../world.fixture.ts';
import { queueBroker } from './component.ts';
import type { Delivery } from './delivery.ts';

const mq = queueBroker('mq', {
  queues: {
    work: { deadLetterTo: 'dead' },
    dead: {},
    ranked: { maxPriority: 3 },
    small: { maxLength: 1, overflow: 'reject-publish' },
  },
  exchanges: { both: { type: 'fanout', bind: [{ queue: 'work' }, { queue: 'small' }] } },
});
type Mq = NonNullable<(typeof mq)['~port']>;
const uses = { mq };
const toWork = (item: string, { mq }: { mq: Mq }): Promise<void> =>
  mq.publish({ key: 'work' }, { item }, { id: item, type: 'T' });

/** A service that reads `work`. */
const reader = (handle: (delivery: Delivery<unknown>) => Promise<void>, prefetch?: number) =>
  service('reader', uses, ({ mq }) => {
    const o = prefetch === undefined ? {} : { prefetch };
    mq.consume('work', o).subscribe((delivery) => void handle(delivery));
  });
const acking = reader((delivery) => delivery.ack().catch(() => {}));

/** How a publish in the first send ends, and what the history holds of it. */
async function publishing(o: {
  to: Parameters<Mq['publish']>[0];
  mandatory?: boolean;
  before?: (mq: Mq) => Promise<void>;
  faults?: string[];
}) {
  const ends: string[] = [];
  const record = await play({
    uses,
    services: [acking],
    faults: o.faults ?? [],
    send: async (item, { mq }) => {
      await o.before?.(mq);
      ends.push(await ending(mq.publish(o.to, {}, { id: item, type: 'T', mandatory: o.mandatory ?? false })));
    },
  });
  return { ends, record };
}

const fillSmall = (mq: Mq): Promise<void> => mq.publish({ key: 'small' }, {}, { id: 'filler', type: 'F' });

describe('publishing', () => {
  test('fact 12: each publish is confirmed or nacked, once', async () => {
    const ends: string[] = [];
    const keys = ['work', 'nobody', 'small', 'small', 'work', 'small'];
    const record = await play({
      uses,
      send: async (item, { mq }) => {
        const each = (key: string, n: number) =>
          ending(mq.publish({ key }, {}, { id: `${item}.${n}`, type: 'T' })).then((end) => ends.push(`${key} ${end}`));
        await Promise.all(keys.map(each));
      },
    });
    expect(ends.toSorted()).toEqual([
      'nobody resolved',
      'small EDDY_NACKED',
      'small EDDY_NACKED',
      'small resolved',
      'work resolved',
      'work resolved',
    ]);
    const confirmed = story(record, 'confirmed');
    expect(confirmed).toHaveLength(4);
    expect(new Set(confirmed).size).toBe(4);
  });

  test('fact 13: what no queue takes is confirmed, and recorded as a drop that the configuration declares', async () => {
    const { ends, record } = await publishing({ to: { key: 'nobody' } });
    expect(ends).toEqual(['resolved']);
    expect(entriesOf(record, 'dropped').map(happened)).toMatchObject([
      { channels: [], value: { id: 'p1' }, about: { reason: 'unroutable', declared: true } },
    ]);
    expect(story(record, 'returned', 'confirmed')).toEqual(['confirmed p1 by workload']);
  });

  test('fact 23: what says nothing in its headers goes to no queue by them', async () => {
    const bind = [{ queue: 'one', headers: { kind: 'a' } }] as const;
    const some = queueBroker('some', { queues: { one: {} }, exchanges: { sorted: { type: 'headers', bind } } });
    const record = await play({
      uses: { some },
      send: async (id, { some }) => {
        await some.publish({ exchange: 'sorted', key: '' }, {}, { id });
        await some.publish({ exchange: 'sorted', key: '' }, {}, { id: `${id}.a`, headers: { kind: 'a' } });
      },
    });
    const published = entriesOf(record, 'published').map(happened);
    expect(published.map(({ value, channels }) => [(value as { id: string }).id, channels])).toEqual([
      ['p1', []],
      ['p1.a', ['one']],
    ]);
  });

  test.each([
    ['expired', { messageTtlMs: 5 }, true],
    ['maxlen', { maxLength: 1 }, true],
    ['rejected', {}, false],
  ] as const)(
    'what a queue drops that is told of no dead letters: %s, declared by its configuration: %s',
    async (reason, options, declared) => {
      const uses = { mq: queueBroker('mq', { queues: { bare: options } }) };
      const rejecting = service('late', uses, async ({ mq }) => {
        await firstValueFrom(timer(1_000, virtualTime));
        mq.consume('bare').subscribe((delivery) => {
          void (delivery.message.id === 'p1' && reason === 'rejected'
            ? delivery.nack({ requeue: false })
            : delivery.ack());
        });
      });
      const record = await play({
        uses,
        services: [rejecting],
        items: reason === 'maxlen' ? ['p1', 'p2'] : ['p1'],
        send: (item, { mq }) => mq.publish({ key: 'bare' }, {}, { id: item, type: 'T' }),
      });
      expect(entriesOf(record, 'dropped').map(happened)).toMatchObject([
        { channels: ['bare'], value: { id: 'p1' }, about: { reason, declared } },
      ]);
    },
  );

  test('fact 18: what is dropped for going round in a cycle was not declared: each queue had somewhere to send it', async () => {
    const round = queueBroker('round', {
      queues: { a: { messageTtlMs: 10, deadLetterTo: 'b' }, b: { messageTtlMs: 10, deadLetterTo: 'a' } },
    });
    const record = await play({ uses: { round }, send: (id, { round }) => round.publish({ key: 'a' }, {}, { id }) });
    expect(entriesOf(record, 'dropped').map(happened)).toMatchObject([
      { channels: ['b'], value: { id: 'p1' }, about: { reason: 'cycle', declared: false } },
    ]);
  });

  test('fact 13: with mandatory it is returned first', async () => {
    const { ends, record } = await publishing({ to: { key: 'nobody' }, mandatory: true });
    expect(ends).toEqual(['resolved']);
    expect(story(record, 'returned', 'confirmed')).toEqual(['returned p1 by workload', 'confirmed p1 by workload']);
  });

  test('fact 14: the confirm comes when every queue has taken it', async () => {
    const { ends, record } = await publishing({ to: { exchange: 'both', key: '' } });
    expect(ends).toEqual(['resolved']);
    expect(entriesOf(record, 'confirmed').map(happened)).toMatchObject([{ channels: ['work', 'small'] }]);
    expect(story(record, 'delivered')).toEqual(['delivered p1 by reader/0']);
  });

  test('fact 14: one full queue among them is a nack, EDDY_NACKED; the others keep their copies', async () => {
    const { ends, record } = await publishing({ to: { exchange: 'both', key: '' }, before: fillSmall });
    expect(ends).toEqual(['EDDY_NACKED']);
    expect(story(record, 'published', 'confirmed', 'delivered')).toEqual([
      'published filler by workload',
      'confirmed filler by workload',
      'published p1 by workload',
      'delivered p1 by reader/0',
    ]);
    expect(entriesOf(record, 'published').map((entry) => happened(entry).channels)).toEqual([['small'], ['work']]);
  });

  test('fact 21: a message that its only queue refuses is not published', async () => {
    const { ends, record } = await publishing({ to: { key: 'small' }, before: fillSmall });
    expect(ends).toEqual(['EDDY_NACKED']);
    expect(story(record, 'published')).toEqual(['published filler by workload']);
  });
});

describe('publishing under faults', () => {
  test('a lost confirm is an unknown outcome: it is stored', async () => {
    const faults = ['1st send of p1: confirm of publish of T to mq is lost'];
    const { ends, record } = await publishing({ to: { key: 'work' }, faults });
    expect(ends).toEqual(['EDDY_CONFIRM_TIMEOUT']);
    expect(story(record, 'confirmed', 'acked')).toEqual(['acked p1 by reader/0']);
  });

  test.each([
    ['before publish', 'EDDY_UNAVAILABLE', []],
    ['between publish and its answer', 'EDDY_DISCONNECTED', ['published p1 by workload', 'acked p1 by reader/0']],
  ])('a connection that breaks %s: %s', async (where, code, expected) => {
    const faults = [`1st send of p1: disconnect from mq ${where}`];
    const { ends, record } = await publishing({ to: { key: 'work' }, faults });
    expect(ends).toEqual([code]);
    expect(story(record, 'published', 'confirmed', 'acked')).toEqual(expected);
  });

  test('a broker that refuses: EDDY_UNAVAILABLE, nothing stored', async () => {
    const { ends, record } = await publishing({ to: { key: 'work' }, faults: ['mq is refusing from 0 s to 1 s'] });
    expect(ends).toEqual(['EDDY_UNAVAILABLE']);
    expect(story(record, 'published', 'delivered')).toEqual([]);
  });
});

/** Plays `items` into `work` for a reader that tells how its acks end. */
async function reading(o: { items?: string[]; prefetch?: number; faults?: string[] }, handle: Handle) {
  const told: string[] = [];
  const one = reader((delivery) => handle(delivery, (line) => told.push(line)), o.prefetch);
  const record = await play({
    uses,
    services: [one],
    items: o.items ?? ['p1'],
    faults: o.faults ?? [],
    send: toWork,
  });
  return { told, record, deliveries: story(record, 'delivered'), outcome: record.outcome };
}
type Handle = (delivery: Delivery<unknown>, tell: (line: string) => void) => Promise<void>;

const ackAndTell: Handle = async (delivery, tell) => {
  const { id } = delivery.message;
  tell(`${id} ${await ending(delivery.ack())}`);
};

describe('settling', () => {
  test('fact 2: a second ack is refused and closes the channel, so that its other messages come again', async () => {
    const held: Delivery<unknown>[] = [];
    const { told, deliveries, outcome, record } = await reading(
      { items: ['p1', 'p2'], prefetch: 2 },
      async (one, tell) => {
        if (one.message.id === 'p1') {
          held.push(one);
          return;
        }
        const [first] = held.splice(0);
        if (!first) return ackAndTell(one, tell);
        await ackAndTell(first, tell);
        await ackAndTell(first, tell);
        await ackAndTell(one, tell);
      },
    );
    expect(told).toEqual(['p1 resolved', 'p1 EDDY_PRECONDITION_FAILED', 'p2 EDDY_STALE_DELIVERY', 'p2 resolved']);
    expect(story(record, 'acked', 'settledLate')).toEqual(['acked p1 by reader/0', 'acked p2 by reader/0']);
    expect(deliveries).toEqual([
      'delivered p1 by reader/0',
      'delivered p2 by reader/0',
      'delivered p2 by reader/0, again',
    ]);
    expect(outcome).toBe('quiet');
  });

  test('fact 5, fact 6: after a disconnect the port consumes again, and what was unacked comes flagged', async () => {
    const faults = ['1st delivery of T#p1 to reader: disconnect from mq before ack'];
    const { told, deliveries } = await reading({ items: ['p1', 'p2'], faults }, ackAndTell);
    expect(told).toEqual(['p1 EDDY_STALE_DELIVERY', 'p1 resolved', 'p2 resolved']);
    expect(deliveries).toEqual([
      'delivered p1 by reader/0',
      'delivered p1 by reader/0, again',
      'delivered p2 by reader/0',
    ]);
  });

  test('fact 6: an ack on a connection that is gone changes nothing, even when the message came again meanwhile', async () => {
    const faults = ['1st delivery of T#p1 to reader: disconnect from mq on receipt'];
    const late: Delivery<unknown>[] = [];
    const { told, record } = await reading({ faults }, async (one, tell) => {
      late.push(one);
      if (!one.redelivered) return;
      for (const each of late) await ackAndTell(each, tell);
    });
    expect(told).toEqual(['p1 EDDY_STALE_DELIVERY', 'p1 resolved']);
    expect(story(record, 'acked')).toEqual(['acked p1 by reader/0']);
  });

  test('fact 6: a lost ack: the message comes again, flagged', async () => {
    const { told, deliveries } = await reading({ faults: ['1st delivery of T#p1 to reader: ack is lost'] }, ackAndTell);
    expect(told).toEqual(['p1 EDDY_STALE_DELIVERY', 'p1 resolved']);
    expect(deliveries).toEqual(['delivered p1 by reader/0', 'delivered p1 by reader/0, again']);
  });

  test('fact 6: a copy that was published twice comes unflagged', async () => {
    const faults = ['1st send of p1: confirm of publish of T to mq is lost'];
    const { deliveries } = await reading({ faults }, ackAndTell);
    expect(deliveries).toEqual(['delivered p1 by reader/0', 'delivered p1 by reader/0']);
  });
});

describe('what is given back and what is in flight', () => {
  test('fact 7: nack gives it back to its place; without requeue it is dead-lettered', async () => {
    const { deliveries, record } = await reading({ items: ['p1', 'p2'] }, (one) =>
      one.message.id === 'p2' ? one.ack() : one.nack({ requeue: !one.redelivered }),
    );
    expect(deliveries).toEqual([
      'delivered p1 by reader/0',
      'delivered p1 by reader/0, again',
      'delivered p2 by reader/0',
    ]);
    expect(entriesOf(record, 'deadLettered').map(happened)).toMatchObject([
      { channels: ['work'], value: { id: 'p1' }, about: { reason: 'rejected', to: 'dead' } },
    ]);
  });

  test.each([
    [undefined, 1],
    [2, 2],
    [0, 3],
  ])('fact 9: prefetch %s: %i of 3 messages at once', async (prefetch, count) => {
    const o = { items: ['p1', 'p2', 'p3'], ...(prefetch === undefined ? {} : { prefetch }) };
    const { deliveries, outcome } = await reading(o, async () => {});
    expect(deliveries).toHaveLength(count);
    expect(outcome).toBe('stuck');
  });

  test('fact 11: consumers of higher priority come first', async () => {
    const eager = service('eager', uses, ({ mq }) => {
      mq.consume('work', { prefetch: 2, priority: 5 }).subscribe(() => {});
    });
    const record = await play({
      uses,
      services: [acking, eager],
      items: ['p1', 'p2', 'p3'],
      send: toWork,
    });
    expect(story(record, 'delivered')).toEqual([
      'delivered p1 by eager/0',
      'delivered p2 by eager/0',
      'delivered p3 by reader/0',
    ]);
  });

  test('messages of higher priority go first', async () => {
    const late = service('late', uses, async ({ mq }) => {
      await firstValueFrom(timer(1_000, virtualTime));
      mq.consume('ranked').subscribe((delivery) => void delivery.ack());
    });
    const send = async (item: string, { mq }: { mq: Mq }): Promise<void> => {
      await mq.publish({ key: 'ranked' }, {}, { id: `${item}-low`, type: 'T' });
      await mq.publish({ key: 'ranked' }, {}, { id: `${item}-high`, type: 'T', priority: 2 });
    };
    const record = await play({ uses, services: [late], send });
    expect(story(record, 'delivered')).toEqual(['delivered p1-high by late/0', 'delivered p1-low by late/0']);
  });

  test('fact 20: who stands behind a head that never expires goes on time, once that head is gone', async () => {
    const busy = service('busy', uses, async ({ mq }) => {
      await firstValueFrom(timer(500, virtualTime));
      mq.consume('work').subscribe(() => {});
    });
    const record = await play({
      uses,
      services: [busy],
      items: ['p1', 'p2'],
      send: (item, { mq }) => {
        const o = { id: item, type: 'T' };
        return mq.publish({ key: 'work' }, {}, item === 'p2' ? { ...o, expirationMs: 1000 } : o);
      },
    });
    expect(entriesOf(record, 'deadLettered').map(happened)).toMatchObject([{ value: { id: 'p2' } }]);
  });

  test('fact 18: a consumer of dead letters reads their deaths', async () => {
    const rejecting = reader((delivery) => delivery.nack({ requeue: false }));
    const deaths: unknown[] = [];
    const burying = service('burying', uses, ({ mq }) => {
      mq.consume('dead').subscribe((delivery) => {
        deaths.push(delivery.message.headers['x-death']);
        void delivery.ack();
      });
    });
    await play({ uses, services: [rejecting, burying], send: toWork });
    expect(deaths).toMatchObject([[{ queue: 'work', reason: 'rejected', count: 1, 'routing-keys': ['work'] }]]);
  });

  test('a queue that does not exist is refused at the call', async () => {
    const ends: string[] = [];
    await play({
      uses,
      send: async (_item, { mq }) => {
        ends.push(await ending(Promise.resolve().then(() => mq.consume('nowhere' as 'work'))));
      },
    });
    expect(ends).toEqual(['EDDY_NO_SUCH_QUEUE']);
  });
});
