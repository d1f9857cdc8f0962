/** Checks over real runs: what they take for granted of a history is what the world records. */
import { firstValueFrom, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { virtualTime } from '../../sim/kernel/rx-scheduler.ts';
import { type Service, service } from '../../sim/services/service.ts';
import { play } from '../../sim/world.fixture.ts';
import type { Property } from '../property.ts';
import { appendExclusive } from './append-exclusive.ts';
import { boundedInFlight } from './bounded-in-flight.ts';
import { checkpointAtomic } from './checkpoint-atomic.ts';
import { card, db, es, mq } from './history.fixture.ts';
import { noOverSuppression } from './no-over-suppression.ts';
import { outcomeSound } from './outcome-sound.ts';
import { redriveFaithful } from './redrive-faithful.ts';
import { versionTolerant } from './version-tolerant.ts';
import { silentReplay } from './silent-replay.ts';

const uses = { mq, db, card, es };
type Run = Omit<Parameters<typeof play<typeof uses>>[0], 'uses' | 'send'>;

const publish: Parameters<typeof play<typeof uses>>[0]['send'] = (item, { mq }) =>
  mq.publish({ key: 'q' }, {}, { id: item, type: 'T' });

async function verdictOf(property: Property, o: Run, send = publish): Promise<string> {
  const { entries } = await play({ uses, send, ...o });
  const fold = property.start();
  for (const entry of entries) fold.see(entry);
  return fold.end().verdict;
}

const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms, virtualTime));
const stored = db.table.t.inserted.by(({ of }) => of);

describe('R4: two commands at a time', () => {
  const check = appendExclusive(es.appended, { read: es.read });
  const ledger = (isExclusive: boolean): Service =>
    service('ledger', uses, ({ mq, es }) => {
      mq.consume('q').subscribe(async ({ ack, nack }) => {
        const events = await es.read('acc');
        const expected = isExclusive ? events.length : 'any';
        try {
          await es.append('acc', [{ type: 'Added', by: events.length }, { type: 'Told' }], { expected });
          await ack();
        } catch {
          await nack();
        }
      });
    }).with({ instances: 2 });
  const [first, second] = ['p1', 'p2'].map((each) => `1st delivery of T#${each} to ledger: append to es`);
  const faults = [`${first} is held until after ${second}`];
  const items = ['p1', 'p2'];

  test.each([
    [true, 'pass'],
    [false, 'fail'],
  ])('with the version that was read: %s', async (isExclusive, expected) => {
    const services = [ledger(isExclusive)];
    expect(await verdictOf(check, { services, items })).toBe('pass');
    expect(await verdictOf(check, { services, items, faults })).toBe(expected);
  });
});

describe('C2: a crash between view and checkpoint', () => {
  const points = [db.table.other.inserted, db.table.other.updated].map((each) => each.by(({ of }) => of));
  const check = checkpointAtomic(
    mq.published('q').by(({ id }) => id),
    [stored],
    points,
  );
  const projector = (isAtomic: boolean): Service =>
    service('projector', uses, ({ mq, db }) => {
      mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
        await db.transaction(async (tx) => {
          await tx.insertIfAbsent('t', { id, of: id });
          if (isAtomic) await tx.put('other', { id: 'c', of: id });
        });
        if (!isAtomic) await db.transaction((tx) => tx.put('other', { id: 'c', of: id }));
        await ack();
      });
    });
  const faults = ['1st delivery of T#p1 to projector: crash after commit on db'];

  test.each([
    [true, 'pass', 'pass'],
    [false, 'pass', 'fail'],
  ])('in one transaction: %s', async (isAtomic, calm, faulty) => {
    const services = [projector(isAtomic)];
    const items = ['p1', 'p2'];
    expect(await verdictOf(check, { services, items })).toBe(calm);
    expect(await verdictOf(check, { services, items, faults })).toBe(faulty);
  });
});

describe('D2: a confirm that is lost', () => {
  const check = outcomeSound(
    mq.published('q').by(({ id }) => id),
    { givenUp: stored },
  );
  const faults = ['1st send of p1: confirm of publish of T to mq is lost'];

  test.each([
    ['a failure', ['EDDY_CONFIRM_TIMEOUT', 'EDDY_UNAVAILABLE'], 'fail'],
    ['unknown', ['EDDY_UNAVAILABLE'], 'pass'],
  ])('taken for %s', async (_, failures, expected) => {
    const send: typeof publish = async (item, ports) => {
      try {
        await publish(item, ports);
      } catch (error) {
        if (!failures.includes((error as { code: string }).code)) throw error;
        await ports.db.transaction((tx) => tx.insert('t', { id: item, of: item }));
      }
    };
    expect(await verdictOf(check, {}, send)).toBe('pass');
    expect(await verdictOf(check, { faults }, send)).toBe(expected);
    const refused = { faults: ['mq is refusing from 0 s to 2 s'] };
    expect(await verdictOf(check, refused, send)).toBe('unknown');
  });
});

describe('I3: a message that comes behind a later one', () => {
  const check = noOverSuppression(
    mq.acked('q').by(({ id }) => id),
    [stored],
  );
  const consumer = (isKnown: (id: string, seen: readonly string[]) => boolean): Service =>
    service('consumer', uses, ({ mq, db }) => {
      const seen: string[] = [];
      mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
        if (!isKnown(id, seen)) await db.transaction((tx) => tx.insert('t', { id, of: id }));
        seen.push(id);
        await ack();
      });
    });
  const faults = ['burst of 2 items from p1', '1st arrival of T#p1 in q: comes 3 s late'];
  const items = ['p1', 'p2'];

  test('is no duplicate', async () => {
    const [byId, byMark] = [
      [consumer((id, seen) => seen.includes(id))],
      [consumer((id, seen) => seen.some((other) => other >= id))],
    ];
    const verdicts = [
      await verdictOf(check, { services: byId, items, faults }),
      await verdictOf(check, { services: byMark, items }),
      await verdictOf(check, { services: byMark, items, faults }),
    ];
    expect(verdicts).toEqual(['pass', 'pass', 'fail']);
  });
});

describe('P3: a dead letter that is published again', () => {
  const check = redriveFaithful(mq.delivered('dead'), mq.published('q'), { effect: stored });
  const system = (again: (id: string) => string): readonly Service[] => [
    service('consumer', uses, ({ mq, db }) => {
      const given = new Set<unknown>();
      mq.consume('q').subscribe(async ({ message: { id, headers }, ack, nack }) => {
        if (!given.has(headers['order'])) {
          given.add(headers['order']);
          return nack({ requeue: false });
        }
        await db.transaction((tx) => tx.insert('t', { id, of: id }));
        await ack();
      });
    }),
    service('redriver', uses, ({ mq }) => {
      mq.consume('dead').subscribe(async ({ message: { id, type, headers }, ack }) => {
        await mq.publish({ key: 'q' }, {}, { id: again(id), type, headers: { order: headers['order'] } });
        await ack();
      });
    }),
  ];
  const send: typeof publish = (item, { mq }) =>
    mq.publish({ key: 'q' }, {}, { id: item, type: 'T', headers: { order: `o-${item}` } });

  test('keeps its id', async () => {
    expect(await verdictOf(check, { services: system((id) => id) }, send)).toBe('pass');
    expect(await verdictOf(check, { services: system((id) => `${id}-again`) }, send)).toBe('fail');
  });
});

describe('Z1: a consumer that takes more than it should', () => {
  const check = boundedInFlight(
    mq.delivered('q').by(({ id }) => id),
    { unacked: 2 },
  );
  const consumer = (prefetch: number): Service =>
    service('consumer', uses, ({ mq }) => {
      mq.consume('q', { prefetch }).subscribe(async ({ ack }) => {
        await sleep(5_000);
        await ack().catch(() => {});
      });
    });
  const items = ['p1', 'p2', 'p3', 'p4'];
  const faults = ['1st delivery of T#p1 to consumer: disconnect from mq before ack'];

  test.each([
    [2, 'pass'],
    [0, 'fail'],
  ])('prefetch %i', async (prefetch, expected) => {
    const services = [consumer(prefetch)];
    expect(await verdictOf(check, { services, items })).toBe(expected);
    expect(await verdictOf(check, { services, items, faults })).toBe(expected);
  });
});

describe('R3: a rebuild', () => {
  const check = silentReplay(
    card.applied('charge').by(({ key }) => key),
    {
      begins: db.table.t.deleted.where(({ id }) => id === 'built'),
      ends: db.table.t.inserted.where(({ id }) => id === 'built'),
    },
  );
  const projector = (isSilent: boolean): Service =>
    service('projector', uses, ({ mq, db, card }) => {
      const events: string[] = [];
      const apply = async (id: string, isLive: boolean): Promise<void> => {
        await db.transaction((tx) => tx.put('other', { id, of: id }));
        if (isLive || !isSilent) await card.charge({ key: id });
      };
      mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
        if (id === 'rebuild') {
          await db.transaction((tx) => tx.delete('t', 'built'));
          for (const event of events) await apply(event, false);
        } else {
          events.push(id);
          await apply(id, true);
        }
        await db.transaction((tx) => tx.put('t', { id: 'built', of: id }));
        await ack();
      });
    });
  const items = ['p1', 'rebuild', 'p2'];

  test('makes no effect again', async () => {
    expect(await verdictOf(check, { services: [projector(true)], items })).toBe('pass');
    expect(await verdictOf(check, { services: [projector(false)], items })).toBe('fail');
  });
});

describe('V1: a message that the old version does not know', () => {
  const check = versionTolerant(
    mq.delivered('q').by(({ id }) => id),
    [stored, mq.deadLettered('q').by(({ id }) => id)],
  );
  const old = (drops: boolean): Service =>
    service('consumer', uses, ({ mq, db }) => {
      mq.consume('q').subscribe(async ({ message: { id }, ack, nack }) => {
        if (id.startsWith('new')) return drops ? ack() : nack({ requeue: false });
        await db.transaction((tx) => tx.insertIfAbsent('t', { id, of: id }));
        await ack();
      });
    });
  const next = service('consumer', uses, ({ mq, db }) => {
    mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
      await db.transaction((tx) => tx.insertIfAbsent('t', { id, of: id }));
      await ack();
    });
  });
  const items = ['p1', 'new1', 'new2', 'new3', 'new4'];
  const faults = ['deploy of consumer at 5 ms, overlap of 2 s'];

  test('is parked, or lost', async () => {
    const services = (drops: boolean): Service[] => [old(drops).upgradedTo(next)];
    expect(await verdictOf(check, { services: services(true), items })).toBe('unknown');
    expect(await verdictOf(check, { services: services(true), items, faults })).toBe('fail');
    expect(await verdictOf(check, { services: services(false), items, faults })).toBe('pass');
  });
});
