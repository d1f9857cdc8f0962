/** S1, S2 and Q1 over real runs: tiny systems, right and wrong, with and without the fault that parts them. */
import { firstValueFrom, timer } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { virtualTime } from '../../sim/kernel/rx-scheduler.ts';
import { type Service, service } from '../../sim/services/service.ts';
import { play } from '../../sim/world.fixture.ts';
import type { Property } from '../property.ts';
import { card, db, mq } from './history.fixture.ts';
import { replyMatches } from './reply-matches.ts';
import { sagaEnds } from './saga-ends.ts';
import { sagaSingle } from './saga-single.ts';

const uses = { mq, db, card };
type Run = Omit<Parameters<typeof play<typeof uses>>[0], 'uses' | 'send'>;

async function verdictOf(property: Property, o: Run): Promise<string> {
  const send: Parameters<typeof play<typeof uses>>[0]['send'] = (item, { mq }) =>
    mq.publish({ key: 'q' }, {}, { id: item, type: 'T' });
  const { entries } = await play({ uses, send, ...o });
  const fold = property.start();
  for (const entry of entries) fold.see(entry);
  return fold.end().verdict;
}

const given = mq.published('q').by(({ id }) => id);

describe('S1: a charge whose answer is lost', () => {
  const step = {
    done: card.applied('charge').by(({ key }) => key),
    undone: db.table.other.inserted.by(({ of }) => of),
  };
  const check = sagaEnds(given, [step, { done: db.table.t.inserted.by(({ of }) => of) }]);
  const seller = (undoesTheUnknown: boolean): Service =>
    service('seller', uses, ({ mq, db, card }) => {
      mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
        try {
          await card.charge({ key: id });
          await db.transaction((tx) => tx.insert('t', { id, of: id }));
        } catch (error) {
          const isUnknown = (error as { code: string }).code === 'EDDY_TIMEOUT';
          if (!isUnknown || undoesTheUnknown) await db.transaction((tx) => tx.insert('other', { id, of: id }));
        }
        await ack();
      });
    });
  const faults = ['1st delivery of T#p1 to seller: answer of charge on card is lost, applied'];

  test.each([
    [true, 'pass'],
    [false, 'fail'],
  ])('is taken back: %s', async (undoesTheUnknown, expected) => {
    const services = [seller(undoesTheUnknown)];
    expect(await verdictOf(check, { services })).toBe('pass');
    expect(await verdictOf(check, { services, faults })).toBe(expected);
  });
});

describe('S2: a message that comes twice', () => {
  const check = sagaSingle(db.table.t.inserted.by(({ of }) => of));
  const starter = (isKeyed: boolean): Service =>
    service('starter', uses, ({ mq, db }, { instance }) => {
      mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
        const name = isKeyed ? id : `${id} of ${instance}`;
        await db.transaction((tx) => tx.insertIfAbsent('t', { id: name, of: id }));
        await ack();
      });
    }).with({ instances: 2 });
  const faults = ['1st arrival of T#p1 in q: comes again after 0 s'];

  test.each([
    [true, 'pass'],
    [false, 'fail'],
  ])('begins one saga where that has the key of the message: %s', async (isKeyed, expected) => {
    const services = [starter(isKeyed)];
    expect(await verdictOf(check, { services })).toBe('pass');
    expect(await verdictOf(check, { services, faults })).toBe(expected);
  });
});

describe('Q1: a reply that comes late', () => {
  /** `id` is the request that the reply names, `of` the one that it was taken for. */
  const check = replyMatches(
    given,
    db.table.t.inserted.by(({ of }) => of),
    { answers: ({ id }) => id },
  );
  const asker = (byId: boolean): readonly Service[] => [
    service('asker', uses, ({ mq, db }) => {
      let waits: string | undefined;
      mq.consume('q').subscribe(async ({ message: { id }, ack }) => {
        waits = id;
        await mq.publish({ key: 'audit' }, {}, { id: `ask-${id}`, type: 'Asked', headers: { of: id } });
        await firstValueFrom(timer(1_000, virtualTime));
        await ack();
      });
      mq.consume('dead').subscribe(async ({ message: { headers }, ack }) => {
        const [named, of] = [String(headers['of']), waits];
        if (of !== undefined && (!byId || named === of)) {
          waits = undefined;
          await db.transaction((tx) => tx.insert('t', { id: named, of }));
        }
        await ack();
      });
    }),
    service('answerer', uses, ({ mq }) => {
      mq.consume('audit').subscribe(async ({ message: { id, headers }, ack }) => {
        await mq.publish({ key: 'dead' }, {}, { id: `re-${id}`, type: 'Replied', headers: { of: headers['of'] } });
        await ack();
      });
    }),
  ];
  const items = ['p1', 'p2'];
  const faults = ['1st delivery of T#p1/Asked#1 to answerer: publish of Replied to mq takes 1100 ms longer'];

  test.each([
    [true, 'pass'],
    [false, 'fail'],
  ])('is discarded where replies are told apart by id: %s', async (byId, expected) => {
    const services = asker(byId);
    expect(await verdictOf(check, { services, items })).toBe('pass');
    expect(await verdictOf(check, { services, items, faults })).toBe(expected);
  });
});
