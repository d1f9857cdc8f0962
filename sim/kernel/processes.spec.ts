/** Incarnations: what dies with a process, what stays, what outages and pauses do. */
import { expect, test } from 'vitest';
import type { Delivery } from '../brokers/queue/delivery.ts';
import type { Happened } from '../history/history.ts';
import type { RunRecord } from '../simulate.ts';
import { db, entriesOf, type Here, mq, run, tiny } from '../spec-world.ts';

const note = (delivery: Delivery<unknown>, { db }: Here): Promise<void> =>
  db.transaction((tx) => tx.put('notes', { id: delivery.message.id, text: 'kept' }));

/** Notes each letter, then acks; what fails is given back after a while. */
const noting = tiny((ports) => {
  ports.mq.consume('letters').subscribe((delivery) => {
    note(delivery, ports)
      .then(() => delivery.ack())
      .catch(() => setTimeout(() => void delivery.nack().catch(() => {}), 100));
  });
});

const idsOf = (record: RunRecord, kind: string): string[] =>
  entriesOf(record, kind).map(({ data }) => ((data as Happened).value as { id: string }).id);
const crash = '1st delivery of Letter#a to tiny: crash between put into db.notes and its answer';

test('a process is started again after 1 s, or when the plan says', async () => {
  for (const [ending, afterUs] of [
    ['', 1_000_000],
    [', restart after 5 s', 5_000_000],
  ] as const) {
    const record = await run([noting], { items: ['a'], plan: [`${crash}${ending}`] });
    const [crashed] = entriesOf(record, 'crashed');
    const [, again] = entriesOf(record, 'started');
    expect(again?.process).toBe('tiny/0.2');
    expect((again?.timeUs ?? 0) - (crashed?.timeUs ?? 0)).toBe(afterUs);
    expect(record.outcome).toBe('quiet');
    expect(idsOf(record, 'acked')).toEqual(['a']);
  }
});

test('late calls of a dead incarnation change nothing and never settle', async () => {
  const settled: string[] = [];
  let lives = 0;
  const clinging = tiny((ports) => {
    const life = ++lives;
    ports.mq.consume('letters').subscribe((delivery) => {
      const { message } = delivery;
      if (life > 1) return void delivery.ack();
      const dying = ports.db.transaction((tx) => tx.put('notes', { id: message.id, text: 'before' }));
      // The crash strikes inside this very call, and the code runs on to its next await.
      void dying.finally(() => settled.push('transaction'));
      void delivery.ack().finally(() => settled.push('ack'));
      void ports.mq.publish({ key: 'replies' }, {}).finally(() => settled.push('publish'));
      void ports.card.charge({ id: 'late' }).finally(() => settled.push('call'));
      setTimeout(() => settled.push('timer'), 5);
      setInterval(() => settled.push('interval'), 5);
    });
  });
  const plan = ['1st delivery of Letter#a to tiny: crash before put into db.notes'];
  const record = await run([clinging], { items: ['a'], plan });
  expect(settled).toEqual([]);
  expect(entriesOf(record, 'inserted')).toEqual([]);
  expect(entriesOf(record, 'called')).toEqual([]);
  expect(idsOf(record, 'published')).toEqual(['a']);
  expect(entriesOf(record, 'delivered').map(({ process }) => process)).toEqual(['tiny/0', 'tiny/0.2']);
  expect(record.outcome).toBe('quiet');
});

test('timers and subscriptions die with the process', async () => {
  const ticks: string[] = [];
  let lives = 0;
  const ticking = tiny((ports) => {
    const life = ++lives;
    let left = 8;
    const timer = setInterval(() => {
      ticks.push(`life ${life}`);
      if (--left === 0) clearInterval(timer);
    }, 100);
    if (life === 1) setTimeout(() => Promise.reject(new Error('boom')), 450);
    ports.mq.consume('letters').subscribe((delivery) => void delivery.ack());
  });
  const record = await run([ticking], { items: ['a'] });
  expect(ticks.filter((tick) => tick === 'life 1')).toHaveLength(4);
  expect(ticks.filter((tick) => tick === 'life 2')).toHaveLength(8);
  expect(entriesOf(record, 'crashed').map(({ data }) => data)).toEqual([{ death: 'process', why: 'Error' }]);
});

test('a lost host keeps its unacked messages and locks until its peers notice, after 60 s', async () => {
  const both = noting.with({ instances: 2 }) as typeof noting;
  const plan = ['1st delivery of Letter#a to tiny: host loss between put into db.notes and its answer'];
  const lost = await run([both], { items: ['a'], plan });
  const died = await run([both], { items: ['a'], plan: [plan[0]?.replace('host loss', 'crash') ?? ''] });
  const secondUs = (record: RunRecord): number =>
    (entriesOf(record, 'delivered')[1]?.timeUs ?? 0) - (entriesOf(record, 'crashed')[0]?.timeUs ?? 0);
  expect(secondUs(died)).toBeLessThan(10_000);
  expect(secondUs(lost)).toBeGreaterThanOrEqual(60_000_000);
  expect(secondUs(lost)).toBeLessThan(60_010_000);

  const locked = await run([both], {
    items: ['a', 'b'],
    plan,
    send: (item, { mq }) => mq.publish({ key: 'letters' }, {}, { id: 'same', type: 'Letter', headers: { item } }),
  });
  const written = entriesOf(locked, 'inserted', db)[0];
  expect((written?.timeUs ?? 0) - (entriesOf(locked, 'crashed')[0]?.timeUs ?? 0)).toBeGreaterThanOrEqual(60_000_000);
  expect(locked.outcome).toBe('quiet');
});

test('a pause past the heartbeat makes a zombie: its message comes to another, and its ack is stale', async () => {
  const stale: unknown[] = [];
  const zombie = tiny((ports) => {
    ports.mq.consume('letters').subscribe((delivery) => {
      note(delivery, ports)
        .then(() => delivery.ack())
        .catch((error: { code: string }) => stale.push(error.code));
    });
  }).with({ instances: 2 }) as typeof noting;
  const plan = ['1st delivery of Letter#a to tiny: pause of 90 s before ack'];
  const record = await run([zombie], { items: ['a'], plan });
  expect(stale).toEqual(['EDDY_STALE_DELIVERY']);
  expect(entriesOf(record, 'delivered').map(({ process }) => process)).toEqual(['tiny/0', 'tiny/1']);
  expect(idsOf(record, 'acked')).toEqual(['a']);
  expect(record.outcome).toBe('quiet');
});

test('a pause below the heartbeat only takes time', async () => {
  const record = await run([noting], {
    items: ['a'],
    plan: ['1st delivery of Letter#a to tiny: pause of 30 s before ack'],
  });
  expect(entriesOf(record, 'delivered')).toHaveLength(1);
  expect(record.timeUs).toBeGreaterThan(30_000_000);
});

test('a disconnect gives the message back with `redelivered` set', async () => {
  const plan = ['1st delivery of Letter#a to tiny: disconnect from mq before ack'];
  const record = await run([noting], { items: ['a'], plan });
  const flags = entriesOf(record, 'delivered').map(({ data }) => (data as Happened).about?.['redelivered']);
  expect(flags).toEqual([false, true]);
  expect(idsOf(record, 'acked')).toEqual(['a']);
  expect(record.outcome).toBe('quiet');
});

test.each(['mq', 'db'].flatMap((of) => ['refusing', 'silent'].map((how) => [of, how])))(
  'an outage heals: %s is %s, and everything is delivered',
  async (of, how) => {
    for (const from of [0, 5, 30]) {
      const items = ['a', 'b', 'c', 'd', 'e'];
      const record = await run([noting.with({ instances: 2 }) as typeof noting], {
        items,
        plan: [`${of} is ${how} from ${from} ms to 20 s`],
      });
      expect(record.outcome).toBe('quiet');
      expect(idsOf(record, 'acked').toSorted()).toEqual(items);
      expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true]);
      expect(entriesOf(record, 'healed')).toHaveLength(1);
      expect(new Set(idsOf(record, 'inserted'))).toEqual(new Set(items));
    }
  },
);

test('a component that nobody has can have no outage', async () => {
  const record = await run([noting], { plan: ['moon is silent from 0 s to 1 s'] });
  expect(record.faults.map(({ reached }) => reached)).toEqual([false]);
  expect(entriesOf(record, 'published', mq)).toEqual([]);
});
