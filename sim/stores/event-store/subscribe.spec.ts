import { concatMap, firstValueFrom, take, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { external } from '../../external/external.ts';
import { service } from '../../services/service.ts';
import { ending, entriesOf, happened, play } from '../../world.fixture.ts';
import { eventStore } from './component.ts';
import type { Recorded } from './log.ts';
import type { EventStorePort } from './port.ts';

interface Noted {
  type: 'Noted';
  text: string;
}
type Store = EventStorePort<Noted>;
const store = eventStore<Noted>('ledger');
const mail = external('mail', { send: { reply: (request: string) => request } });
const noted = (text: string): Noted => ({ type: 'Noted', text });
const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms));

/** A reader that subscribes at each start; the workload appends item after item to a stream of its own name. */
async function reading(
  o: { from: bigint | 'start' | 'end'; streams?: string },
  items: readonly string[],
  faults: readonly string[] = [],
  send = (item: string, { store }: { store: Store }): Promise<unknown> =>
    store.append(item, [noted(item)], { expected: 'any' }),
) {
  const seen: string[] = [];
  const reader = service('reader', { store }, ({ store }) => {
    store.subscribe(o).subscribe(({ id }) => void seen.push(id));
  });
  const record = await play({
    uses: { store },
    items,
    faults,
    recordSites: true,
    services: [reader],
    send: async (item, ports) => void (await send(item, ports)),
  });
  expect(record.outcome).toBe('quiet');
  return { seen, record };
}

describe('subscribe', () => {
  test('replays what is there and goes on with what comes, in one order over all streams', async () => {
    const { seen, record } = await reading({ from: 'start' }, ['a', 'b', 'c'], [], async (item, { store }) => {
      await store.append(`${item}-1`, [noted(item), noted(item)], { expected: 'none' });
      await store.append('all', [noted(item)], { expected: 'any' });
    });
    expect(seen).toEqual(['a-1@1', 'a-1@2', 'all@1', 'b-1@1', 'b-1@2', 'all@2', 'c-1@1', 'c-1@2', 'all@3']);
    const observed = entriesOf(record, 'observed');
    expect(observed.map(({ process }) => process)).toEqual(seen.map(() => 'reader/0'));
    const causes = observed.map(({ causes }) => happened(record.entries[causes[0] as number] as never).value);
    expect(causes).toEqual(observed.map((entry) => happened(entry).value));
  });

  test('says nothing of what a name or pattern does not mean', async () => {
    const items = ['account-1', 'account-10', 'account-2', 'order-1', 'accounts'];
    const seen = async (streams: string): Promise<string> =>
      (await reading({ from: 'start', streams }, items)).seen.map((id) => id.split('@')[0]).join(' ');
    expect(await seen('account-')).toBe('account-1 account-10 account-2');
    expect(await seen('account-1')).toBe('account-1 account-10');
    expect(await seen('*-1')).toBe('account-1 order-1');
    expect(await seen('account-1*')).toBe('account-1 account-10');
    expect(await seen('a*s')).toBe('accounts');
    expect(await seen('a.*')).toBe('');
    expect(await seen('*')).toBe(items.join(' '));
  });

  test('begins behind the position it is given, or with what is appended from now on', async () => {
    const told: string[] = [];
    await play({
      uses: { store },
      send: async (_, { store }) => {
        const collect = async (from: bigint | 'start' | 'end'): Promise<void> => {
          const seen: string[] = [];
          const subscription = store.subscribe({ from }).subscribe(({ event }) => void seen.push(event.text));
          await sleep(10);
          await store.append('live', [noted('live')], { expected: 'any' });
          await sleep(10);
          subscription.unsubscribe();
          await store.append('live', [noted('after')], { expected: 'any' });
          told.push(`${String(from)}: ${seen.join(' ')}`);
        };
        await store.append('a', [noted('a'), noted('b'), noted('c')], { expected: 'none' });
        const [first] = await store.read('a');
        await collect('end');
        await collect('start');
        await collect(first?.position ?? 0n);
      },
    });
    expect(told[0]).toBe('end: live');
    expect(told[1]).toBe('start: a b c live after live');
    expect(told[2]).toMatch(/^\d+: b c live after live after live$/);
  });
});

test('events wait for a subscriber that is paused, in their order', async () => {
  const faults = ['1st delivery of Noted#a to reader: pause of 5 s on receipt'];
  const { seen, record } = await reading({ from: 'start' }, ['a', 'b', 'c'], faults);
  expect(seen).toEqual(['a@1', 'b@1', 'c@1']);
  const [, ...behind] = entriesOf(record, 'observed').map(({ timeUs }) => timeUs);
  expect(Math.min(...behind)).toBeGreaterThan(5_000_000);
});

test('faults may strike an event on its way and where it is handed out, and each place is known for a store’s', async () => {
  const { sites } = (await reading({ from: 'start' }, ['a', 'b'])).record;
  const told = sites.flatMap((site) =>
    site.what === 'arrival'
      ? [['arrival', site.arrival.lineage, site.isStored]]
      : site.what === 'delivery'
        ? [['delivery', site.moment.lineage, site.isStored]]
        : [],
  );
  expect(told.toSorted()).toEqual([
    ['arrival', 'Noted#a', true],
    ['arrival', 'Noted#b', true],
    ['delivery', 'Noted#a', true],
    ['delivery', 'Noted#b', true],
  ]);
});

describe('a subscription that is cut off', () => {
  const items = ['a', 'b', 'c', 'd'];
  const all = items.map((item) => `${item}@1`);
  /** What was applied though its answer was lost is not appended again. */
  const once = async (item: string, { store }: { store: Store }): Promise<void> => {
    const end = await ending(store.append(item, [noted(item)], { expected: 'none' }));
    if (end !== 'resolved' && end !== 'EDDY_WRONG_VERSION') throw new Error(end);
  };

  test.each([
    'ledger is refusing from 10 ms to 3 s',
    'ledger is silent from 10 ms to 3 s',
    '1st delivery of Noted#b to reader: disconnect from ledger on receipt',
    '1st delivery of Noted#b to reader: pause of 90 s on receipt',
    '1st arrival of Noted#b in reader: comes 3 s late',
  ])('goes on behind what it delivered last: %s', async (fault) => {
    const { seen, record } = await reading({ from: 'start' }, items, [fault], once);
    expect(seen).toEqual(all);
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
  });

  test('is sent again what was on its way, and hears no more of what was sent before', async () => {
    const { seen } = await reading(
      { from: 'start' },
      ['p1'],
      [
        '1st delivery of Noted#p1 to reader: disconnect from ledger on receipt',
        '1st arrival of Noted#p1.2 in reader: comes 3 s late',
      ],
      (_, { store }) => store.append('a', ['x', 'y', 'z'].map(noted), { expected: 'none' }),
    );
    expect(seen).toEqual(['a@1', 'a@2', 'a@3']);
  });

  test('by its subscriber is sent nothing more', async () => {
    const reader = service('reader', { store }, ({ store }) => {
      store.subscribe({ from: 'start' }).pipe(take(2)).subscribe();
    });
    const send = (item: string, { store }: { store: Store }): Promise<unknown> =>
      store.append('a', ['x', 'y', 'z'].map(noted), { expected: 'any' });
    const record = await play({
      uses: { store },
      items,
      services: [reader],
      send: async (...args) => void (await send(...args)),
    });
    expect(entriesOf(record, 'observed')).toHaveLength(2);
  });

  test('by the death of its process begins where the next one says', async () => {
    const { seen, record } = await reading({ from: 'start' }, items, [
      '1st delivery of Noted#b to reader: crash on receipt',
    ]);
    expect(seen).toEqual(['a@1', ...all]);
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
    const again = entriesOf(record, 'observed').map((entry) => happened(entry).about?.['nth']);
    expect(again.filter((nth) => nth === 2)).toHaveLength(2);
  });

  test('begins late events after the ones before them, and before the ones behind', async () => {
    const { seen, record } = await reading({ from: 'start' }, items, [
      '1st arrival of Noted#a in reader: comes 3 s late',
    ]);
    expect(seen).toEqual(all);
    const [first] = entriesOf(record, 'observed');
    expect(first?.timeUs).toBeGreaterThan(3_000_000);
  });
});

test('a silent store keeps its connections: what was on its way comes once, when it speaks again', async () => {
  const { seen, record } = await reading({ from: 'start' }, ['a', 'b', 'c'], ['ledger is silent from 5 ms to 8 s']);
  expect(seen.toSorted()).toEqual(['a@1', 'b@1', 'c@1']);
  expect(entriesOf(record, 'observed').map((entry) => happened(entry).about?.['nth'])).toEqual([1, 1, 1]);
  expect(record.faults[0]?.tookEffect).toBe(true);
});

test('what is appended while its subscriber is cut off is on its way to it once', async () => {
  const { seen, record } = await reading(
    { from: 'start' },
    ['a', 'b'],
    ['1st delivery of Noted#a to reader: disconnect from ledger on receipt'],
  );
  expect(seen).toEqual(['a@1', 'b@1']);
  const arrivals = record.sites.flatMap((site) => (site.what === 'arrival' ? [site.arrival] : []));
  expect(arrivals.map(({ nth, lineage }) => [nth, lineage])).toEqual([
    [1, 'Noted#a'],
    [1, 'Noted#b'],
  ]);
});

test('who subscribes while the store is out, or while it is cut off, is served when it has a connection', async () => {
  const { record } = await reading(
    { from: 'start' },
    ['a'],
    [
      '1st delivery of Noted#a to reader: crash on receipt, restart after 200 ms',
      'ledger is refusing from 100 ms to 3 s',
    ],
  );
  const [, again] = entriesOf(record, 'observed').map(({ timeUs }) => timeUs);
  expect(again).toBeGreaterThan(3_000_000);

  const cutOff = await play({
    uses: { store },
    send: async (_, { store }) => {
      await store.append('a', [noted('x')], { expected: 'any' });
      store.subscribe({ from: 'start' }).subscribe();
      await sleep(1000);
    },
    faults: ['1st send of p1: disconnect from ledger after append to ledger'],
  });
  const [{ timeUs: appendedUs } = { timeUs: 0 }] = entriesOf(cutOff, 'appended');
  expect(entriesOf(cutOff, 'observed').map(({ timeUs }) => timeUs > appendedUs + 100_000)).toEqual([true]);
});

test('who gives a subscription up before the store has heard of it is sent nothing', async () => {
  const { sites } = await play({
    uses: { store },
    recordSites: true,
    send: async (_, { store }) => {
      await store.append('a', [noted('x')], { expected: 'any' });
      store.subscribe({ from: 'start' }).subscribe().unsubscribe();
      await sleep(1000);
    },
  });
  expect(sites.filter(({ what }) => what === 'arrival')).toEqual([]);
});

test('an outage is not noticed on a host that is lost, though its subscriptions stand', async () => {
  const { record } = await reading(
    { from: 'start' },
    ['a'],
    [
      '1st delivery of Noted#a to reader: host loss on receipt, restart after 90 s',
      'ledger is refusing from 10 s to 11 s',
    ],
  );
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, false]);
});

test('an outage is noticed by who subscribes, though nothing is asked meanwhile, and else by nobody', async () => {
  const faults = ['ledger is refusing from 30 s to 31 s'];
  const append = async (item: string, { store }: { store: Store }): Promise<void> =>
    void (await store.append(item, [noted(item)], { expected: 'any' }));
  const { record } = await reading({ from: 'start' }, ['a'], faults);
  const alone = await play({ uses: { store }, items: ['a'], faults, send: append });
  expect([record, alone].map(({ faults }) => faults[0]?.tookEffect)).toEqual([true, false]);
});

test.each([
  ['before', 'not applied', ['not applied', 'ok'], 1],
  ['between', 'unknown', ['unknown', 'not applied', 'ok'], 2],
] as const)('a disconnect %s an append and its answer: %s', async (gap, _, expected, stored) => {
  const told: string[] = [];
  const writer = service('writer', { store }, ({ store }) => {
    store.subscribe({ from: 'start', streams: 'a' }).subscribe(({ event }) => {
      void (async () => {
        for (let done = ''; done !== 'ok'; ) {
          const append = store.append('b', [noted(event.text)], { expected: 'any' });
          done = await append.then(
            () => 'ok',
            ({ data }: { data: { outcome: string } }) => data.outcome,
          );
          told.push(done);
          if (done === 'not applied') await sleep(200);
        }
      })();
    });
  });
  const place = gap === 'before' ? 'before append to ledger' : 'between append to ledger and its answer';
  const record = await play({
    uses: { store },
    services: [writer],
    send: async (_, { store }) => void (await store.append('a', [noted('x')], { expected: 'none' })),
    faults: [`1st delivery of Noted#p1 to writer: disconnect from ledger ${place}`],
  });
  expect(told).toEqual(expected);
  const streams = entriesOf(record, 'appended').map((entry) => (happened(entry).value as Recorded<Noted>).stream);
  expect(streams.filter((stream) => stream === 'b')).toHaveLength(stored);
});

test('what a handler does belongs to its event, though another one ended for it to begin', async () => {
  const handler = service('writer', { store, mail }, ({ store, mail }) => {
    store
      .subscribe({ from: 'start', streams: 'a' })
      .pipe(
        concatMap(async ({ event }) => {
          await sleep(50);
          await mail.send(event.text);
          await store.append('done', [noted(event.text)], { expected: 'any' });
        }),
      )
      .subscribe();
  });
  const record = await play({
    uses: { store },
    services: [handler],
    send: async (_, { store }) => void (await store.append('a', ['x', 'y', 'z'].map(noted), { expected: 'none' })),
  });
  const caused = entriesOf(record, 'applied', 'appended')
    .filter(({ process }) => process === 'writer/0')
    .map((entry) => {
      const cause = happened(record.entries[entry.causes[0] as number] as never).value as Recorded<Noted>;
      const { value } = happened(entry);
      return `${typeof value === 'string' ? value : (value as Recorded<Noted>).event.text} by ${cause.id}`;
    });
  expect(caused).toEqual(['x by a@1', 'x by a@1', 'y by a@2', 'y by a@2', 'z by a@3', 'z by a@3']);
});
