/** What the ids tell is what happened: the causes that a run records itself are the measure. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, type Message, queueBroker, run, scenario as scenarioOf, service, tables } from '../../index.ts';
import { asMermaid, asText, type Journey, journeysOf, type Traced } from './journey.ts';
import scenario, { traced } from './order-journey.scenario.ts';

interface About {
  readonly value: Message;
}

const FIRST = { orderId: 'o1', sku: 'chair', cents: 500 };
const SECOND = { orderId: 'o2', sku: 'lamp', cents: 700 };

async function historyOf(faults: readonly string[], variant = 'correct'): Promise<readonly Entry[]> {
  const result = await run(scenario, { workload: [FIRST, SECOND], faults, variant });
  expect(result.notReached).toEqual([]);
  return [...result.history()];
}

const published = (history: readonly Entry[]): readonly Entry[] => history.filter(({ kind }) => kind === 'published');
const messageOf = (entry: Entry): Message => (entry.data as About).value;

function rebuilt(history: readonly Entry[]): ReadonlyMap<string, readonly Journey[]> {
  return journeysOf(published(history).map((entry) => traced(messageOf(entry))));
}

/** Pairs of events, the one and what followed from it: as the run recorded them, by deliveries and not by any id in a header. */
function followed(history: readonly Entry[]): readonly string[] {
  const pairs = published(history).flatMap(({ causes, ...entry }) =>
    causes.flatMap((n) => {
      const cause = history[n];
      return cause?.kind === 'delivered' ? [[messageOf(cause).id, messageOf(entry as Entry).id] as const] : [];
    }),
  );
  // What is sent to be tried again is no event of its own.
  return distinct(pairs.filter(([from, to]) => from !== to).map((pair) => pair.join(' -> ')));
}

function told(journeys: ReadonlyMap<string, readonly Journey[]>): readonly string[] {
  const pairs = (journey: Journey): readonly string[] =>
    journey.next.flatMap((each) => [`${journey.id} -> ${each.id}`, ...pairs(each)]);
  return distinct([...journeys.values()].flat().flatMap(pairs));
}

const distinct = (list: readonly string[]): readonly string[] =>
  [...new Set(list)].toSorted((a, b) => (a < b ? -1 : 1));

const RETRIED = ['db is refusing from 7 ms to 3 s'];
const TWICE = ['1st arrival of OrderRequested#o1 in orders: comes again after 0 s'];

test.each([
  ['undisturbed', []],
  ['tried again', RETRIED],
  ['told twice', TWICE],
])('%s: the tree that the ids tell is the one that the causes tell', async (_, faults) => {
  const history = await historyOf(faults);
  expect(told(rebuilt(history))).toEqual(followed(history));
  expect([...rebuilt(history).values()].map((begins) => begins.length)).toEqual([1, 1]);
});

test('one order, five services: drawn for a terminal and for a page', async () => {
  const [journey] = rebuilt(await historyOf([])).get('OrderRequested-o1') ?? [];
  // Payment and stock go side by side: which of them comes last to shipping is as it happens.
  expect(asText(journey as Journey)).toBe(`OrderRequested (web)
└─ OrderPlaced (orders)
   ├─ PaymentTaken (payment)
   └─ StockReserved (stock)
      └─ ParcelShipped (shipping)
         └─ CustomerTold (mail)`);
  expect(asMermaid(journey as Journey).split('\n')).toEqual([
    'flowchart LR',
    '  e1["OrderRequested<br/>web"]',
    '  e2["OrderPlaced<br/>orders"]',
    '  e3["PaymentTaken<br/>payment"]',
    '  e2 --> e3',
    '  e4["StockReserved<br/>stock"]',
    '  e5["ParcelShipped<br/>shipping"]',
    '  e6["CustomerTold<br/>mail"]',
    '  e5 --> e6',
    '  e4 --> e5',
    '  e2 --> e4',
    '  e1 --> e2',
  ]);
});

test('an event that is made anew tears it', async () => {
  const faults = ['1st delivery of OrderRequested#o1 to orders: publish of OrderPlaced to mq fails'];
  const history = await historyOf(faults, 'makes-it-anew');
  expect(told(rebuilt(history))).not.toEqual(followed(history));
  expect([...rebuilt(history).keys()]).toContain('OrderPlaced-o1');
});

test('an event that nobody knows the cause of begins anew', () => {
  const event = (id: string, causationid?: string): Traced => ({
    id,
    source: 's',
    type: 'T',
    correlationid: 'c',
    ...(causationid === undefined ? {} : { causationid }),
  });
  const torn = journeysOf([event('a'), event('b', 'a'), event('d', 'c')]).get('c');
  expect(torn?.map((each) => asText(each))).toEqual(['T (s)\n└─ T (s)', 'T (s)']);
});

test('an event is a record: who changes what it was handed changes nothing for the others', async () => {
  const mq = queueBroker('mq', {
    queues: { scribbler: {}, reader: {} },
    exchanges: { all: { type: 'fanout', bind: [{ queue: 'scribbler' }, { queue: 'reader' }] } },
  });
  const db = tables<{ read: { id: string; seen: string } }>('db', { read: { key: 'id' } });
  interface Noted {
    list: string[];
  }
  const scribbler = service('scribbler', { mq }, ({ mq }) => {
    mq.consume<Noted>('scribbler').subscribe(async ({ message, ack }) => {
      message.body.list.push('scribbled');
      (message.headers as Record<string, unknown>)['note'] = 'scribbled';
      await ack();
    });
  });
  const reader = service('reader', { mq, db }, ({ mq, db }) => {
    mq.consume<Noted>('reader').subscribe(async ({ message: { id, body, headers }, ack }) => {
      await db.transaction((tx) => tx.put('read', { id, seen: [...body.list, String(headers['note'])].join() }));
      await ack();
    });
  });
  const sent: Noted = { list: ['as it was'] };
  const shared = scenarioOf({
    name: 'shared',
    services: { scribbler, reader },
    workload: {
      item: fc.constant('e1'),
      key: (item) => item,
      uses: { mq },
      send: async (id, { mq }) => {
        const publishing = mq.publish({ exchange: 'all', key: '' }, sent, {
          id,
          type: 'Noted',
          headers: { note: 'true' },
        });
        sent.list.push('changed by its producer');
        await publishing;
      },
    },
    properties: [],
  });
  // Whichever is handed it first.
  for (const faults of [
    [],
    ['1st arrival of Noted#e1 in reader: comes 3 s late'],
    ['1st arrival of Noted#e1 in reader: comes again after 20 ms'],
  ]) {
    sent.list = ['as it was'];
    const history = [...(await run(shared, { workload: ['e1'], faults })).history()];
    const rows = history.filter(({ kind }) => kind === 'inserted' || kind === 'updated');
    expect(rows.map(({ data }) => (data as { value: { seen: string } }).value.seen)).toEqual(
      rows.map(() => 'as it was,true'),
    );
    expect(rows.length).toBeGreaterThan(0);
  }
});
