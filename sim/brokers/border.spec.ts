import { describe, expect, test } from 'vitest';
import { POISONS } from '../faults/fault.ts';
import { service } from '../services/service.ts';
import { entriesOf, happened, play, story } from '../world.fixture.ts';
import type { Message } from './message.ts';
import { queueBroker } from './queue/component.ts';
import type { Delivery } from './queue/delivery.ts';

interface Body {
  note: string;
  deep: { n: number };
  more?: unknown;
}

const mq = queueBroker('mq', {
  queues: { one: { deadLetterTo: 'dead' }, two: {}, dead: {} },
  exchanges: { all: { type: 'fanout', bind: [{ queue: 'one' }, { queue: 'two' }] } },
});
const uses = { mq };

const reader = (name: string, queue: 'one' | 'two', handle: (delivery: Delivery<Body>) => Promise<void>) =>
  service(name, uses, ({ mq }) => {
    mq.consume<Body>(queue).subscribe((delivery) => void handle(delivery));
  });

const body = (): Body => ({ note: 'x', deep: { n: 1 } });
const truth = { id: 'p1', type: 'T', key: '', headers: { trace: { id: 't' }, ce_id: 'p1', ce_type: 'T' } };

/** Sends one message to both queues; `mutate` changes the copy that the first reader was handed. */
async function mutating(mutate: (message: Message<Body>) => void) {
  const seen: unknown[] = [];
  const record = await play({
    uses,
    services: [
      reader('spoiler', 'one', async (delivery) => {
        seen.push(structuredClone(delivery.message));
        mutate(delivery.message);
        await (delivery.redelivered ? delivery.ack() : delivery.nack());
      }),
      reader('other', 'two', async (delivery) => {
        seen.push(structuredClone(delivery.message));
        await delivery.ack();
      }),
    ],
    send: (item, { mq }) =>
      mq.publish({ exchange: 'all', key: '' }, body(), { id: item, type: 'T', headers: { trace: { id: 't' } } }),
  });
  return { seen, record, mutated: story(record, 'mutated') };
}

test('the id and type that are given go before those in headers that are handed on', async () => {
  const record = await play({
    uses,
    services: [
      service('retrying', uses, ({ mq }) => {
        mq.consume<Body>('one').subscribe(async ({ message, ack }) => {
          await mq.publish({ key: 'two' }, message.body, { id: 'again', type: 'Again', headers: message.headers });
          await ack();
        });
      }),
    ],
    send: (item, { mq }) => mq.publish({ key: 'one' }, body(), { id: item, type: 'T', headers: { trace: 1 } }),
  });
  const told = entriesOf(record, 'published').map((entry) => happened(entry).value as Message);
  expect(told.map(({ id, type, headers }) => [id, type, headers['trace']])).toEqual([
    ['p1', 'T', 1],
    ['again', 'Again', 1],
  ]);
});

describe('a consumer that changes its copy', () => {
  test.each([
    ['a field', (message: Message<Body>) => void (message.body.deep.n = 2)],
    ['a header', ({ headers }: Message<Body>) => void ((headers['trace'] as { id: string }).id = 'forged')],
    ['what JSON cannot say', (message: Message<Body>) => void (message.body.more = 5n)],
    ['a circle', (message: Message<Body>) => void (message.body.more = message.body)],
  ])('changes nobody else’s, and the history says that it did: %s', async (_what, mutate) => {
    const { seen, record, mutated } = await mutating(mutate);
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ ...truth, body: body(), parsed: true })));
    expect(mutated).toEqual(['mutated p1 by spoiler/0', 'mutated p1 by spoiler/0']);
    for (const entry of entriesOf(record, 'published', 'delivered', 'acked', 'nacked', 'mutated'))
      expect(happened(entry).value).toMatchObject({ id: 'p1', body: body() });
    expect(record.outcome).toBe('quiet');
  });

  test('one that changes nothing is not accused', async () => {
    expect((await mutating(() => {})).mutated).toEqual([]);
  });

  test('nor is one whose publisher wrote JSON in another way', async () => {
    const record = await play({
      uses,
      services: [
        reader('reader', 'one', async (delivery) => {
          expect(delivery.message.body).toEqual({ note: 'x' });
          await delivery.ack();
        }),
      ],
      send: (item, { mq }) => mq.publish({ key: 'one' }, Buffer.from('{ "note": "x" }'), { id: item, type: 'T' }),
    });
    expect(entriesOf(record, 'acked', 'mutated').map(({ kind }) => kind)).toEqual(['acked']);
    // Nor is it told to be poison.
    expect(entriesOf(record, 'delivered').map((entry) => happened(entry).about)).toEqual([
      expect.not.objectContaining({ poison: expect.anything() as unknown }),
    ]);
  });

  test('the same delivery hands out the same copy each time', async () => {
    const same: boolean[] = [];
    const handle = async (delivery: Delivery<Body>): Promise<void> => {
      same.push(delivery.message === delivery.message);
      await delivery.ack();
    };
    await play({
      uses,
      services: [reader('other', 'two', handle)],
      send: (item, { mq }) => mq.publish({ key: 'two' }, body(), { id: item }),
    });
    expect(same).toEqual([true]);
  });

  test('a sender that changes the body after the call changes nothing', async () => {
    const seen: unknown[] = [];
    await play({
      uses,
      services: [
        reader('other', 'two', async (delivery) => {
          seen.push(delivery.message.body);
          await delivery.ack();
        }),
      ],
      send: async (item, { mq }) => {
        const mine = body();
        const sending = mq.publish({ key: 'two' }, mine, { id: item });
        mine.deep.n = 2;
        await sending;
      },
    });
    expect(seen).toEqual([body()]);
  });
});

describe('a poisoned message', () => {
  /** What a reader of `one` is handed when the message is poisoned; it gives up what came poisoned. */
  async function poisoned(how: string, prefix = 'every delivery of T#p1', afterMs = 0) {
    const seen: Message<Body>[] = [];
    const record = await play({
      uses,
      services: [
        reader('reader', 'one', async (delivery) => {
          seen.push(structuredClone(delivery.message));
          if (delivery.message.parsed) return delivery.ack();
          await new Promise((resolve) => setTimeout(resolve, 500));
          await delivery.nack();
        }),
      ],
      faults: [`${prefix}: poison, ${how}`],
      send: async (item, { mq }) => {
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        await mq.publish({ key: 'one' }, body(), { id: item, type: 'T', headers: { trace: 1 } });
      },
    });
    return { seen, record };
  }

  test.each(POISONS.filter((how) => how !== 'kills the process' && how !== 'not parseable'))(
    '%s: id, type and headers stay true, the body does not',
    async (how) => {
      const { seen, record } = await poisoned(how);
      const [first] = seen;
      expect(first).toMatchObject({ id: 'p1', type: 'T', headers: { trace: 1 } });
      expect(first?.body).not.toEqual(body());
      expect(first?.parsed).toBe(how !== 'fails for 5 s');
      expect(happened(entriesOf(record, 'delivered')[0] as never).about).toMatchObject({ poison: [how] });
      expect(entriesOf(record, 'published').map((entry) => happened(entry).value)).toMatchObject([{ body: body() }]);
      expect('polluted' in {}).toBe(false);
    },
  );

  test('not parseable: the body is the raw text', async () => {
    const { seen } = await poisoned('not parseable', '1st delivery of T#p1 to reader');
    expect(seen.map(({ parsed, body }) => [parsed, typeof body])).toEqual([
      [false, 'string'],
      [true, 'object'],
    ]);
  });

  test.each([0, 60_000])('fails for 5 s from its first delivery on, then it is true: after %d ms', async (afterMs) => {
    const { seen, record } = await poisoned('fails for 5 s', 'every delivery of T#p1', afterMs);
    expect(seen.at(-1)).toMatchObject({ parsed: true, body: body() });
    expect(seen.slice(0, -1).every(({ parsed }) => !parsed)).toBe(true);
    // One about every half second.
    expect(seen).toHaveLength(11);
    expect(entriesOf(record, 'acked')).toHaveLength(1);
  });

  test('kills the process: it dies as it reads the body, and again', async () => {
    const { seen, record } = await poisoned('kills the process', '1st delivery of T#p1 to reader');
    expect(seen.map(({ body }) => body)).toEqual([body()]);
    expect(entriesOf(record, 'crashed').map(({ data }) => data)).toEqual([{ death: 'process', why: 'poison' }]);
    expect(story(record, 'delivered')).toEqual(['delivered p1 by reader/0', 'delivered p1 by reader/0.2, again']);
  });

  test.each(['ack', 'nack'] as const)('kills the process: who does not read the body can %s it', async (how) => {
    const looked: unknown[] = [];
    const record = await play({
      uses,
      services: [
        reader('reader', 'one', async ({ message, ack, nack }) => {
          looked.push([message.id, message.type, message.headers['trace'], message.parsed]);
          await (how === 'ack' ? ack() : nack({ requeue: false }));
        }),
      ],
      faults: ['every delivery of T#p1: poison, kills the process'],
      send: (item, { mq }) => mq.publish({ key: 'one' }, body(), { id: item, type: 'T', headers: { trace: 1 } }),
    });
    expect(looked).toEqual([['p1', 'T', 1, true]]);
    expect(entriesOf(record, 'crashed', 'mutated', `${how}ed`).map(({ kind }) => kind)).toEqual([`${how}ed`]);
    expect(record.outcome).toBe('quiet');
  });
});
