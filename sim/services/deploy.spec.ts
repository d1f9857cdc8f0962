/** Graceful stops, rolling restarts, and two versions of the code side by side. */
import fc from 'fast-check';
import { firstValueFrom, fromEvent, takeUntil, timer } from 'rxjs';
import { expect, test } from 'vitest';
import type { Ports } from '../component.ts';
import type { Entry } from '../history/history.ts';
import { inWorlds, type RunRecord } from '../simulate.ts';
import { entriesOf, type Here, run, runIn, type RunOptions, tiny } from '../spec-world.ts';
import { eventStore } from '../stores/event-store/component.ts';
import { play } from '../world.fixture.ts';
import { type Life, service, type ServiceShape } from './service.ts';

/** Notes each letter, after so long; whether it listens to the signal is its own business. */
function reader(o: { workMs: number; drains: boolean; prefetch?: number }, version = 'v1') {
  return tiny(({ mq, db }: Here, { stopping }: Life) => {
    const letters = mq.consume('letters', { prefetch: o.prefetch ?? 1 });
    const until = o.drains ? letters.pipe(takeUntil(fromEvent(stopping, 'abort'))) : letters;
    until.subscribe((delivery) => {
      const work = async (): Promise<void> => {
        const { id } = delivery.message;
        await firstValueFrom(timer(o.workMs));
        await db.transaction((tx) => tx.put('notes', { id, text: version }));
        await delivery.ack();
      };
      work().catch(() => {});
    });
  });
}

const KINDS = new Set(['started', 'stopping', 'stopped', 'crashed', 'delivered', 'acked']);

/** `tiny/0 stopped (nothing pending) at 1.2 s` */
function lifeOf(record: RunRecord, kinds: ReadonlySet<string> = KINDS): string[] {
  return record.entries
    .filter(({ kind }) => kinds.has(kind))
    .map(({ process, kind, data }) => {
      const { why, about, value } = data as { why?: string; about?: { redelivered?: boolean }; value?: { id: string } };
      const more = [value?.id, why === undefined ? '' : `(${why})`, about?.redelivered === true ? 'again' : ''];
      return [process, kind, ...more.filter(Boolean)].join(' ');
    });
}

const stop = '1st delivery of Letter#p1 to tiny: graceful stop on receipt';

test('a process that stops consuming and drains ends as soon as nothing of it is pending, and is started again', async () => {
  const record = await run([reader({ workMs: 3000, drains: true })], { items: ['p1', 'p2'], plan: [stop] });
  expect(lifeOf(record)).toEqual([
    'tiny/0 started',
    'tiny/0 delivered p1',
    'tiny/0 stopping',
    'tiny/0 acked p1',
    'tiny/0 stopped (nothing pending)',
    'tiny/0.2 started',
    'tiny/0.2 delivered p2',
    'tiny/0.2 acked p2',
  ]);
  const at = (kind: string, n = 0): number => entriesOf(record, kind)[n]?.timeUs ?? 0;
  expect(at('stopped') - at('acked')).toBeLessThanOrEqual(100_000);
  expect(at('started', 1) - at('stopped')).toBe(1_000_000);
  expect(record.faults[0]?.tookEffect).toBe(true);
});

test('one that does not listen goes on as before, is killed after the grace, and what it had unacked comes again', async () => {
  const items = ['p1', 'p2'];
  const record = await run([reader({ workMs: 7000, drains: false })], { items, plan: [stop] });
  expect(lifeOf(record)).toEqual([
    'tiny/0 started',
    'tiny/0 delivered p1',
    'tiny/0 stopping',
    'tiny/0 acked p1',
    'tiny/0 delivered p2',
    'tiny/0 stopped (grace is over)',
    'tiny/0.2 started',
    'tiny/0.2 delivered p2 again',
    'tiny/0.2 acked p2',
  ]);
  const graceUs = (o: RunRecord): number =>
    (entriesOf(o, 'stopped')[0]?.timeUs ?? 0) - (entriesOf(o, 'stopping')[0]?.timeUs ?? 0);
  expect(graceUs(record)).toBe(10_000_000);
  const brief = await run([reader({ workMs: 7000, drains: true })], { items, plan: [`${stop}, grace of 500 ms`] });
  expect(graceUs(brief)).toBe(500_000);
  expect(lifeOf(brief, new Set(['acked', 'stopped']))[0]).toBe('tiny/0 stopped (grace is over)');
});

test('to unsubscribe gives nothing back: what is unacked comes again when the connection closes', async () => {
  const hoards = tiny(({ mq }, { instance, stopping }) => {
    const letters = mq.consume('letters', { prefetch: 10 }).pipe(takeUntil(fromEvent(stopping, 'abort')));
    letters.subscribe((delivery) => {
      if (instance === 1) void delivery.ack();
    });
    // Something is pending for a while yet.
    stopping.addEventListener('abort', () => void firstValueFrom(timer(4000)));
  });
  const record = await run([hoards], {
    items: ['p1', 'p2'],
    plan: ['1st delivery of Letter#p2 to tiny: deploy of tiny on receipt, overlap of 0 s'],
  });
  const [stopped] = entriesOf(record, 'stopped');
  const [stopping] = entriesOf(record, 'stopping');
  const again = entriesOf(record, 'delivered').filter(({ process }) => process === 'tiny/1');
  expect((stopped?.timeUs ?? 0) - (stopping?.timeUs ?? 0)).toBeGreaterThanOrEqual(4_000_000);
  expect(again.map(({ n }) => n > (stopped?.n ?? Infinity))).toEqual([true, true]);
});

test('what was on its way to who unsubscribed comes again when the connection closes', async () => {
  const leaves = tiny(({ mq }) => {
    const take = () => mq.consume('letters', { prefetch: 10 }).subscribe(({ ack }) => void ack().catch(() => {}));
    // The second one has nothing in hand: its letter never comes.
    const consumers = [take(), take()];
    timer(5000).subscribe(() => consumers.forEach((each) => each.unsubscribe()));
    timer(120_000).subscribe(take);
  });
  const plan = ['1st delivery of Letter#p1 to tiny: half-open connection to mq before ack'];
  const record = await run([leaves], { items: ['p1', 'p2'], plan });
  expect(lifeOf(record, new Set(['acked'])).toSorted()).toEqual(['tiny/0 acked p1', 'tiny/0 acked p2']);
});

test('a timer, a call without an answer, a subscription: each is pending', async () => {
  const asked = async (start: (ports: Here, life: Life) => void | Promise<void>): Promise<string | undefined> => {
    const record = await run([tiny(start)], { plan: ['1st start of tiny: graceful stop on receipt'] });
    return lifeOf(record, new Set(['stopped']))[0];
  };
  const none = 'tiny/0 stopped (nothing pending)';
  const killed = 'tiny/0 stopped (grace is over)';
  expect(await asked(() => {})).toBe(none);
  expect(await asked(() => void setTimeout(() => {}, 9000))).toBe(none);
  expect(await asked(() => void setTimeout(() => {}, 11_000))).toBe(killed);
  expect(await asked(() => void setInterval(() => {}, 1000))).toBe(killed);
  expect(await asked(({ mq }) => void mq.consume('letters').subscribe())).toBe(killed);
  expect(await asked(({ mq }) => mq.consume('letters').subscribe().unsubscribe())).toBe(none);
  expect(await asked(async ({ card }) => void (await card.charge({ id: '1' })))).toBe(none);
});

test("an event store's subscription is pending too", async () => {
  const events = eventStore<{ type: 'Noted' }>('events');
  const asked = async (start: (ports: Ports<{ events: typeof events }>) => void): Promise<unknown[]> => {
    const record = await play({
      uses: { events },
      items: [],
      send: async () => {},
      services: [service('tiny', { events }, start)],
      faults: ['1st start of tiny: graceful stop on receipt'],
    });
    return entriesOf(record, 'stopped').map(({ data }) => (data as { why: string }).why);
  };
  expect(await asked(({ events }) => void events.subscribe({ from: 'start' }).subscribe())).toEqual(['grace is over']);
  expect(await asked(({ events }) => events.subscribe({ from: 'start' }).subscribe().unsubscribe())).toEqual([
    'nothing pending',
  ]);
});

test('a stop is asked for once; asking the workload to stop, or a service that is not there, changes nothing', async () => {
  const effects = async (...plan: string[]): Promise<(boolean | undefined)[]> => {
    const { faults } = await run([reader({ workMs: 3000, drains: true })], { items: ['p1'], plan });
    return faults.map(({ tookEffect }) => tookEffect);
  };
  expect(await effects(stop, '1st delivery of Letter#p1 to tiny: graceful stop before commit')).toEqual([true, false]);
  expect(await effects('1st send of p1: graceful stop before publish')).toEqual([false]);
  expect(await effects('deploy of nobody at 0 s')).toEqual([false]);
  expect(await effects('deploy of tiny at 1 s', 'deploy of tiny at 2 s')).toEqual([true, false]);
  expect(await effects('1st send of p1: deploy of tiny before publish')).toEqual([true]);
});

test('what a stopping process throws is its crash; a paused one hears of it when it wakes, or is killed before', async () => {
  const throws = tiny((_, { stopping }) => {
    stopping.addEventListener('abort', () => {
      throw new RangeError('no');
    });
  });
  const start = '1st start of tiny';
  const crashed = await run([throws], { plan: [`${start}: graceful stop on receipt`] });
  expect(lifeOf(crashed)).toEqual([
    'tiny/0 started',
    'tiny/0 stopping',
    'tiny/0 crashed (RangeError)',
    'tiny/0.2 started',
  ]);
  const heard: number[] = [];
  const hears = tiny((_, { stopping }) => stopping.addEventListener('abort', () => heard.push(performance.now())));
  await run([hears], { plan: [`${start}: pause of 4 s on receipt`, `${start}: graceful stop on receipt`] });
  const asleep = await run([hears], {
    plan: [`${start}: pause of 40 s on receipt`, `${start}: graceful stop on receipt, grace of 6 s`],
  });
  expect(heard).toEqual([4000]);
  expect(lifeOf(asleep, new Set(['stopped']))).toHaveLength(1);
});

test('a deploy overlaps two processes even of a single instance, and brings the next version for good', async () => {
  const [old, next] = ['v1', 'v2'].map((version) => reader({ workMs: 10, drains: true }, version));
  const upgraded = old?.upgradedTo(next as ServiceShape) as ServiceShape;
  const record = await run([upgraded], {
    items: ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'],
    plan: ['1st delivery of Letter#p1 to tiny: deploy of tiny on receipt, overlap of 50 ms'],
    send: async (id, { mq }) => {
      if (id === 'p6') await firstValueFrom(timer(1000));
      await mq.publish({ key: 'letters' }, {}, { id, type: 'Letter' });
    },
  });
  const versions = entriesOf(record, 'inserted').map(({ data }) => (data as { value: { text: string } }).value.text);
  expect(new Set(versions)).toEqual(new Set(['v1', 'v2']));
  expect(versions.at(-1)).toBe('v2');
  expect(lifeOf(record, new Set(['started', 'stopping', 'stopped']))).toEqual([
    'tiny/0 started',
    'tiny/1 started',
    'tiny/0 stopping',
    'tiny/0 stopped (nothing pending)',
  ]);
  const [first, second] = entriesOf(record, 'started');
  expect([first?.data, second?.data]).toEqual([
    { service: 'tiny', instance: 0, incarnation: 1 },
    { service: 'tiny', instance: 1, incarnation: 1, version: 2 },
  ]);
});

test('a version after the next comes with the next deploy; a service of another name is none', async () => {
  const [v1, v2, v3] = ['v1', 'v2', 'v3'].map((version) => reader({ workMs: 10, drains: true }, version));
  const upgraded = v1?.upgradedTo(v2 as ServiceShape).upgradedTo(v3 as ServiceShape) as ServiceShape;
  const { entries } = await run([upgraded], { plan: ['deploy of tiny at 1 s', 'deploy of tiny at 60 s'] });
  const started = entries.filter(({ kind }) => kind === 'started');
  expect(started.map(({ data }) => (data as { version?: number }).version)).toEqual([undefined, 2, 3]);
  expect(() => v1?.upgradedTo(tiny(() => {}, 'other'))).toThrow(/other/);
});

const FIRST = { version: 1 };

interface Living {
  readonly instance: number;
  readonly version: number;
}

/** Who lives after each entry, by label. */
function* living(entries: readonly Entry[]): Generator<ReadonlyMap<string, Living>> {
  const alive = new Map<string, Living>();
  for (const { kind, process, data } of entries) {
    if (kind === 'started') alive.set(process, { ...FIRST, ...(data as Living) });
    if (kind === 'crashed' || kind === 'stopped') alive.delete(process);
    yield alive;
  }
}

const disturbance = fc.oneof(
  fc
    .record({ atMs: fc.nat(3000), overlapMs: fc.constantFrom(0, 20, 1000, 5000) })
    .map(({ atMs, overlapMs }) => `deploy of tiny at ${atMs} ms, overlap of ${overlapMs} ms`),
  fc
    .record({
      nth: fc.integer({ min: 1, max: 5 }),
      what: fc.constantFrom('crash', 'host loss', 'graceful stop', 'pause of 20 s'),
    })
    .map(({ nth, what }) => `${nth}${['st', 'nd', 'rd'][nth - 1] ?? 'th'} start of tiny: ${what} on receipt`),
  fc
    .record({
      key: fc.integer({ min: 1, max: 6 }),
      what: fc.constantFrom('crash', 'graceful stop', 'disconnect from mq'),
    })
    .map(({ key, what }) => `1st delivery of Letter#p${key} to tiny: ${what} before commit`),
);

test('whatever happens meanwhile: one process more at most, no number twice, all of one version in the end, no letter lost', async () => {
  const items = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
  const serviceOf = (workMs: number, drains: boolean, instances: number): ServiceShape =>
    reader({ workMs, drains }, 'v1').with({ instances }).upgradedTo(reader({ workMs, drains }, 'v2')) as ServiceShape;
  const given = fc.record({
    workMs: fc.constantFrom(1, 30, 2000),
    drains: fc.boolean(),
    instances: fc.integer({ min: 1, max: 3 }),
  });
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(given, fc.array(disturbance, { maxLength: 5 }), async (of, plan) => {
        const o: RunOptions = { items, plan };
        const record = await runIn([serviceOf(of.workMs, of.drains, of.instances)], o);
        expect([record.outcome, ...record.why]).toEqual(['quiet']);
        let last: readonly Living[] = [];
        for (const alive of living(record.entries)) {
          last = [...alive.values()];
          expect(last.length).toBeLessThanOrEqual(of.instances + 1);
          expect(new Set(last.map(({ instance }) => instance)).size).toBe(last.length);
        }
        const hasDeployed = record.faults.some(({ data, tookEffect }) => 'atUs' in data && tookEffect);
        expect(last.map(({ version }) => version)).toEqual(
          Array.from({ length: of.instances }, () => (hasDeployed ? 2 : 1)),
        );
        expect(
          new Set(entriesOf(record, 'acked').map(({ data }) => (data as { value: { id: string } }).value.id)),
        ).toEqual(new Set(items));
      }),
      { numRuns: 150 },
    ),
  );
});
