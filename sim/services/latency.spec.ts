import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inWorlds } from '../simulate.ts';
import { runIn, tiny } from '../spec-world.ts';

/** How long each operation of a letter's handling took, in ms, while another service makes so many calls of its own. */
async function tookMs(seed: number, others: number): Promise<number[]> {
  const took: number[] = [];
  const timed = tiny(({ mq, db, card }) => {
    mq.consume('letters').subscribe((delivery) => {
      const operations = [
        () => card.charge({ id: 'a' }),
        () => card.charge({ id: 'a' }),
        () => db.transaction((tx) => tx.put('notes', { id: delivery.message.id, text: '' })),
        () => mq.publish({ key: 'replies' }, {}),
        () => delivery.ack(),
      ];
      void (async () => {
        for (const operation of operations) {
          const beforeMs = performance.now();
          await operation();
          took.push(performance.now() - beforeMs);
        }
      })();
    });
  });
  const busy = tiny(({ card }) => {
    for (let n = 0; n < others; n++) void card.charge({ id: `other ${n}` });
  }, 'busy');
  await runIn(others > 0 ? [busy, timed] : [timed], { seed, items: ['a'] });
  return took.map((ms) => Math.round(ms * 1000) / 1000);
}

test('how long an operation takes depends on the seed and its address, not on what else is done', async () => {
  await inWorlds(() =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 30 }), async (seed, others) => {
        const alone = await tookMs(seed, 0);
        expect(alone).toHaveLength(5);
        expect(new Set(alone).size).toBeGreaterThan(2);
        expect(await tookMs(seed, others)).toEqual(alone);
      }),
      { numRuns: 50 },
    ),
  );
});
