/** Wall clocks that are off: what code reads, what it does not notice, and when the fault has taken effect. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printFault } from '../faults/print.ts';
import { inWorlds } from '../simulate.ts';
import { entriesOf, run, runIn, type RunOptions, tiny } from '../spec-world.ts';

/** By how much the wall clock is off, in milliseconds: virtual time since the start of the run is told by the other one. */
const EPOCH_MS = Date.UTC(2026, 0, 1);
const offMs = (): number => Date.now() - EPOCH_MS - Math.floor(performance.now());

interface Reading {
  readonly instance: number;
  readonly atMs: number;
  readonly offMs: number;
}

/** Looks at its clock each 50 ms, for 3 s. */
function watchers(readings: Reading[]) {
  return tiny((_, { instance }) => {
    for (let round = 1; round <= 60; round++) {
      setTimeout(() => readings.push({ instance, atMs: performance.now(), offMs: offMs() }), round * 50);
    }
  }).with({ instances: 2 });
}

async function read(plan: readonly string[]): Promise<{ readings: Reading[]; effects: boolean[] }> {
  const readings: Reading[] = [];
  const { faults } = await runIn([watchers(readings) as never], { plan });
  return { readings, effects: faults.map(({ tookEffect }) => tookEffect) };
}

interface Window {
  readonly instance: number | undefined;
  readonly byMs: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const window: fc.Arbitrary<Window> = fc
  .record({
    instance: fc.option(fc.nat(1), { nil: undefined }),
    byMs: fc.integer({ min: -5000, max: 5000 }),
    fromMs: fc.nat(3500),
    forMs: fc.nat(2000),
  })
  .map(({ fromMs, forMs, ...rest }) => ({ ...rest, fromMs, toMs: fromMs + forMs }));

const sentenceOf = ({ instance, byMs, fromMs, toMs }: Window): string =>
  printFault({
    kind: 'clock-skew',
    service: 'tiny',
    ...(instance === undefined ? {} : { instance }),
    byUs: byMs * 1000,
    fromUs: fromMs * 1000,
    toUs: toMs * 1000,
  });

test('code reads its wall clock off by the sum of the windows in force, at the times at which it would anyway', async () => {
  await inWorlds(async () => {
    const calm = await read([]);
    expect(calm.readings.every((each) => each.offMs === 0)).toBe(true);
    await fc.assert(
      fc.asyncProperty(fc.array(window, { maxLength: 3 }), async (windows) => {
        const { readings, effects } = await read(windows.map(sentenceOf));
        expect(readings.map(({ instance, atMs }) => [instance, atMs])).toEqual(
          calm.readings.map(({ instance, atMs }) => [instance, atMs]),
        );
        const isOn = (each: Reading, of: Window): boolean =>
          (of.instance ?? each.instance) === each.instance && each.atMs >= of.fromMs && each.atMs < of.toMs;
        for (const each of readings) {
          const sum = windows.filter((of) => isOn(each, of)).reduce((ms, { byMs }) => ms + byMs, 0);
          // What is due at the very time at which a window begins or ends comes before or after that.
          const onEdge = windows.some(({ fromMs, toMs }) => each.atMs === fromMs || each.atMs === toMs);
          if (!onEdge) expect(each.offMs).toBe(sum);
        }
        windows.forEach((of, n) => {
          const seen = readings.filter((each) => isOn(each, of) && each.atMs !== of.fromMs);
          if (of.byMs !== 0 && seen.length > 0) expect(effects[n]).toBe(true);
          if (of.byMs === 0 || of.fromMs > 3000) expect(effects[n]).toBe(false);
        });
      }),
      { numRuns: 60 },
    );
  });
});

/** Tells what its clock is off by, before and after a store operation, in each delivery. */
const told = (lines: string[]) =>
  tiny(({ mq, db }, { instance }) => {
    mq.consume('letters').subscribe((delivery) => {
      const work = async (): Promise<void> => {
        const before = offMs();
        await db.transaction((tx) => tx.put('notes', { id: delivery.message.id, text: '' }));
        lines.push(`${delivery.message.id} at ${instance}: ${before}, ${offMs()}`);
        await delivery.ack();
      };
      work().catch(() => {});
    });
  });

async function lines(o: RunOptions): Promise<string[]> {
  const found: string[] = [];
  const { faults } = await run([told(found)], { items: ['p1', 'p2'], ...o });
  return [...found, ...faults.map(({ reached, tookEffect }) => (tookEffect ? 'took effect' : `reached: ${reached}`))];
}

test('a clock jumps at a point, forward or back, and stays so', async () => {
  expect(await lines({ plan: ['1st delivery of Letter#p1 to tiny: clock jumps 90 s back before commit'] })).toEqual([
    'p1 at 0: 0, -90000',
    'p2 at 0: -90000, -90000',
    'took effect',
  ]);
  expect(await lines({ plan: ['1st delivery of Letter#p2 to tiny: clock jumps 20 ms forward on receipt'] })).toEqual([
    'p1 at 0: 0, 0',
    'p2 at 0: 20, 20',
    'took effect',
  ]);
});

test("a jump is the host's: it outlives the process", async () => {
  const plan = [
    '1st delivery of Letter#p1 to tiny: clock jumps 5 s forward on receipt',
    '1st delivery of Letter#p1 to tiny: crash before commit',
  ];
  expect((await lines({ plan, items: ['p1'] }))[0]).toBe('p1 at 0: 5000, 5000');
});

test('a jump is of one instance alone', async () => {
  const found: string[] = [];
  await run([told(found).with({ instances: 2 }) as never], {
    items: ['p1', 'p2'],
    plan: ['1st delivery of Letter#p1 to tiny: clock jumps 5 s forward on receipt'],
  });
  expect(found).toEqual(['p1 at 0: 5000, 5000', 'p2 at 1: 0, 0']);
});

test('a clock that nobody reads while it is off has changed nothing', async () => {
  const late = ['clock of tiny is 1 s ahead from 50 s to 60 s'];
  expect((await lines({ plan: late })).at(-1)).toBe('reached: true');
  const nobody = ['1st delivery of Letter#p9 to tiny: clock jumps 1 s back on receipt'];
  expect((await lines({ plan: nobody })).at(-1)).toBe('reached: false');
  const none = ['clock of tiny is 0 s ahead from 0 s to 60 s'];
  expect((await lines({ plan: none })).at(-1)).toBe('reached: true');
  const blind = tiny(({ mq }) => void mq.consume('letters').subscribe((delivery) => void delivery.ack()));
  const { faults, entries } = await run([blind], {
    items: ['p1'],
    plan: ['clock of tiny is 1 s ahead from 0 s to 60 s'],
  });
  expect([faults[0]?.tookEffect, entries.some(({ kind }) => kind === 'fault')]).toEqual([false, false]);
});

test("the workload's clock is right, and a clock that jumps in a send jumps for nobody", async () => {
  const offs: number[] = [];
  const { faults } = await run([tiny(() => {}, 'workload')], {
    items: ['p1'],
    plan: ['clock of workload is 1 s ahead from 0 s to 60 s', '1st send of p1: clock jumps 1 s back before publish'],
    send: async (item, { mq }) => {
      await mq.publish({ key: 'letters' }, {}, { id: item, type: 'Letter' });
      offs.push(offMs(), new Date().getTime() - Date.now());
    },
  });
  expect([...offs, ...faults.map(({ tookEffect }) => tookEffect)]).toEqual([0, 0, false, false]);
});

test('a poll that rests until a time comes looks again when its clock is set to that time', async () => {
  const dueMs = EPOCH_MS + 20 * 3_600_000;
  const poll = tiny(({ db }) => {
    const timer = setInterval(() => {
      if (Date.now() < dueMs) return;
      clearInterval(timer);
      void db.transaction((tx) => tx.put('notes', { id: 'due', text: '' }));
    }, 1000);
  });
  expect(entriesOf(await run([poll]), 'inserted')).toEqual([]);
  const { entries } = await run([poll], { plan: ['clock of tiny/0 is 72000 s ahead from 600 s to 700 s'] });
  expect(entries.find(({ kind }) => kind === 'inserted')?.timeUs).toBeGreaterThan(600_000_000);
});
