import { describe, expect, test } from 'vitest';
import { queueBroker } from '../../brokers/queue/component.ts';
import { service } from '../../services/service.ts';
import { entriesOf, happened, play } from '../../world.fixture.ts';
import { eventStore } from './component.ts';
import type { Recorded } from './log.ts';
import type { EventStorePort } from './port.ts';

interface Noted {
  type: 'Noted';
  text: string;
  list?: string[];
}
type Store = EventStorePort<Noted>;
const store = eventStore<Noted>('ledger');
const noted = (text: string): Noted => ({ type: 'Noted', text });

async function asking(work: (store: Store, tell: (what: unknown) => void) => Promise<unknown>, faults: string[] = []) {
  const told: unknown[] = [];
  const record = await play({
    uses: { store },
    faults,
    send: async (_item, { store }) => void (await work(store, (what) => told.push(what))),
  });
  return { told, record };
}

/** `ok`, or the error's code, then what it says of the version or the outcome. */
async function told(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'ok';
  } catch (error) {
    const { code, data } = error as { code: string; data: { actual?: number; outcome?: string } };
    return `${code} ${data.actual ?? data.outcome}`;
  }
}

const texts = async (store: Store, stream = 'a-1'): Promise<string> =>
  (await store.read(stream)).map(({ version, event }) => `${version}${event.text}`).join(' ');

describe('appends', () => {
  test('answer the version, and are refused with the actual one when the stream is elsewhere', async () => {
    const result = await asking(async (store, tell) => {
      tell(await store.append('a-1', [noted('a'), noted('b')], { expected: 'none' }));
      tell(await told(store.append('a-1', [noted('x')], { expected: 'none' })));
      tell(await told(store.append('a-1', [noted('x')], { expected: 0 })));
      tell(await told(store.append('a-1', [noted('x')], { expected: 1 })));
      tell(await told(store.append('a-1', [noted('x')], { expected: 3 })));
      tell(await store.append('a-1', [noted('c')], { expected: 2 }));
      tell(await store.append('a-1', [noted('d')], { expected: 'any' }));
      tell(await store.append('a-1', [], { expected: 4 }));
      tell(await told(store.append('a-1', [], { expected: 3 })));
      tell(await store.append('a-2', [noted('e')], { expected: 0 }));
      tell(await texts(store));
    });
    expect(result.told).toEqual([
      { version: 2 },
      'EDDY_WRONG_VERSION 2',
      'EDDY_WRONG_VERSION 2',
      'EDDY_WRONG_VERSION 2',
      'EDDY_WRONG_VERSION 2',
      { version: 3 },
      { version: 4 },
      { version: 4 },
      'EDDY_WRONG_VERSION 4',
      { version: 1 },
      '1a 2b 3c 4d',
    ]);
  });

  test('of two at once that expect the same version one is refused', async () => {
    const result = await asking(async (store, tell) => {
      const both = ['a', 'b'].map((text) => told(store.append('a-1', [noted(text)], { expected: 'none' })));
      tell((await Promise.all(both)).toSorted((a, b) => (a < b ? -1 : 1)));
      tell((await store.read('a-1')).length);
    });
    expect(result.told).toEqual([['EDDY_WRONG_VERSION 1', 'ok'], 1]);
  });

  test('are entries, one an event, named by what caused them, with positions that grow and leave gaps', async () => {
    const { record } = await asking(async (store) => {
      await store.append('a-1', [noted('a'), noted('b')], { expected: 'none' });
      await store.append('a-2', [noted('c')], { expected: 'none' });
    });
    const entries = entriesOf(record, 'appended').map(happened);
    const values = entries.map(({ value }) => value as Recorded<Noted>);
    expect(values.map(({ id, event }) => `${id} ${event.text}`)).toEqual(['a-1@1 a', 'a-1@2 b', 'a-2@1 c']);
    expect(entries.map(({ about }) => about?.['lineage'])).toEqual(['Noted#p1', 'Noted#p1.2', 'Noted#p1.3']);
    const positions = values.map(({ position }) => position);
    expect(positions.every((position, n) => position > (positions[n - 1] ?? 0n) + 1n)).toBe(true);
    expect(record.digest).toMatch(/^[0-9a-f]{16}$/);
  });

  test('by who handles a message are named behind it, as what it sends is', async () => {
    const mq = queueBroker('mq', { queues: { paid: {} } });
    const ledger = service('ledger', { mq, store }, ({ mq, store }) => {
      mq.consume('paid').subscribe(async ({ ack }) => {
        for (const text of ['a', 'b']) await store.append('a-1', [noted(text)], { expected: 'any' });
        await ack();
      });
    });
    const record = await play({
      uses: { mq },
      services: [ledger],
      send: async (_item, { mq }) => mq.publish({ key: 'paid' }, {}, { id: '1', type: 'Paid' }),
    });
    const lineages = entriesOf(record, 'appended').map((entry) => happened(entry).about?.['lineage']);
    expect(lineages).toEqual(['Paid#p1/Noted#1', 'Paid#p1/Noted#2']);
  });

  test('that are made again keep the names of their events', async () => {
    const { record } = await asking(
      async (store) => {
        const again = () => store.append('a-1', [noted('a'), noted('b')], { expected: 'none' });
        await again().catch(again);
      },
      ['1st send of p1: append to ledger fails'],
    );
    const lineages = entriesOf(record, 'appended').map((entry) => happened(entry).about?.['lineage']);
    expect(lineages).toEqual(['Noted#p1', 'Noted#p1.2']);
  });

  test('behind others of their type, too', async () => {
    const { record } = await asking(async (store) => {
      await store.append('a-1', [noted('a')], { expected: 'none' });
      await store.append('a-1', [noted('b')], { expected: 'none' }).catch(() => {});
      await store.append('a-1', [noted('b')], { expected: 1 });
    });
    const lineages = entriesOf(record, 'appended').map((entry) => happened(entry).about?.['lineage']);
    expect(lineages).toEqual(['Noted#p1', 'Noted#p1.2']);
  });
});

describe('reads', () => {
  test('begin with the version asked for', async () => {
    const result = await asking(async (store, tell) => {
      await store.append('a-1', ['a', 'b', 'c'].map(noted), { expected: 'none' });
      for (const from of [undefined, 0, 1, 2, 3, 4]) {
        const read = await store.read('a-1', from === undefined ? {} : { from });
        tell(read.map(({ version }) => version).join(''));
      }
      tell(await store.read('a-2'));
    });
    expect(entriesOf(result.record, 'read').map((entry) => happened(entry).value)).toEqual([
      ...Array.from({ length: 6 }, () => ({ stream: 'a-1', version: 3 })),
      { stream: 'a-2', version: 0 },
    ]);
    expect(result.told).toEqual(['123', '123', '123', '23', '3', '', []]);
  });

  test('and writes copy at the border', async () => {
    const result = await asking(async (store, tell) => {
      const event: Noted = { type: 'Noted', text: 'a', list: ['x'] };
      const state = { list: ['x'] };
      const appended = store.append('a-1', [event], { expected: 'none' });
      const saved = store.saveSnapshot('a-1', 1, state);
      for (const list of [event.list, state.list]) list?.push('y');
      await Promise.all([appended, saved]);
      const [first] = await store.read('a-1');
      first?.event.list?.push('z');
      tell((await store.read('a-1'))[0]?.event.list);
      const loaded = await store.loadSnapshot('a-1');
      (loaded?.state as typeof state | undefined)?.list.push('z');
      tell(await store.loadSnapshot('a-1'));
    });
    expect(result.told).toEqual([['x'], { version: 1, state: { list: ['x'] } }]);
  });
});

test('the latest snapshot of a stream is the one that is loaded, whatever its version', async () => {
  const { told, record } = await asking(async (store, tell) => {
    tell(await store.loadSnapshot('a-1'));
    await store.saveSnapshot('a-1', 7, 'seven');
    await store.saveSnapshot('a-2', 1, 'other');
    await store.saveSnapshot('a-1', 3, 'three');
    tell(await store.loadSnapshot('a-1'));
  });
  expect(told).toEqual([undefined, { version: 3, state: 'three' }]);
  expect(entriesOf(record, 'snapshotted').map((entry) => happened(entry).value)).toEqual([
    { stream: 'a-1', version: 7, state: 'seven' },
    { stream: 'a-2', version: 1, state: 'other' },
    { stream: 'a-1', version: 3, state: 'three' },
  ]);
});

describe('faults', () => {
  const appendTwice = (store: Store, tell: (what: unknown) => void): Promise<void> =>
    (async () => {
      for (let n = 0; n < 2; n++) tell(await told(store.append('a-1', [noted('a')], { expected: 'none' })));
      tell(await texts(store));
    })();

  const NOT_SENT = 'EDDY_CONNECTION not applied';
  test.each([
    ['append to ledger fails', ['EDDY_CONNECTION not applied', 'ok', '1a']],
    ['answer of append to ledger is lost, applied', ['EDDY_CONNECTION unknown', 'EDDY_WRONG_VERSION 1', '1a']],
    ['answer of append to ledger is lost, not applied', ['EDDY_CONNECTION unknown', 'ok', '1a']],
    ['append to ledger takes 3 s longer', ['ok', 'EDDY_WRONG_VERSION 1', '1a']],
    // What was never sent is known to have failed; the send is made again when the connection is back.
    ['disconnect from ledger before append to ledger', [NOT_SENT, NOT_SENT, 'ok', 'EDDY_WRONG_VERSION 1', '1a']],
    [
      'disconnect from ledger after append to ledger',
      ['ok', NOT_SENT, 'EDDY_WRONG_VERSION 1', 'EDDY_WRONG_VERSION 1', '1a'],
    ],
  ])('%s', async (words, expected) => {
    const result = await asking(appendTwice, [`1st send of p1: ${words}`]);
    expect(result.told).toEqual(expected);
    expect(result.record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
  });

  test.each([
    ['read from ledger', (store: Store) => store.read('a-1')],
    ['load snapshot from ledger', (store: Store) => store.loadSnapshot('a-1')],
    ['save snapshot to ledger', (store: Store) => store.saveSnapshot('a-1', 1, {})],
  ])('%s can fail', async (phrase, call) => {
    const result = await asking(
      async (store, tell) => tell(await told(call(store))),
      [`1st send of p1: ${phrase} fails`],
    );
    expect(result.told).toEqual(['EDDY_CONNECTION not applied']);
  });

  test('a silence keeps the connection: behind it a call is answered at once', async () => {
    const result = await asking(
      async (store, tell) => {
        await new Promise((resolve) => setTimeout(resolve, 3001));
        tell(await told(store.append('a-1', [noted('a')], { expected: 'none' })));
      },
      ['ledger is silent from 1 s to 3 s'],
    );
    expect(result.told).toEqual(['ok']);
  });

  test('an outage turns callers away, or leaves them without an answer', async () => {
    for (const [how, outcome] of [
      ['refusing', 'not applied'],
      ['silent', 'unknown'],
    ]) {
      const result = await asking(appendTwice, [`ledger is ${how} from 0 ms to 5 s`]);
      expect(result.told[0]).toBe(`EDDY_CONNECTION ${outcome}`);
    }
  });
});

test('what touches the events of a stream and what touches its snapshot may race with its own kind only', async () => {
  const { sites } = await play({
    uses: { store },
    recordSites: true,
    send: async (_, { store }) => {
      await store.append('a-1', [noted('a')], { expected: 'any' });
      await store.read('a-1');
      await store.saveSnapshot('a-1', 1, {});
      await store.loadSnapshot('a-1');
    },
  });
  const touches = new Map<string, string>();
  for (const site of sites) if (site.what === 'operation') touches.set(site.operation.phrase, site.touches);
  expect(Object.fromEntries(touches)).toEqual({
    'append to ledger': 'ledger.a-1',
    'read from ledger': 'ledger.a-1',
    'save snapshot to ledger': 'ledger.a-1/snapshot',
    'load snapshot from ledger': 'ledger.a-1/snapshot',
  });
});
