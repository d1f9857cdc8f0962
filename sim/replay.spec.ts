import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queueBroker } from './brokers/queue/component.ts';
import { lastsUs } from './faults/fault.ts';
import { parseFault } from './faults/parse.ts';
import { service, type ServiceShape } from './services/service.ts';
import { inWorlds, simulate } from './simulate.ts';
import { tables } from './stores/tables.ts';

const mq = queueBroker('mq', {
  queues: { work: { deadLetterTo: 'dead', deliveryLimit: 5 }, copy: {}, dead: {} },
  exchanges: { all: { type: 'fanout', bind: [{ queue: 'work' }, { queue: 'copy' }] } },
});
const db = tables<{ t: { id: string } }>('db', { t: { key: 'id' } });
const uses = { mq, db };

const reader = (name: string, queue: 'work' | 'copy') =>
  service(name, uses, ({ mq, db }) => {
    mq.consume(queue).subscribe((delivery) => {
      const { id } = delivery.message;
      const working = db.transaction(async (tx) => {
        await tx.insertIfAbsent('t', { id: `${name} ${id}` });
      });
      working.then(
        () => delivery.ack().catch(() => {}),
        () => delivery.nack().catch(() => {}),
      );
    });
  }) as ServiceShape;

const workload = {
  uses: { mq },
  key: (item: string) => item,
  send: (item: string, { mq: port }: { mq: NonNullable<(typeof mq)['~port']> }) =>
    port.publish({ exchange: 'all', key: '' }, { item }, { id: item, type: 'T' }),
};
const system = { services: [reader('worker', 'work'), reader('copier', 'copy')], workload };

const kinds = fc.subarray(
  [
    'duplicate',
    'ack-lost',
    'confirm-lost',
    'disconnect',
    'delay',
    'crash',
    'pause',
    'store-error',
    'commit-unknown',
    'poison',
  ],
  { minLength: 1 },
);

test('faults that a random rule drew, written out as sentences, make the same run', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(9999), kinds, fc.constantFrom(0.03, 0.1, 0.3), async (seed, kinds, p) => {
        const rule = { p, kinds, salt: 1, untilUs: 10_000_000 };
        const drawn = await simulate(system, ['p1', 'p2', 'p3'], { seed, plan: [], rule });
        const plan = drawn.faults.map(({ sentence }) => parseFault(sentence));
        const replayed = await simulate(system, ['p1', 'p2', 'p3'], { seed, plan });
        expect(replayed.entries).toEqual(drawn.entries);
        expect(replayed.digest).toBe(drawn.digest);
      }),
      { numRuns: 150, seed: 11 },
    ),
  );
});

test('where they last, the run by the rule and the run by the sentences have one bound', async () => {
  const forever = service('forever', uses, ({ mq, db }) => {
    mq.consume('work').subscribe(({ message, ack }) => void note(message.id, 0).then(ack));
    const note = async (id: string, n: number): Promise<void> => {
      await db.transaction((tx) => tx.put('t', { id: `${id} ${n}` }));
      setTimeout(() => void note(id, n + 1), 30_000);
    };
  }) as ServiceShape;
  await inWorlds(async () => {
    const rule = { p: 0.5, kinds: ['pause'], salt: 1, untilUs: 60_000_000 };
    const drawn = await simulate({ services: [forever], workload }, ['p1'], { seed: 1, plan: [], rule });
    expect(drawn.why[0]).toMatch(/s of virtual time$/u);
    const plan = drawn.faults.filter(({ reached }) => reached).map(({ data }) => data);
    expect(plan.map(lastsUs)).not.toEqual([]);
    const replayed = await simulate({ services: [forever], workload }, ['p1'], { seed: 1, plan });
    expect(replayed.why).toEqual(drawn.why);
    expect(replayed.digest).toBe(drawn.digest);
  });
});
