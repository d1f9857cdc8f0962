/** Whatever befalls a group: nothing is lost that is committed after its effect, and each partition has one owner. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import type { RunRecord } from '../../../simulate.ts';
import { play } from '../../../world.fixture.ts';
import { facts, factsOf, items, sleep, toOrders, uses } from './consumer.fixture.ts';
import type { ConsumerOptions } from './consumer-options.ts';

const WHERE = ['on receipt', 'before offset commit on log', 'after offset commit on log'] as const;
const BETWEEN = 'between offset commit on log and its answer';

const trouble = fc
  .record({
    item: fc.nat(11),
    what: fc.constantFrom(
      'crash',
      'host loss',
      'pause of 20 s',
      'pause of 90 s',
      'disconnect from log',
      'half-open connection to log',
      'graceful stop',
      'session times out',
      'poll interval is exceeded',
    ),
    where: fc.constantFrom(...WHERE, BETWEEN),
  })
  .map(({ item, what, where }) => `1st delivery of T#o${item} to reader: ${what} ${where}`);

/** What befalls the broker, at a time. */
const window = fc
  .record({
    what: fc.constantFrom(
      'coordinator of g on log moves',
      'log.orders gets 6 partitions',
      'leader of log.orders/0 fails over',
    ),
    atMs: fc.integer({ min: 1_000, max: 60_000 }),
  })
  .map(({ what, atMs }) => `${what} at ${atMs} ms`);
const outage = fc
  .record({ how: fc.constantFrom('refusing', 'silent'), fromMs: fc.integer({ min: 1_000, max: 30_000 }) })
  .map(({ how, fromMs }) => `log is ${how} from ${fromMs} ms to ${fromMs + 5_000} ms`);

const setting = fc.record({
  instances: fc.integer({ min: 1, max: 3 }),
  joins: fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 2 }),
  leavesMs: fc.option(fc.integer({ min: 5_000, max: 60_000 }), { nil: undefined }),
  assignor: fc.constantFrom<NonNullable<ConsumerOptions['assignor']>[]>(
    'range',
    'round-robin',
    'sticky',
    'cooperative-sticky',
  ),
  client: fc.constantFrom<('java' | 'kafkajs')[]>('java', 'kafkajs'),
  way: fc.constantFrom<('subscribe' | 'each')[]>('subscribe', 'each'),
  worksMs: fc.constantFrom(0, 50, 4_000),
  faults: fc.uniqueArray(fc.oneof(trouble, trouble, window, outage), { maxLength: 4 }),
});
type Setting = typeof setting extends fc.Arbitrary<infer T> ? T : never;

const ITEMS = items(12);

async function run(given: Setting): Promise<{ record: RunRecord; effects: readonly string[] }> {
  const { instances, joins, leavesMs, assignor, client, way, worksMs, faults } = given;
  const effects: string[] = [];
  const reading = (name: string, afterMs: number, forMs: number | undefined) =>
    service(name, uses, async ({ log }) => {
      if (afterMs > 0) await sleep(afterMs);
      const consumer = log.consumer(['orders'], { group: 'g', assignor, client });
      const handle = async ({ message }: { message: { id: string } }): Promise<void> => {
        const { id } = message;
        if (worksMs > 0) await sleep(worksMs);
        effects.push(id);
      };
      if (way === 'each') await consumer.eachMessage(handle);
      else {
        consumer.messages().subscribe(async (delivery) => {
          await handle(delivery);
          await delivery.commit().catch(() => {});
        });
      }
      if (forMs === undefined) return;
      await sleep(forMs);
      await consumer.close();
    });
  const record = await play({
    uses,
    services: [
      reading('reader', 0, undefined).with({ instances }),
      ...joins.map((ms, n) => reading(`later${n}`, ms, undefined)),
      ...(leavesMs === undefined ? [] : [reading('leaving', 0, leavesMs)]),
    ],
    items: ITEMS,
    send: toOrders,
    faults,
  });
  return { record, effects };
}

/** Each member of a generation has partitions of its own, in what the leader says and in what the members take up. */
function expectOneOwner(record: RunRecord): void {
  for (const { assignment } of facts(record, 'rebalanced')) {
    const all = Object.values(assignment as Record<string, { orders?: number[] }>).flatMap(({ orders = [] }) => orders);
    expect(new Set(all).size).toBe(all.length);
  }
  const owners = new Map<string, unknown>();
  for (const { generation, member, partitions } of facts(record, 'assigned')) {
    for (const partition of partitions as number[]) {
      const key = `${String(generation)} ${partition}`;
      expect(owners.get(key) ?? member).toBe(member);
      owners.set(key, member);
    }
  }
}

/** From one assignment to the next, offsets are handed out in order; what is committed never goes back. */
function expectOnlyForward(record: RunRecord, isReached: boolean): void {
  const next = new Map<string, number>();
  const committed = new Map<unknown, number>();
  for (const entry of record.entries) {
    if (!['assigned', 'delivered', 'offsetsCommitted'].includes(entry.kind)) continue;
    const { kind, process, partition, partitions, offset } = factsOf(entry);
    if (kind === 'assigned') for (const each of partitions as number[]) next.delete(`${String(process)} ${each}`);
    else if (kind === 'delivered') {
      const key = `${String(process)} ${String(partition)}`;
      expect(offset).toBeGreaterThanOrEqual(next.get(key) ?? 0);
      next.set(key, Number(offset) + 1);
    } else {
      expect(offset).toBeGreaterThanOrEqual(committed.get(partition) ?? 0);
      committed.set(partition, Number(offset));
    }
  }
  const all = [...committed.values()].reduce((sum, each) => sum + each, 0);
  // A commit that got no answer is made good by the next one, if there is one.
  if (isReached) expect(all).toBe(ITEMS.length);
  else expect(all).toBeLessThanOrEqual(ITEMS.length);
}

test('nothing is lost, and every partition has one owner', async () => {
  await fc.assert(
    fc.asyncProperty(setting, async (given) => {
      const { record, effects } = await run(given);
      expect(record.outcome).toBe('quiet');
      expect(new Set(effects)).toEqual(new Set(ITEMS));
      expectOneOwner(record);
      expectOnlyForward(record, !given.faults.some((each) => /half-open|refusing|silent/.test(each)));
    }),
    { numRuns: 150 },
  );
}, 60_000);
