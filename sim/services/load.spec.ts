/** Load: many items at once, and processes that are slow for a while. */
import { expect, test } from 'vitest';
import { entriesOf, run, tiny } from '../spec-world.ts';

const acking = tiny(
  ({ mq }) => void mq.consume('letters').subscribe((delivery) => void delivery.ack().catch(() => {})),
);
const items = ['p1', 'p2', 'p3', 'p4', 'p5'];

type Record = Awaited<ReturnType<typeof run>>;
const sentAt = (record: Record): number[] => entriesOf(record, 'sent').map(({ timeUs }) => timeUs);
const effects = ({ faults }: Record): string[] =>
  faults.map(({ reached, tookEffect }) => (tookEffect ? 'took effect' : reached ? 'no effect' : 'not reached'));

test('a burst sends so many items at the same instant, and goes on when all of them are sent', async () => {
  const record = await run([acking], { items, plan: ['burst of 3 items from p2'] });
  const [first = 0, ...others] = sentAt(record);
  const [second = 0, third, fourth, fifth = 0] = others;
  expect(first).toBeLessThan(second);
  expect([third, fourth]).toEqual([second, second]);
  const confirmed = entriesOf(record, 'confirmed').map(({ timeUs }) => timeUs);
  expect(fifth).toBeGreaterThan(confirmed[3] ?? Infinity);
  expect(effects(record)).toEqual(['took effect']);
  expect(entriesOf(record, 'acked')).toHaveLength(5);
});

test.each([
  ['burst of 9 items from p5', 'no effect'],
  ['burst of 1 items from p1', 'no effect'],
  ['burst of 2 items from p9', 'not reached'],
  ['burst of 9 items from p4', 'took effect'],
])('%s: %s', async (sentence, effect) => {
  const record = await run([acking], { items, plan: [sentence] });
  expect(effects(record)).toEqual([effect]);
  expect(sentAt(record)).toHaveLength(5);
});

test('in a burst an item whose send fails is sent again by itself', async () => {
  const faults = ['burst of 5 items from p1', '1st send of p2: publish fails'];
  const record = await run([acking], { items, plan: faults });
  const sent = entriesOf(record, 'sent').map(({ data }) => (data as { item: string }).item);
  expect(sent).toEqual([...items, 'p2']);
  expect(record.outcome).toBe('quiet');
});

test('a send of a burst that never ends is named', async () => {
  const record = await run([acking], {
    items,
    plan: ['burst of 5 items from p1'],
    send: (item, { mq }) =>
      item === 'p3' ? new Promise<void>(() => {}) : mq.publish({ key: 'letters' }, {}, { id: item, type: 'Letter' }),
  });
  expect([record.outcome, ...record.why]).toEqual(['stuck', 'the send of p3 never ended']);
});

test('who is slow takes so much longer for each operation, for so long; the other instance does not', async () => {
  const instances = tiny(async ({ db }, { instance }) => {
    for (let n = 0; n < 4; n++) await db.transaction((tx) => tx.put('notes', { id: `${instance}`, text: `${n}` }));
  }).with({ instances: 2 }) as typeof acking;
  const tookUs = async (plan: readonly string[]) => {
    const record = await run([instances], { plan });
    const last = (process: string): number =>
      entriesOf(record, 'updated').findLast((entry) => entry.process === process)?.timeUs ?? 0;
    return { record, us: [last('tiny/0'), last('tiny/1')] };
  };
  const calm = await tookUs([]);
  const slow = await tookUs(['every operation of tiny/1 takes 1 s longer from 0 s to 3 s']);
  expect(slow.us[0]).toBe(calm.us[0]);
  // Three operations of a transaction begin before the third second is over: each takes one second more.
  expect((slow.us[1] ?? 0) - (calm.us[1] ?? 0)).toBe(3_000_000);
  expect(effects(slow.record)).toEqual(['took effect']);
  const both = await tookUs(['every operation of tiny takes 1 s longer from 0 s to 3 s']);
  expect((both.us[0] ?? 0) - (calm.us[0] ?? 0)).toBe(3_000_000);
});

test('who asks for nothing meanwhile is not slowed', async () => {
  const record = await run([acking], {
    items: ['p1'],
    plan: ['every operation of tiny takes 1 s longer from 5 s to 6 s'],
  });
  expect(effects(record)).toEqual(['no effect']);
});
