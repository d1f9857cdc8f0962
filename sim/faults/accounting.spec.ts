/** A fault takes effect only where it changed something; and every plan comes to its end. */
import { expect, test } from 'vitest';
import { entriesOf, run, type RunOptions, tiny } from '../spec-world.ts';

const reader = tiny(({ mq, db }) => {
  mq.consume('letters').subscribe((delivery) => {
    const work = async (): Promise<void> => {
      await db.transaction((tx) => tx.put('notes', { id: delivery.message.id, text: '' }));
      await delivery.ack();
    };
    work().catch(() => {});
  });
});

async function struck(sentences: readonly string[], o: RunOptions = {}): Promise<string[]> {
  const { faults } = await run([reader], { items: ['p1'], ...o, plan: sentences });
  return faults.map(({ reached, tookEffect }) => (tookEffect ? 'took effect' : reached ? 'no effect' : 'not reached'));
}

test('a disconnect where there is no connection has no effect', async () => {
  expect(await struck(['1st start of tiny: disconnect from mq on receipt'])).toEqual(['no effect']);
  expect(
    await struck([
      '1st delivery of Letter#p1 to tiny: disconnect from mq before commit',
      '1st delivery of Letter#p1 to tiny: disconnect from mq between commit and its answer',
    ]),
  ).toEqual(['took effect', 'no effect']);
  expect(await struck(['1st delivery of Letter#p1 to tiny: disconnect from db before commit'])).toEqual(['no effect']);
});

test('a crash of the workload, which never crashes, has no effect', async () => {
  expect(await struck(['1st send of p1: crash before publish'])).toEqual(['no effect']);
});

test('an outage that begins while another one lasts goes on when that one ends', async () => {
  const record = await run([reader], {
    plan: ['mq is refusing from 1 s to 3 s', 'mq is silent from 2 s to 6 s', 'mq is refusing from 4 s to 5 s'],
  });
  const states = entriesOf(record, 'outage').concat(entriesOf(record, 'healed'));
  expect(states.map(({ timeUs, data }) => [timeUs / 1e6, (data as { availability: string }).availability])).toEqual([
    [1, 'refusing'],
    [2, 'silent'],
    [4, 'refusing'],
    [5, 'silent'],
    [6, 'up'],
  ]);
});

test('an outage that only breaks connections, or holds deliveries back, takes effect', async () => {
  const idle = { items: ['p1'], send: async () => {} };
  expect(await struck(['mq is refusing from 5 s to 6 s'], idle)).toEqual(['took effect']);
  expect(await struck(['card is refusing from 5 s to 6 s'], idle)).toEqual(['no effect']);
  const waiting = tiny(({ mq }) => void mq.consume('letters').subscribe((delivery) => void delivery.ack()));
  const { faults, entries } = await run([waiting], { items: ['p1'] });
  const publishedUs = entries.find(({ kind }) => kind === 'published')?.timeUs ?? 0;
  expect(faults).toEqual([]);
  const held = await run([waiting], { items: ['p1'], plan: [`mq is silent from ${publishedUs + 1} us to 9 s`] });
  expect(held.faults[0]?.tookEffect).toBe(true);
});

test('"after A, before B" means the B that it counts', async () => {
  const twice = tiny(({ mq, card }) => {
    mq.consume('letters').subscribe((delivery) => {
      const work = async (): Promise<void> => {
        for (const id of ['a', 'b', 'c']) await card.charge({ id });
        await delivery.ack();
      };
      work().catch(() => {});
    });
  });
  const calls = async (plan: string): Promise<number> => {
    const record = await run([twice], { items: ['p1'], plan: [plan] });
    const crashed = entriesOf(record, 'crashed')[0]?.n ?? 0;
    return entriesOf(record, 'called').filter(({ n }) => n < crashed).length;
  };
  expect(await calls('1st delivery of Letter#p1 to tiny: crash after charge, before charge')).toBe(1);
  expect(await calls('1st delivery of Letter#p1 to tiny: crash after charge, before 3rd charge')).toBe(2);
});

test('a hold that only a busy system waits for ends before the run is given up', async () => {
  const turns = tiny(({ mq, db }, { instance }) => {
    mq.consume('letters').subscribe((delivery) => {
      const { id } = delivery.message;
      const work = async (): Promise<void> => {
        const before = await db.transaction(async (tx) => {
          if (id === 'p2') return tx.get('notes', 'p1');
          await tx.insertIfAbsent('notes', { id, text: `${instance}` });
          return tx.get('notes', id);
        });
        if (!before) return delivery.nack();
        await db.transaction((tx) => tx.put('notes', { id, text: 'done' }));
        await delivery.ack();
      };
      work().catch(() => {});
    });
  }).with({ instances: 2 });
  const plan = [
    '1st delivery of Letter#p1 to tiny: commit on db is held until after 1st delivery of Letter#p2 to tiny: 2nd commit on db',
  ];
  const record = await run([turns as typeof reader], { items: ['p1', 'p2'], plan });
  expect(entriesOf(record, 'nacked').length).toBeGreaterThan(1);
  expect([record.outcome, ...record.why]).toEqual(['quiet']);
});

test('a queue full of messages that expire is no endless run', async () => {
  const flooding = tiny(async ({ mq }) => {
    for (let n = 0; n < 200; n++) {
      await mq.publish({ key: 'letters' }, {}, { id: `${n}`, type: 'Letter', expirationMs: 100_000 + n * 10 });
    }
  });
  const record = await run([flooding]);
  expect([record.outcome, entriesOf(record, 'deadLettered').length]).toEqual(['quiet', 200]);
});

test('what is held until after something that never comes goes on, though somebody asks for it again and again', async () => {
  const asking = tiny(async ({ db }) => {
    for (let n = 0; ; n++) {
      const found = await db.transaction((tx) => tx.get('notes', 'p1'));
      if (found) return;
      await db.transaction((tx) => tx.insert('notes', { id: `asked ${n}`, text: '' }));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }, 'asking');
  const plan = [
    '1st delivery of Letter#p1 to tiny: commit on db is held until after 1st delivery of Letter#p2 to tiny: ack',
  ];
  const record = await run([reader, asking], { items: ['p1'], plan });
  const stored = entriesOf(record, 'inserted').find(({ process }) => process === 'tiny/0');
  expect([record.outcome, Math.floor((stored?.timeUs ?? 0) / 1e6)]).toEqual(['quiet', 60]);
});

test('a plan that lasts for days ends, and the run after it', async () => {
  const plan = ['1st arrival of Letter#p1 in letters: comes 900000 s late'];
  const record = await run([reader], { items: ['p1'], plan });
  // Nobody hears of it for 10 s, so it is sent again; the first one comes all the same.
  expect([record.outcome, entriesOf(record, 'acked').length]).toEqual(['quiet', 2]);
});
