/**
 * The port in a world against a model so small that it can be seen to be right: a list of events. Whatever is asked, in
 * whatever order, over a connection that breaks now and then, answers are the model's, and every subscriber sees the
 * model's list from where it began.
 */
import fc from 'fast-check';
import { firstValueFrom, timer } from 'rxjs';
import { expect, test } from 'vitest';
import { service } from '../../services/service.ts';
import { eventStore } from './component.ts';
import { type EventStorePort } from './port.ts';
import { play } from '../../world.fixture.ts';

interface Noted {
  type: 'Noted';
  n: number;
}
type Store = EventStorePort<Noted>;
const store = eventStore<Noted>('ledger');

interface Written {
  readonly stream: string;
  readonly version: number;
  readonly n: number;
}
class Model {
  readonly events: Written[] = [];
  readonly snapshots = new Map<string, unknown>();
  readonly subscribers: { readonly wants: () => string[]; readonly saw: string[] }[] = [];
  written = 0;

  of(stream: string): Written[] {
    return this.events.filter((event) => event.stream === stream);
  }
}
const named = ({ stream, version }: { stream: string; version: number }): string => `${stream}@${version}`;
/** What was sent has arrived. */
const settle = (): Promise<unknown> => firstValueFrom(timer(20));

type Command = fc.AsyncCommand<Model, Store>;
const command = (name: string, run: (model: Model, store: Store) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const stream = fc.constantFrom('a-1', 'a-2', 'b-1');
const expected = fc.oneof(fc.constantFrom('none' as const, 'any' as const), fc.nat(6));

const append = fc.record({ stream, count: fc.nat(3), expected }).map(({ stream, count, expected }) =>
  command(`append ${count} to ${stream} at ${expected}`, async (model, store) => {
    const events = Array.from({ length: count }, (): Noted => ({ type: 'Noted', n: model.written++ }));
    const before = model.of(stream).length;
    const answer = await store.append(stream, events, { expected }).catch((error: unknown) => error);
    if (expected !== 'any' && before !== (expected === 'none' ? 0 : expected)) {
      expect(answer).toMatchObject({ code: 'EDDY_WRONG_VERSION', data: { actual: before } });
      return;
    }
    expect(answer).toEqual({ version: before + count });
    model.events.push(...events.map(({ n }, at) => ({ stream, version: before + at + 1, n })));
  }),
);

const read = fc.record({ stream, from: fc.option(fc.nat(6), { nil: undefined }) }).map(({ stream, from }) =>
  command(`read ${stream} from ${from}`, async (model, store) => {
    const answer = await store.read(stream, from === undefined ? {} : { from });
    const want = model.of(stream).filter(({ version }) => version >= (from ?? 1));
    expect(answer.map(({ stream, version, event }) => ({ stream, version, n: event.n }))).toEqual(want);
  }),
);

const snapshot = fc.record({ stream, version: fc.nat(6), state: fc.jsonValue() }).map(({ stream, version, state }) =>
  command(`snapshot ${stream} at ${version}`, async (model, store) => {
    expect(await store.loadSnapshot(stream)).toEqual(model.snapshots.get(stream));
    await store.saveSnapshot(stream, version, state);
    model.snapshots.set(stream, { version, state });
  }),
);

const prefix = fc.constantFrom(undefined, 'a-', 'a-1', 'b', '*1');
const means = (streams: string | undefined, stream: string): boolean =>
  streams === undefined || (streams === '*1' ? stream.endsWith('1') : stream.startsWith(streams));

const subscribe = fc
  .record({ streams: prefix, from: fc.oneof(fc.constantFrom('start', 'end'), fc.nat(9)) })
  .map(({ streams, from }) =>
    command(`subscribe ${streams} from ${from}`, async (model, store) => {
      const after =
        from === 'start' ? 0 : from === 'end' ? model.events.length : Math.min(Number(from), model.events.length);
      const last = model.events[after - 1];
      const position = last && (await store.read(last.stream, { from: last.version }))[0]?.position;
      const saw: string[] = [];
      const filter = streams === undefined ? {} : { streams };
      store.subscribe({ from: from === 'end' ? 'end' : (position ?? 'start'), ...filter }).subscribe((recorded) => {
        saw.push(`${named(recorded)} ${recorded.event.n}`);
      });
      const wants = (): string[] =>
        model.events
          .slice(after)
          .filter(({ stream }) => means(streams, stream))
          .map((event) => `${named(event)} ${event.n}`);
      model.subscribers.push({ wants, saw });
      await settle();
    }),
  );

/** The process's connection breaks while an append of its own is answered; what it wrote stands. */
const breaks = (nth: number): string =>
  `1st start of reader: disconnect from ledger after ${nth === 1 ? '' : nth === 2 ? '2nd ' : nth === 3 ? '3rd ' : `${nth}th `}read from ledger`;

test('whatever is asked, in whatever order, the store answers as a list of events would', async () => {
  let commands = 0;
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.commands([append, append, append, read, snapshot, subscribe], { maxCommands: 25, size: 'max' }),
      async (list) => {
        let wrong: unknown;
        let model = new Model();
        const asker = service('asker', { store }, async ({ store }) => {
          model = new Model();
          await fc.asyncModelRun(() => ({ model, real: store }), list).catch((error: unknown) => (wrong = error));
        });
        const record = await play({ uses: { store }, items: [], services: [asker], send: async () => {} });
        if (wrong) throw wrong;
        expect(record.outcome).toBe('quiet');
        for (const { wants, saw } of model.subscribers) expect(saw).toEqual(wants());
        commands += record.entries.length;
        seen += model.subscribers.reduce((sum, { saw }) => sum + saw.length, 0);
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  expect([commands > 2000, seen > 1000]).toEqual([true, true]);
});

test('subscribers over connections that break miss nothing and see nothing twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ atMs: fc.nat(400), nth: fc.integer({ min: 1, max: 6 }) }), { maxLength: 4 }),
      fc.array(fc.record({ stream, gapMs: fc.nat(120) }), { minLength: 1, maxLength: 12 }),
      fc.constantFrom('refusing', 'silent'),
      async (drops, appends, how) => {
        const saw: string[] = [];
        const reader = service('reader', { store }, ({ store }) => {
          store.subscribe({ from: 'start' }).subscribe((recorded) => {
            saw.push(named(recorded));
            void store.read(recorded.stream).catch(() => {});
          });
          for (let n = 0; n < 6; n++) void store.read('a-1').catch(() => {});
        });
        const wrote: string[] = [];
        await play({
          uses: { store },
          services: [reader],
          faults: [
            ...drops.map(({ nth }) => breaks(nth)),
            ...drops.slice(0, 1).map(({ atMs }) => `ledger is ${how} from ${atMs} ms to ${atMs + 300} ms`),
          ],
          send: async (_, { store }) => {
            for (const { stream, gapMs } of appends.slice(wrote.length)) {
              await firstValueFrom(timer(gapMs));
              const [last] = await store.read(stream).then((all) => all.slice(-1));
              const version = last?.version ?? 0;
              await store.append(stream, [{ type: 'Noted', n: 1 }], { expected: version });
              wrote.push(`${stream}@${version + 1}`);
            }
          },
        });
        // An append whose answer was lost may stand though the writer made it again.
        expect(new Set(saw).size).toBe(saw.length);
        expect(saw).toEqual(expect.arrayContaining(wrote));
      },
    ),
    { numRuns: 200, seed: 8 },
  );
});
