import { describe, expect, test } from 'vitest';
import { ending } from '../world.fixture.ts';
import { run, tiny } from '../spec-world.ts';

/** How each operation of a letter's handling ended and how long it took, in whole seconds. */
async function ended(fault: string): Promise<{ ends: string[]; effect: string | undefined }> {
  const ends: string[] = [];
  const timed = tiny(({ mq, db, card }) => {
    mq.consume('letters').subscribe((delivery) => {
      const operations = {
        call: () => card.charge({ id: 'a' }),
        transaction: () => db.transaction((tx) => tx.put('notes', { id: 'a', text: '' })),
        publish: () => mq.publish({ key: 'replies' }, {}),
        ack: () => delivery.ack(),
      };
      void (async () => {
        for (const [name, operation] of Object.entries(operations)) {
          const beforeMs = performance.now();
          const how = await ending(operation());
          ends.push(`${name} ${how} ${Math.floor((performance.now() - beforeMs) / 1000)} s`);
        }
      })();
    });
  });
  const { faults, outcome } = await run([timed], {
    items: ['a'],
    plan: [`1st delivery of Letter#a to tiny: ${fault}`],
  });
  expect(outcome).toBe('quiet');
  return {
    ends: ends.filter((end) => !end.endsWith(' resolved 0 s')),
    effect: faults[0]?.tookEffect ? 'took effect' : faults[0]?.reached ? 'no effect' : 'not reached',
  };
}

describe('an operation that answers late', () => {
  test.each([
    ['charge on card answers 8 s late', 'call resolved 8 s'],
    ['put into db.notes answers 8 s late', 'transaction resolved 8 s'],
    ['put into db.notes answers 20 s late', 'transaction resolved 20 s'],
    ['commit on db answers 8 s late', 'transaction resolved 8 s'],
    ['publish answers 8 s late', 'publish resolved 8 s'],
    ['ack answers 8 s late', 'ack resolved 8 s'],
    ['charge on card answers 20 s late', 'call EDDY_TIMEOUT 10 s'],
    ['commit on db answers 20 s late', 'transaction EDDY_CONNECTION 10 s'],
    ['publish answers 20 s late', 'publish EDDY_CONFIRM_TIMEOUT 10 s'],
  ])('%s: %s', async (fault, end) => {
    expect(await ended(fault)).toEqual({ ends: [end], effect: 'took effect' });
  });

  test('a statement holds its locks until it has answered', async () => {
    const took: string[] = [];
    const putting = (name: string): ReturnType<typeof tiny> =>
      tiny(async ({ db }) => {
        await db.transaction((tx) => tx.put('notes', { id: 'same', text: name }));
        took.push(`${name} ${Math.floor(performance.now() / 1000)} s`);
      }, name);
    await run([putting('first'), putting('second')], {
      items: [],
      plan: [
        '1st start of first: put into db.notes answers 8 s late',
        '1st start of second: put into db.notes takes 100 ms longer',
      ],
    });
    expect(took).toEqual(['first 8 s', 'second 8 s']);
  });
});
