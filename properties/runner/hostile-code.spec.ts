/** Code under test that does what nobody should: each has an outcome with words, the same one twice, and the run goes on. */
import fc from 'fast-check';
import { concatMap, EMPTY, expand, map, mergeMap, type Observable, of, range } from 'rxjs';
import { describe, expect, test } from 'vitest';
import {
  atEnd,
  type Delivery,
  eventStore,
  external,
  logBroker,
  type Ports,
  queueBroker,
  run,
  type RunResult,
  scenario,
  service,
  tables,
} from '../../index.ts';

interface Order {
  id: string;
}
type Row = Order & Record<string, unknown>;

const mq = queueBroker('mq', { queues: { orders: {}, out: {} } });
const log = logBroker('log', { topics: { events: { partitions: 2 } } });
const db = tables<{ rows: Row }>('db', { rows: { key: 'id' } });
const store = eventStore<{ type: string }>('store');
const bank = external('bank', { pay: { reply: (request: unknown) => ({ for: request }) } });
const uses = { mq, log, db, store, bank };
type Given = Ports<typeof uses>;
type Taken = Delivery<Order>;

/** One run, twice: of a service that begins so, with two orders. */
async function twice(start: (ports: Given) => unknown, ids = ['o1', 'o2']): Promise<RunResult> {
  const hostile = scenario({
    name: 'hostile',
    services: { taker: service('taker', uses, (ports) => void start(ports)) },
    workload: {
      item: fc.record({ id: fc.uuid() }),
      key: (order) => order.id,
      uses: { mq },
      send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.id, type: 'Order' }),
    },
    properties: [atEnd('rows', ({ rows }) => rows(db.table.rows).length < 100 || 'many')],
  });
  const input = { seed: 1, workload: ids.map((id) => ({ id })) };
  const [first, second] = [await run(hostile, input), await run(hostile, input)];
  expect(second).toEqual({ ...first, history: expect.anything() });
  return first;
}

/** As `twice`, with what is done to each order. */
const handling = (handle: (taken: Taken, ports: Given) => unknown): Promise<RunResult> =>
  twice((ports) => ports.mq.consume<Order>('orders').subscribe((taken) => void handle(taken, ports)));

/** What processes died of. */
function deaths({ history }: RunResult): string[] {
  return [...history()].flatMap(({ kind, data }) => (kind === 'crashed' ? [(data as { why: string }).why] : []));
}

const throws = (thrown: unknown) => (): never => {
  throw thrown;
};
const own = (name: string, about: PropertyDescriptor): Error => Object.defineProperty(new Error('x'), name, about);
const cyclic = new Error('itself');
cyclic.cause = cyclic;

describe.each([
  ['null', null, 'object'],
  ['undefined', undefined, 'undefined'],
  ['a text', 'no', 'string'],
  ['a symbol', Symbol('no'), 'symbol'],
  ['a frozen error', Object.freeze(new TypeError('no')), 'TypeError'],
  ['an error in a circle', cyclic, 'Error'],
  ['an error whose message throws', own('message', { get: throws('message') }), 'Error'],
  ['an error whose name throws', own('name', { get: throws('name') }), 'Error'],
  ['an error whose name is none', own('name', { value: Symbol('name') }), 'Error'],
  ['a proxy that lets nobody look', new Proxy({}, { get: throws('no'), getPrototypeOf: throws('no') }), 'object'],
])('%s, thrown', (_, thrown, name) => {
  test.each<[string, (taken: Taken) => unknown]>([
    ['in a handler', throws(thrown)],
    ['from a promise', () => Promise.reject(thrown)],
    ['by a timer', () => setTimeout(throws(thrown), 1)],
  ])('%s, is a crash of its process', async (_, act) => {
    const result = await handling((taken) => (taken.redelivered ? taken.ack() : act(taken)));
    expect([result.outcome, deaths(result)]).toEqual(['quiet', [name, name]]);
  });

  test('at the start, is a crash', async () => {
    const result = await twice(({ mq }) => {
      if (performance.now() < 500) throw thrown;
      mq.consume<Order>('orders').subscribe((taken) => void taken.ack());
    });
    expect([result.outcome, deaths(result)]).toEqual(['quiet', [name]]);
  });

  test('in a transaction, comes back to who began it', async () => {
    const caught: unknown[] = [];
    const result = await handling(async (taken, { db }) => {
      await db.transaction(throws(thrown)).catch((error: unknown) => caught.push(error));
      await taken.ack();
    });
    expect([result.outcome, deaths(result), caught.every((each) => Object.is(each, thrown))]).toEqual([
      'quiet',
      [],
      true,
    ]);
  });
});

const itself: Row = { id: 'a' };
itself['self'] = itself;
class Holding {
  readonly id = 'a';
  readonly self = this;
}
let deep: unknown = 0;
for (let n = 0; n < 3000; n++) deep = [deep];

describe.each<[string, unknown, string]>([
  ['itself', itself, 'EddyError EDDY_PAYLOAD'],
  ['itself in an instance of a class', new Holding(), 'EddyError EDDY_PAYLOAD'],
  ['data without bottom', { id: 'a', deep }, 'EddyError EDDY_PAYLOAD'],
  [
    'what cannot be looked at',
    {
      id: 'a',
      get secret() {
        return throws(new RangeError('no'))();
      },
    },
    'RangeError',
  ],
])('%s, handed over', (_, payload, name) => {
  test.each<[string, (ports: Given) => Promise<unknown>]>([
    ['as a row', ({ db }) => db.transaction((tx) => tx.put('rows', payload as Row))],
    ['as an event', ({ store }) => store.append('s', [payload as { type: string }], { expected: 'any' })],
    ['as a request', ({ bank }) => bank.pay(payload)],
    ['among headers', ({ mq }) => mq.publish({ key: 'out' }, 1, { headers: { payload } })],
  ])('%s, is refused at once', async (_, act) => {
    const result = await handling(async (taken, ports) => {
      if (!taken.redelivered) await act(ports);
      await taken.ack();
    });
    expect([result.outcome, deaths(result)]).toEqual(['quiet', [name, name]]);
  });
});

test.each<[string, 'quiet' | 'stuck' | 'bound', string[], (taken: Taken, ports: Given) => unknown]>([
  ['never settles', 'stuck', [], () => new Promise(() => {})],
  [
    'acks twice',
    'quiet',
    ['EddyError EDDY_PRECONDITION_FAILED'],
    async (taken) => {
      await taken.ack();
      await taken.ack();
    },
  ],
  [
    'acks, then nacks',
    'quiet',
    ['EddyError EDDY_PRECONDITION_FAILED'],
    async (taken) => {
      await taken.ack();
      await taken.nack();
    },
  ],
  ['acks long after', 'quiet', [], (taken) => setTimeout(() => void taken.ack(), 50_000)],
  [
    'resolves and rejects',
    'quiet',
    [],
    (taken) =>
      new Promise((resolve, reject) => {
        resolve(taken.ack());
        reject(new Error('no'));
      }),
  ],
  ['never ends a transaction', 'stuck', [], (_, { db }) => db.transaction(() => new Promise(() => {}))],
  [
    'immediates without end',
    'bound',
    [],
    () => {
      const again = (): unknown => setImmediate(again);
      again();
    },
  ],
  [
    'changes what it was given',
    'quiet',
    [],
    async (taken) => {
      Object.assign(taken.message.body, { id: 'z' });
      Object.assign(taken.message.headers, { x: 1 });
      await taken.ack();
    },
  ],
  [
    'queues of any name',
    'quiet',
    [],
    async (taken, { mq }) => {
      for (const key of ['__proto__', 'constructor', 'toString', '', '\ud800'])
        await mq.publish({ key }, key, { id: key, type: key });
      await taken.ack();
    },
  ],
  [
    'rows of any key',
    'quiet',
    [],
    async (taken, { db }) => {
      for (const id of ['__proto__', 'constructor', 'toString', '', '\ud800', 'x'.repeat(100_000)])
        await db.transaction((tx) => tx.put('rows', { id }));
      await taken.ack();
    },
  ],
])('a handler that %s', async (_, outcome, died, act) => {
  const result = await handling(act);
  expect([result.outcome, [...new Set(deaths(result))]]).toEqual([outcome, died]);
});

test.each<[string, (orders: Observable<Taken>) => Observable<unknown>]>([
  [
    'a thousand operators',
    (orders) =>
      Array.from({ length: 1000 }).reduce<Observable<unknown>>((one) => one.pipe(map((each) => each)), orders),
  ],
  [
    'a hundred thousand items at once',
    (orders) => orders.pipe(concatMap((taken) => range(0, 100_000).pipe(map((n) => n === 99_999 && taken.ack())))),
  ],
  [
    'a recursion',
    (orders) =>
      orders.pipe(
        mergeMap((taken) =>
          of(0).pipe(
            expand((n) => (n < 300 ? of(n + 1) : EMPTY)),
            map((n) => n === 300 && taken.ack()),
          ),
        ),
      ),
  ],
])('%s in a pipe', async (_, pipe) => {
  const result = await twice(({ mq }) =>
    pipe(mq.consume<Order>('orders')).subscribe((each) => void (each as Partial<Taken>).ack?.()),
  );
  expect([result.outcome, deaths(result)]).toEqual(['quiet', []]);
});

test('bytes may be stored, sent and asked with', async () => {
  const read: unknown[] = [];
  const result = await handling(async (taken, { mq, db, store, bank }) => {
    const bytes = Buffer.from('bytes');
    const payload = { id: taken.message.id, type: 'Bytes', bytes };
    await db.transaction((tx) => tx.put('rows', payload));
    await store.append('s', [payload], { expected: 'any' });
    await bank.pay(payload);
    await mq.publish({ key: 'out' }, 1, { headers: payload });
    bytes.fill(0);
    read.push(
      ...(await db.transaction((tx) => tx.scan('rows'))).map((row) =>
        String.fromCharCode(...(row['bytes'] as Uint8Array)),
      ),
    );
    await taken.ack();
  });
  expect([result.outcome, deaths(result), new Set(read)]).toEqual(['quiet', [], new Set(['bytes'])]);
});

test.each([0, Number.NaN, 1.5, 1e9])('a topic of %s partitions is refused with a sentence', async (partitions) => {
  const wrong = logBroker('log', { topics: { events: { partitions } } });
  const hostile = scenario({
    name: 'hostile',
    services: {},
    workload: { item: fc.constant('o1'), key: (id) => id, uses: { wrong }, send: () => Promise.resolve() },
    properties: [],
  });
  await expect(run(hostile, { workload: ['o1'] })).rejects.toMatchObject({ code: 'EDDY_CONFIG' });
});

test('what a process holds of the one before it touches nothing', async () => {
  let held: { taken: Taken; ports: Given } | undefined;
  const result = await handling(async (taken, ports) => {
    if (!held) {
      held = { taken, ports };
      throw new Error('no');
    }
    void held.taken.ack();
    void held.taken.nack();
    void held.ports.db.transaction((tx) => tx.put('rows', { id: 'late' }));
    await Promise.race([held.ports.mq.publish({ key: 'out' }, 1), new Promise((done) => void setTimeout(done, 50))]);
    await taken.ack();
    if (taken.message.id === 'o2') held = undefined;
  });
  expect([result.outcome, deaths(result)]).toEqual(['quiet', ['Error']]);
  expect([...result.history()].filter(({ kind }) => ['inserted', 'nacked'].includes(kind))).toEqual([]);
});

test('who crashes for ever is named, and with what', async () => {
  const result = await twice(({ mq }) => mq.consume('nowhere' as 'out').subscribe());
  const going = expect.stringMatching(/^taker\/0 crashed \d+ times with EddyError EDDY_NO_SUCH_QUEUE$/);
  expect(result).toMatchObject({
    outcome: 'bound',
    why: ['the run passed its bound of 5000 steps in a row without anything from outside', going],
  });
  expect(result.properties['rows']).toMatchObject({ why: expect.stringContaining('EDDY_NO_SUCH_QUEUE') });
});

test.each([Number.NaN, -1, 1.5, Infinity])('a prefetch of %s is refused', async (prefetch) => {
  const result = await twice(({ mq }) =>
    mq.consume('orders', { prefetch: performance.now() < 500 ? prefetch : 1 }).subscribe((taken) => void taken.ack()),
  );
  expect([result.outcome, deaths(result)]).toEqual(['quiet', ['EddyError EDDY_CONFIG']]);
});
