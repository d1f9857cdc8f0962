/** Who polls and finds itself busy, or a row locked, looks again when that is over, though nothing else has changed. */
import { expect, test } from 'vitest';
import { entriesOf, type Here, run, tiny } from '../spec-world.ts';

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const charge = ({ db, card }: Here): Promise<void> =>
  db.transaction(async (tx) => {
    for (const { id, text } of await tx.scan('notes', { forUpdate: 'skip locked' })) {
      if (text === 'done') continue;
      await card.charge({ id });
      await tx.put('notes', { id, text: 'done' });
    }
  });

/** Polls every 50 ms, but never twice at once; what a turn waits for after a failure is `rest`. */
const relay = (rest: () => Promise<void>): ReturnType<typeof tiny> =>
  tiny((ports) => {
    let busy = false;
    const turn = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      await charge(ports).catch(rest);
      busy = false;
    };
    setInterval(() => void turn(), 50);
  }, 'relay');

const o = {
  items: ['a'],
  plan: ['card is silent from 0 ms to 500 ms'],
  send: (id: string, { db }: Here) =>
    db.transaction(async (tx) => void (await tx.insertIfAbsent('notes', { id, text: 'new' }))),
};

test.each([
  ['at once', relay(async () => {})],
  ['after a rest', relay(() => sleep(5000))],
  ['beside another instance', relay(() => sleep(5000)).with({ instances: 2 }) as ReturnType<typeof tiny>],
])('a poll that skipped turns while a call was under way goes on when that has failed: %s', async (_, service) => {
  const record = await run([service], o);
  expect(record.outcome).toBe('quiet');
  expect(entriesOf(record, 'updated')).toHaveLength(1);
  expect(record.steps).toBeLessThan(1500);
});

test('a poll that skipped a locked row takes it when the transaction that held it has rolled back', async () => {
  const holder = tiny(async ({ db }) => {
    await sleep(100);
    const held = db.transaction(async (tx) => {
      await tx.scan('notes', { forUpdate: 'wait' });
      await sleep(20_000);
      throw new Error('given up');
    });
    await held.catch(() => {});
  }, 'holder');
  const poller = tiny(async (ports) => {
    await sleep(500);
    setInterval(() => void charge(ports), 50);
  }, 'poller');
  const record = await run([holder, poller], { ...o, plan: [] });
  expect(record.outcome).toBe('quiet');
  expect(entriesOf(record, 'updated')).toHaveLength(1);
  expect(record.steps).toBeLessThan(1500);
});

test('a poll does not fall asleep over what changed after its last look', async () => {
  const seen: number[] = [];
  // One of these falls between the last idle turn and the one that would sleep.
  for (let n = 0; n < 30; n++) {
    const writer = tiny(async ({ db }) => {
      await sleep(225 + n * 100);
      await db.transaction((tx) => tx.insert('notes', { id: 'late', text: 'new' }));
    }, 'writer');
    const record = await run([writer, tiny((ports) => void setInterval(() => void charge(ports), 100), 'poller')]);
    seen.push(entriesOf(record, 'updated').length);
  }
  expect(seen).toEqual(seen.map(() => 1));
});
