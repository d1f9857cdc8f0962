/** What a finished run leaves behind must not reach the next one in the same thread. */
import { expect, test } from 'vitest';
import { currentContext } from './kernel/context.ts';
import { inWorlds, simulate } from './simulate.ts';
import { entriesOf, run, tiny } from './spec-world.ts';

test('a run that never stops setting immediates troubles neither the next run nor the thread', async () => {
  let turns = 0;
  const storm = tiny(() => {
    const again = (): void => {
      turns++;
      setImmediate(again);
    };
    again();
  });
  expect((await run([storm])).outcome).toBe('bound');
  const before = turns;
  expect((await run([tiny(() => {})])).outcome).toBe('quiet');
  expect(turns - before).toBeLessThan(3);
});

test('the immediate of a process that has died in the meantime does not run', async () => {
  const ran: number[] = [];
  let starts = 0;
  const dying = tiny(() => {
    const start = ++starts;
    setImmediate(() => ran.push(start));
    if (start === 1) throw new Error('dies');
  });
  await run([dying]);
  expect(ran).toEqual([2]);
});

test('an error that nobody handles in code of a finished run is no crash in the next one', async () => {
  const later: (() => void)[] = [];
  const leaving = tiny(() => {
    void new Promise<void>((resolve) => later.push(resolve)).then(() => {
      throw new Error('of the first run');
    });
  });
  await run([leaving]);
  const record = await run([
    tiny(() => {
      for (const go of later.splice(0)) go();
    }),
  ]);
  expect(entriesOf(record, 'crashed')).toEqual([]);
});

test('what `send` does to an item is not there in the next try, nor in the next run', async () => {
  const letter = { id: 'p1', tries: [] as number[] };
  const seen: number[] = [];
  const send = async (item: string): Promise<void> => {
    const own = item as unknown as typeof letter;
    own.tries.push(1);
    seen.push(own.tries.length);
    if (seen.length === 1) throw new Error('again');
  };
  const workload = { uses: {}, key: () => 'p1', send };
  await inWorlds(() => simulate({ services: [], workload }, [letter], { seed: 1, plan: [] }));
  expect({ seen, letter }).toEqual({ seen: [1, 1], letter: { id: 'p1', tries: [] } });
});

test('a `send` that throws where it should reject is tried again', async () => {
  let tries = 0;
  const send = (): Promise<void> => {
    if (++tries === 1) throw new Error('at once');
    return Promise.resolve();
  };
  const record = await run([], { items: ['p1'], send });
  expect({ tries, outcome: record.outcome }).toEqual({ tries: 2, outcome: 'quiet' });
});

test('who reads a delivery after the run stays outside it', async () => {
  const kept: { readonly message: unknown }[] = [];
  const keeping = tiny(({ mq }) => {
    mq.consume('letters').subscribe((delivery) => {
      kept.push(delivery);
      void delivery.ack();
    });
  });
  await run([keeping], { items: ['p1'] });
  expect(kept[0]?.message).toMatchObject({ id: 'p1' });
  expect(currentContext()).toBeUndefined();
});

test('a process that has died begins no transaction', async () => {
  let starts = 0;
  let begun = 0;
  const dying = tiny(({ db }) => {
    if (++starts > 1) return;
    queueMicrotask(() => {
      void db.transaction(async () => {
        begun++;
      });
    });
    throw new Error('dies');
  });
  await run([dying]);
  expect({ starts, begun }).toEqual({ starts: 2, begun: 0 });
});
