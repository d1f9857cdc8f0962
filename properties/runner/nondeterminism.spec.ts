/** Code that does not give the same run again, each for another reason: the message names the first difference and the reason. */
import { readFile } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { atEnd, check, queueBroker, run, scenario, service, tables } from '../../index.ts';
import { takeLeaked } from '../../sim/kernel/leaks.ts';
import type { ScenarioShape } from '../scenario.ts';
import { campaign } from './campaign.ts';

// Taken hold of before any guard comes, as a module does when it is loaded.
const { now } = Date;
const { random } = Math;
const [realTimeout, realReadFile] = [setTimeout, readFile];

const mq = queueBroker('mq', { queues: { orders: {} } });
const db = tables<{ notes: { id: string; note: unknown } }>('db', { notes: { key: 'id' } });

/** Each delivery writes rows with these notes. */
function noting(notesOf: () => Promise<readonly unknown[]> | readonly unknown[]) {
  const noter = service('noter', { mq, db }, (ports) => {
    ports.mq.consume<{ id: string }>('orders').subscribe(async (delivery) => {
      const notes = await notesOf();
      for (const [n, note] of notes.entries())
        await ports.db.transaction((tx) => tx.put('notes', { id: `${delivery.message.id} ${n}`, note }));
      await delivery.ack();
    });
  });
  return scenario({
    name: 'noting',
    services: { noter },
    workload: {
      item: fc.record({ id: fc.uuid() }),
      key: (order) => order.id,
      count: [2, 2],
      uses: { mq },
      send: (order, { mq }) => mq.publish({ key: 'orders' }, order, { id: order.id, type: 'Order' }),
    },
    properties: [atEnd('few', ({ rows }) => rows(db.table.notes).length < 100 || 'many')],
  });
}

let handled = 0;
let waiting: (() => void)[] = [];
/** What comes from outside, as late as the machine likes: what waits for it goes on before the next test. */
let outside: Promise<unknown>[] = [];

function fromOutside(begin: (done: () => void) => void): Promise<void> {
  const come = new Promise<void>((resolve) => {
    begin(resolve);
  });
  outside.push(come);
  return come;
}

beforeEach(() => {
  handled = 0;
  waiting = [];
  takeLeaked();
});
afterEach(async () => {
  waiting.splice(0).forEach((go) => go());
  await Promise.all(outside.splice(0));
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => setImmediate(resolve));
});

const causes: Record<string, readonly [() => Promise<readonly unknown[]> | readonly unknown[], string]> = {
  clock: [() => [`${now()}`, now()], 'a wall clock was read'],
  draw: [() => [random()], 'something was drawn without the seed'],
  timer: [
    async () => {
      if (handled++ % 3 === 1) await fromOutside((done) => realTimeout(done, 1));
      return ['late'];
    },
    'a real timer was set',
  ],
  pool: [
    async () => {
      if (handled++ % 3 === 1) await fromOutside((done) => realReadFile(import.meta.filename, done));
      return ['read'];
    },
    'something was asked of a thread or the system',
  ],
  order: [() => (handled++ % 3 === 1 ? [['b', 'a']] : [['a', 'b']]), 'the same came in another order'],
  state: [() => [handled++], 'state was kept between runs'],
  promise: [
    async () => {
      waiting.splice(0).forEach((go) => go());
      if (handled++ % 3 === 1)
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      return ['woken'];
    },
    'a promise was waited for that the world does not settle',
  ],
};

describe('two runs of one input that differ', () => {
  test.each(Object.entries(causes))('because of a %s', async (cause, [notesOf, says]) => {
    const shape = noting(notesOf) as unknown as ScenarioShape;
    const { diverged } = await campaign(shape, 'correct', { seed: 1, runs: 60, checkDeterminism: true });
    expect(diverged?.says).toContain(says);
    expect(diverged?.says).toMatch(
      /differ from entry \d+ on: \w+ by \S+ at \d+ us against (\w+ by \S+ at \d+ us|the end)/,
    );
    expect(diverged?.cause).toBe(cause);
    expect(diverged?.first).not.toEqual(diverged?.second);
    const others = Object.values(causes).filter(([, other]) => other !== says);
    for (const [, other] of others) expect(diverged?.says).not.toContain(other);
  });

  test('leave what the world answers for alone', async () => {
    const shape = noting(() => [Date.now(), Math.random(), new Date().toISOString()]) as unknown as ScenarioShape;
    const result = await campaign(shape, 'correct', { seed: 1, runs: 30, checkDeterminism: true });
    expect(result.diverged).toBeUndefined();
    expect(result.leaked).toBeUndefined();
  });
});

test('calls of code that goes on when its run is over come to nothing, and are counted and named', async () => {
  const [notesOf] = causes['promise'] ?? [() => []];
  const shape = noting(notesOf) as unknown as ScenarioShape;
  const { leaked } = await campaign(shape, 'correct', { seed: 1, runs: 15, explain: false });
  expect(leaked?.count).toBeGreaterThan(0);
  expect(leaked?.calls[0]).toMatch(/^put into db\.notes in the 1st delivery of Order#[\da-f-]+ to noter$/);
});

describe('a strict run', () => {
  const uses: Record<string, () => unknown> = {
    'Date.now': () => Date.now(),
    'new Date': () => new Date(),
    'performance.now': () => performance.now(),
    'Math.random': () => Math.random(),
    'crypto.randomUUID': () => crypto.randomUUID(),
    setTimeout: () => setTimeout(() => {}, 1),
    'AbortSignal.timeout': () => AbortSignal.timeout(5),
    'globalThis.fetch': () => fetch('data:,x'),
  };
  const workload = [{ id: 'a' }];

  test.each(Object.entries(uses))('refuses %s, with the place of the call', async (api, use) => {
    const using = noting(() => [String(use())]);
    await expect(run(using, { workload, strict: true })).rejects.toMatchObject({
      code: 'EDDY_STRICT',
      message: expect.stringMatching(`^${api} is used at .*nondeterminism\\.spec\\.ts`),
    });
    if (api !== 'globalThis.fetch') expect((await run(using, { workload })).outcome).toBe('quiet');
  });

  test('refuses it though the code catches what is thrown, and in a whole check, too', async () => {
    const catching = noting(() => {
      try {
        return [Date.now()];
      } catch {
        return ['caught'];
      }
    });
    await expect(run(catching, { workload, strict: true })).rejects.toMatchObject({ code: 'EDDY_STRICT' });
    await expect(check(catching, { runs: 30, strict: true })).rejects.toMatchObject({ code: 'EDDY_STRICT' });
  });

  test('leaves code alone that asks for nothing', async () => {
    expect(
      (
        await run(
          noting(() => ['x', new Date(5).getTime()]),
          { workload, strict: true },
        )
      ).outcome,
    ).toBe('quiet');
  });
});
