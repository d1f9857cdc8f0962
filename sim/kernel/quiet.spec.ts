import { interval } from 'rxjs';
import { expect, test } from 'vitest';
import { entriesOf, type Here, run, tiny } from '../spec-world.ts';
import type { Happened } from '../history/history.ts';
import { virtualTime } from './rx-scheduler.ts';

const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
const look = ({ db }: Here): Promise<unknown> => db.transaction((tx) => tx.scan('notes'));
const beat = ({ db }: Here): Promise<void> =>
  db.transaction((tx) => tx.put('leases', { id: 'leader', until: Date.now() + 3000 }));

const services = {
  'a poll by setInterval': tiny((ports) => void setInterval(() => void look(ports), 100)),
  'a poll by a setTimeout that sets itself again': tiny((ports) => {
    const again = (): void => void setTimeout(() => void look(ports).then(again), 100);
    again();
  }),
  'a poll by a loop that sleeps': tiny(async (ports) => {
    for (;;) {
      await sleep(100);
      await look(ports);
    }
  }),
  'a poll that sleeps for two times in turn': tiny(async (ports) => {
    for (let nth = 0; ; nth++) {
      await sleep(nth % 2 === 0 ? 100 : 5000);
      await look(ports);
    }
  }),
  'two sleeps at a time, whoever ends first': tiny(async (ports) => {
    for (;;) {
      await Promise.all([sleep(100), sleep(100)]);
      await look(ports);
    }
  }),
  'a poll by interval on the globals': tiny((ports) => void interval(100).subscribe(() => void look(ports))),
  'a poll by interval on virtualTime': tiny((ports) => {
    interval(100, virtualTime).subscribe(() => void look(ports));
  }),
  'a poll with jitter': tiny(async (ports) => {
    for (;;) {
      await sleep(50 + Math.random() * 100);
      await look(ports);
    }
  }),
  'a heartbeat': tiny((ports) => void setInterval(() => void beat(ports), 1000), 'heart'),
  'a heartbeat that puts off, each time, what is to happen without it': tiny((ports) => {
    let dog: NodeJS.Timeout | undefined;
    setInterval(() => {
      clearTimeout(dog);
      dog = setTimeout(() => void ports.db.transaction((tx) => tx.put('notes', { id: 'bitten', text: '' })), 10_000);
      void beat(ports);
    }, 1000);
  }, 'watched'),
  'a reader of the lease': tiny((ports) => {
    setInterval(() => void ports.db.transaction((tx) => tx.get('leases', 'leader')), 100);
  }, 'reader'),
};

const both = [services['a heartbeat'], services['a reader of the lease']];
const cases = [
  ...Object.entries(services).map(([name, service]) => [name, [service]] as const),
  ['a heartbeat and who reads it', both] as const,
  ['two pollers and a heartbeat', [...both, services['a poll with jitter']]] as const,
];

test.each(cases)('%s is quiet after few steps', async (_, given) => {
  const record = await run(given, { items: ['a', 'b'] });
  expect(record.outcome).toBe('quiet');
  expect(record.steps).toBeLessThan(900);
});

test('who reads another row each time gets to the last one, though nothing changes meanwhile', async () => {
  const ids = Array.from({ length: 40 }, (_, n) => `n${n}`);
  const walks = tiny(async ({ db }) => {
    await db.transaction((tx) => Promise.all(ids.map((id) => tx.insert('notes', { id, text: id }))));
    for (const id of ids) {
      await sleep(100);
      await db.transaction((tx) => tx.get('notes', id));
    }
    await db.transaction((tx) => tx.insert('leases', { id: 'walked', until: 0 }));
  });
  const inserted = entriesOf(await run([walks]), 'inserted').map(({ data }) => (data as Happened).channels[0]);
  expect(inserted.filter((table) => table === 'leases')).toHaveLength(1);
});

test('a timer that keeps a process going for ever, and a cleanup now and then, keep no run from its end', async () => {
  const cleans = tiny(({ db }) => {
    setInterval(() => {}, 2_147_483_647);
    setInterval(() => void db.transaction((tx) => tx.scan('notes')), 300_000);
  });
  const record = await run([cleans], { items: ['a', 'b'] });
  expect(record.outcome).toBe('quiet');
  expect(record.timeUs).toBeLessThan(30 * 60_000_000);
});

test('what is put off is not put off any more when the heartbeat ends', async () => {
  const record = await run([
    tiny((ports) => {
      let dog: NodeJS.Timeout | undefined;
      const timer = setInterval(() => {
        clearTimeout(dog);
        dog = setTimeout(() => void ports.db.transaction((tx) => tx.put('notes', { id: 'bitten', text: '' })), 10_000);
        void beat(ports);
      }, 1000);
      setTimeout(() => clearInterval(timer), 60_500);
    }, 'watched'),
  ]);
  const bitten = entriesOf(record, 'inserted').filter(({ data }) => (data as Happened).channels[0] === 'notes');
  expect(bitten.map(({ timeUs }) => Math.floor(timeUs / 1_000_000))).toEqual([70]);
});

test.each(cases)('%s: a window half an hour later costs few steps more', async (_, given) => {
  const soon = await run(given, { items: ['a'], plan: ['db is refusing from 2 s to 102 s'] });
  const late = await run(given, { items: ['a'], plan: ['db is refusing from 1700 s to 1800 s'] });
  expect(late.outcome).toBe('quiet');
  expect(late.timeUs).toBeGreaterThan(1_800_000_000);
  expect(late.steps).toBeLessThan(2 * soon.steps + 300);
});

test.each([
  ['though nothing else happens', []],
  [
    'however far off the next thing is that happens',
    ['every operation of tiny/0 takes 1 ms longer from 0 s to 7000 s'],
  ],
])('who waits for a time written in a row comes to it, %s', async (_, plan) => {
  const done: number[] = [];
  const record = await run(
    [
      tiny((ports) => {
        const startedMs = Date.now();
        void ports.db.transaction((tx) => tx.insert('leases', { id: 'job', until: startedMs + 300_000 }));
        setInterval(() => {
          void ports.db.transaction(async (tx) => {
            const due = await tx.scan('leases', { where: ({ until }) => until <= Date.now() });
            for (const { id } of due) await tx.delete('leases', id);
            if (due.length > 0) done.push(Date.now() - startedMs);
          });
        }, 1000);
      }),
    ],
    { plan },
  );
  expect(record.outcome).toBe('quiet');
  expect(done).toHaveLength(1);
  expect(done[0]).toBeGreaterThanOrEqual(300_000);
  expect(record.steps).toBeLessThan(900);
});

test.each([
  [100, 2],
  [100, 60],
  [1000, 12],
  [1000, 20],
  [1000, 300],
  [5000, 20],
])(
  'a poll each %i ms sees a time %i s off when it comes, though somebody else has a timer until long after',
  async (everyMs, waitS) => {
    const polls = tiny(async ({ db }) => {
      await db.transaction((tx) => tx.insert('leases', { id: 'job', until: Date.now() + waitS * 1000 }));
      for (;;) {
        await sleep(everyMs);
        await db.transaction(async (tx) => {
          const due = await tx.scan('leases', { where: ({ until }) => until <= Date.now() });
          for (const { id } of due) await tx.delete('leases', id);
        });
      }
    });
    const busy = tiny(async ({ db }) => {
      await sleep(waitS * 1500);
      await db.transaction((tx) => tx.insert('notes', { id: 'late', text: '' }));
    }, 'busy');
    const record = await run([polls, busy]);
    const [seen] = entriesOf(record, 'deleted');
    const lateMs = (seen?.timeUs ?? Infinity) / 1000 - waitS * 1000;
    expect(lateMs).toBeGreaterThan(0);
    expect(lateMs).toBeLessThan(everyMs + (waitS * 1000) / 8 + 50);
    expect(record.steps).toBeLessThan(1500);
  },
);

/** Takes the lease up when nobody holds it or it has run out, and renews its own. */
const candidate = tiny(({ db }, { instance: owner }) => {
  const lease = (): { id: string; owner: number; until: number } => ({ id: 'leader', owner, until: Date.now() + 3000 });
  setInterval(() => {
    void db.transaction(async (tx) => {
      const isFirst = await tx.insertIfAbsent('leases', lease());
      const [held] = await tx.scan('leases', { forUpdate: 'wait' });
      if (isFirst || held?.owner === owner || (held && held.until <= Date.now())) await tx.put('leases', lease());
    });
  }, 1000);
}, 'candidate').with({ instances: 2 }) as ReturnType<typeof tiny>;

test('nobody takes over a lease whose holder lives, however far time jumps', async () => {
  const record = await run([candidate], {
    items: ['a'],
    plan: ['card is refusing from 1700 s to 1800 s'],
    send: async (_, { card }) => void (await card.charge({ id: 'a' })),
  });
  expect(record.outcome).toBe('quiet');
  const owners = entriesOf(record, 'updated').map(({ data }) => ((data as Happened).value as { owner: number }).owner);
  expect(new Set(owners).size).toBe(1);
  expect(record.steps).toBeLessThan(3000);
});

test('a relay that gave up for want of a connection goes on when it is back', async () => {
  const relay = tiny(async ({ mq }) => {
    for (let sent = false; !sent; ) {
      await sleep(50);
      sent = await mq.publish({ key: 'replies' }, {}, { id: 'late', type: 'Reply' }).then(
        () => true,
        () => false,
      );
    }
  });
  const record = await run([relay], { plan: ['mq is refusing from 10 ms to 30 s'] });
  expect(entriesOf(record, 'confirmed')).toHaveLength(1);
});

test.each([2, 5, 11, 12, 13, 40])('a poll that was idle for %i turns looks again after a change', async (turns) => {
  const watched: unknown[] = [];
  const poll = tiny(async ({ db }) => {
    for (;;) {
      watched.push(await db.transaction((tx) => tx.get('notes', 'late')));
      await sleep(100);
    }
  }, 'watcher');
  const writer = tiny(({ mq, db }) => {
    mq.consume('letters').subscribe(({ ack }) => {
      void db.transaction((tx) => tx.insert('notes', { id: 'late', text: 'here' })).then(ack);
    });
  });
  const late = `1st arrival of Letter#a in letters: comes ${turns * 100 + 50} ms late`;
  await run([poll, writer], { items: ['a'], plan: [late] });
  expect(watched.at(-1)).toEqual({ id: 'late', text: 'here' });
});
