/** What the properties that queues share with logs make of transactions, failovers and copies in a log. */
import { describe, expect, test } from 'vitest';
import type { Property } from '../property.ts';
import { backlogDrains } from './backlog-drains.ts';
import { checkpointAtomic } from './checkpoint-atomic.ts';
import { effectOnce } from './effect-once.ts';
import { effectOrder } from './effect-order.ts';
import { db } from './history.fixture.ts';
import { judgedLog, log, type ToldLog } from './log.fixture.ts';
import { noGhostEvent } from './no-ghost-event.ts';
import { noLoss } from './no-loss.ts';
import { noLostOutboxRow } from './no-lost-outbox-row.ts';
import { oneDisposition } from './one-disposition.ts';
import { outcomeSound } from './outcome-sound.ts';
import { readModelConvergence } from './read-model-convergence.ts';

const published = log.published('orders').by(({ id }) => id);
const confirmed = log.confirmed('orders').by(({ id }) => id);
const delivered = log.delivered('orders').by(({ id }) => id);
const row = db.table.t.inserted.by(({ of }) => of);
const transaction = '7:0:1';

const verdictOf = (check: Property, tell: (told: ToldLog) => void): string => judgedLog(check, tell).verdict;
const sends = (told: ToldLog, offset: number, o: Parameters<ToldLog['writes']>[1] = {}): void => {
  told.writes(offset, o);
  told.confirms(offset);
};

/** One record in a transaction, of which nothing comes, and one that has its effect. */
const oneOfTwo = (check: Property, end: 'Committed' | 'Aborted' | undefined): string =>
  verdictOf(check, (told) => {
    sends(told, 0, { transaction });
    if (end) told.ends(end, 7);
    sends(told, 1);
    told.given(1);
    told.effect('r1');
    told.ended();
  });

describe('what is in a transaction counts when it is committed', () => {
  test.each<[string, Property]>([
    ['D1', noLoss(confirmed, [row])],
    ['D5', backlogDrains(published, [row])],
    ['P1', oneDisposition(published, [row])],
    ['X1', noGhostEvent(published, row)],
    ['D2', outcomeSound(published, { confirmed, delivered })],
  ])('%s', (_, check) => {
    expect([oneOfTwo(check, 'Committed'), oneOfTwo(check, 'Aborted'), oneOfTwo(check, undefined)]).toEqual([
      'fail',
      'pass',
      'pass',
    ]);
  });

  test('D1: what is confirmed after the end of its transaction, too', () => {
    const late = (end: 'Committed' | 'Aborted'): string =>
      verdictOf(noLoss(confirmed, [row]), (told) => {
        told.writes(0, { transaction });
        told.ends(end, 7);
        told.confirms(0);
      });
    expect([late('Committed'), late('Aborted')]).toEqual(['fail', 'unknown']);
  });

  test('D1: an effect in a transaction that was aborted is none', () => {
    const ends = [log.published('out').by(({ id }) => id)];
    const ended = (end: 'Committed' | 'Aborted'): string =>
      verdictOf(noLoss(confirmed, ends), (told) => {
        sends(told, 0);
        told.writes(0, { topic: 'out', id: 'r0', transaction });
        told.ends(end, 7);
      });
    expect([ended('Committed'), ended('Aborted')]).toEqual(['pass', 'fail']);
  });

  test('X2: a row whose event was aborted has none', () => {
    const check = noLostOutboxRow(
      db.table.t.inserted.by(({ of }) => of),
      published,
    );
    const ended = (end: 'Committed' | 'Aborted'): string =>
      verdictOf(check, (told) => {
        told.effect('r0');
        told.writes(0, { transaction });
        told.ends(end, 7);
        told.ended();
      });
    expect([ended('Committed'), ended('Aborted')]).toEqual(['pass', 'fail']);
  });

  test('I1: an effect is made again after an abort', () => {
    const twice = (end: 'Committed' | 'Aborted'): string =>
      verdictOf(effectOnce(published), (told) => {
        told.writes(0, { id: 'a', transaction });
        told.ends(end, 7);
        told.writes(1, { id: 'a', transaction: '7:0:2' });
        told.ends('Committed', 7);
      });
    expect([twice('Committed'), twice('Aborted')]).toEqual(['fail', 'pass']);
  });

  test('C2: an event of an aborted transaction needs no effect', () => {
    const points = [db.table.other.inserted.by(({ of }) => of)];
    const covered = (end: 'Committed' | 'Aborted'): string =>
      verdictOf(checkpointAtomic(published, [row], points), (told) => {
        told.writes(0, { transaction });
        told.ends(end, 7);
        told.writes(1);
        told.effect('r1');
        told.row('inserted', { id: 'c', of: 'r1' }, { table: 'other' });
        told.ended();
      });
    expect([covered('Committed'), covered('Aborted')]).toEqual(['fail', 'pass']);
  });

  test('C2: events stand where they were appended, whichever was committed first', () => {
    const points = [db.table.other.inserted.by(({ of }) => of)];
    const covered = (...effects: string[]): string =>
      verdictOf(checkpointAtomic(published, [row], points), (told) => {
        told.writes(0, { transaction });
        told.writes(1);
        told.ends('Committed', 7);
        for (const each of effects) told.effect(each);
        told.row('inserted', { id: 'c', of: 'r0' }, { table: 'other' });
        told.ended();
      });
    expect([covered('r0'), covered('r1')]).toEqual(['pass', 'fail']);
  });

  test('C1: the log is folded in its own order, without what was aborted', () => {
    const check = readModelConvergence(published, db.table.t, (log) => {
      const of = log.map(({ id }) => id).join('');
      return new Map([['v', { id: 'v', of }]]);
    });
    const folded = (end: 'Committed' | 'Aborted', of: string): string =>
      verdictOf(check, (told) => {
        told.writes(0, { id: 'a', transaction });
        told.writes(1, { id: 'b' });
        told.ends(end, 7);
        told.row('inserted', { id: 'v', of });
      });
    expect([folded('Committed', 'ab'), folded('Aborted', 'b'), folded('Committed', 'ba')]).toEqual([
      'pass',
      'pass',
      'fail',
    ]);
  });
});

describe('D2', () => {
  const check = outcomeSound(published, { confirmed, delivered, givenUp: db.table.other.inserted.by(({ of }) => of) });
  const gives = (told: ToldLog, id: string): void => void told.row('inserted', { id, of: id }, { table: 'other' });

  test('what was aborted may be given up, and may have been looked at', () => {
    const verdict = verdictOf(check, (told) => {
      told.writes(0, { transaction });
      told.given(0);
      told.ends('Aborted', 7);
      gives(told, 'r0');
      sends(told, 1);
      told.given(1);
    });
    expect(verdict).toBe('pass');
  });

  test('what a failover cut off may be given up', () => {
    const verdict = (end: number): string =>
      verdictOf(check, (told) => {
        told.writes(0);
        told.failsOver(end);
        gives(told, 'r0');
        sends(told, 1);
        told.given(1);
      });
    expect([verdict(0), verdict(1)]).toEqual(['pass', 'fail']);
  });

  test('what was committed may not', () => {
    const verdict = verdictOf(check, (told) => {
      told.writes(0, { transaction });
      told.ends('Committed', 7);
      gives(told, 'r0');
    });
    expect(verdict).toBe('fail');
  });

  test('who waits for no answer takes it for stored before it is', () => {
    const confirms = (offset: number): string =>
      verdictOf(check, (told) => {
        const at = { id: 'a', type: 'T', key: 'k', body: {}, headers: {}, parsed: true };
        const about = { lineage: 'T#a', partition: 0, offset };
        told.record('p/0', 'confirmed', { component: 'log', channels: ['orders'], value: at, about });
        told.writes(0, { id: 'a' });
        told.given(0);
      });
    expect([confirms(-1), confirms(0)]).toEqual(['pass', 'fail']);
  });
});

describe('what a failover cut off was never sent', () => {
  const cut = (check: Property, end: number): string =>
    verdictOf(check, (told) => {
      sends(told, 0);
      told.effect('r0');
      told.writes(1);
      told.failsOver(end);
      told.ended();
    });

  test.each<[string, Property]>([
    ['D1', noLoss(published, [row])],
    ['D5', backlogDrains(published, [row])],
    ['P1', oneDisposition(published, [row])],
    ['X1', noGhostEvent(published, row)],
  ])('%s', (_, check) => {
    expect([cut(check, 1), cut(check, 2)]).toEqual(['pass', 'fail']);
  });

  test('but what was confirmed is lost', () => {
    const verdict = verdictOf(noLoss(confirmed, [row]), (told) => {
      sends(told, 0);
      told.failsOver(0);
    });
    expect(verdict).toBe('fail');
  });

  test('X2: and a row whose event it was has none, until it is sent again', () => {
    const check = noLostOutboxRow(row, published);
    const sent = (isAgain: boolean): string =>
      verdictOf(check, (told) => {
        told.effect('r0');
        told.writes(0);
        told.failsOver(0);
        if (isAgain) told.writes(0);
        told.ended();
      });
    expect([sent(false), sent(true)]).toEqual(['fail', 'pass']);
  });

  test('X2: a row whose event was sent twice keeps the one that is left', () => {
    const check = noLostOutboxRow(row, published);
    const left = (end: number): string =>
      verdictOf(check, (told) => {
        told.effect('r0');
        told.writes(0);
        told.writes(1, { id: 'r0', copy: true });
        told.failsOver(end);
        told.ended();
      });
    expect([left(0), left(1)]).toEqual(['fail', 'pass']);
  });

  test('C1: so that it is in no fold', () => {
    const check = readModelConvergence(published, db.table.t, (log) => {
      const of = log.map(({ id }) => id).join('');
      return new Map([['v', { id: 'v', of }]]);
    });
    const folded = (of: string): string =>
      verdictOf(check, (told) => {
        told.writesUpTo(2);
        told.failsOver(1);
        told.row('inserted', { id: 'v', of });
      });
    expect([folded('r0'), folded('r0r1')]).toEqual(['pass', 'fail']);
  });

  test('I1: so that it is made once when it is made again', () => {
    const again = (end: number): string =>
      verdictOf(effectOnce(published), (told) => {
        told.writes(0, { id: 'a' });
        told.failsOver(end);
        told.writes(end, { id: 'a' });
      });
    expect([again(0), again(1)]).toEqual(['pass', 'fail']);
  });

  test('I1: a copy that a fault makes is no second effect', () => {
    const verdict = verdictOf(effectOnce(published), (told) => {
      told.writes(0, { id: 'a' });
      told.writes(1, { id: 'a', copy: true });
    });
    expect(verdict).toBe('pass');
  });
});

describe('O4', () => {
  const effects = (told: ToldLog, ...ids: string[]): void => {
    for (const id of ids) told.effect(id);
  };
  const check = effectOrder(published, row, () => 'all');
  const byConfirm = effectOrder(confirmed, row, () => 'all');

  test('goes by the log, whatever was committed or confirmed first', () => {
    const tell = (told: ToldLog, ...order: string[]): void => {
      told.writes(0, { transaction });
      told.writes(1);
      told.confirms(1);
      told.confirms(0);
      told.ends('Committed', 7);
      effects(told, ...order);
    };
    for (const each of [check, byConfirm]) {
      const [right, wrong] = [['r0', 'r1'] as const, ['r1', 'r0'] as const];
      expect([verdictOf(each, (t) => tell(t, ...right)), verdictOf(each, (t) => tell(t, ...wrong))]).toEqual([
        'pass',
        'fail',
      ]);
    }
  });

  test('forgets what was aborted or cut off', () => {
    const again = (gone: (told: ToldLog) => void): string =>
      verdictOf(check, (told) => {
        told.writes(0, { id: 'a', transaction });
        gone(told);
        told.writes(1, { id: 'b' });
        told.writes(2, { id: 'a' });
        effects(told, 'b', 'a');
      });
    expect(again((told) => void told.ends('Aborted', 7))).toBe('pass');
    expect(again((told) => void told.failsOver(0))).toBe('pass');
    expect(again((told) => void told.ends('Committed', 7))).toBe('fail');
  });

  test('goes by the copy that is sent again, when a failover cut off the first', () => {
    const sentAgain = (...order: string[]): string =>
      verdictOf(check, (told) => {
        told.writes(0, { id: 'a' });
        told.failsOver(0);
        told.writes(0, { id: 'b' });
        told.writes(1, { id: 'a' });
        effects(told, ...order);
      });
    expect([sentAgain('b', 'a'), sentAgain('a', 'b')]).toEqual(['pass', 'fail']);
  });

  test.each<[string, (told: ToldLog) => void]>([
    ['cut away', (told) => void told.cut(0, 1)],
    ['compacted', (told) => void told.removed(0, 'compacted')],
  ])('goes by the copy that is left, when the first is %s', (_, goes) => {
    const left = (...order: string[]): string =>
      verdictOf(check, (told) => {
        told.writes(0, { id: 'a' });
        told.writes(1, { id: 'b' });
        told.writes(2, { id: 'a', copy: true });
        goes(told);
        effects(told, ...order);
      });
    expect([left('b', 'a'), left('a', 'b')]).toEqual(['pass', 'fail']);
  });

  test('asks nothing of a record that was poisoned for somebody', () => {
    const given = (...poison: string[]): string =>
      verdictOf(check, (told) => {
        told.writesUpTo(2);
        told.given(0, poison.length > 0 ? { poison } : {});
        effects(told, 'r1', 'r0');
      });
    expect([given('markup'), given()]).toEqual(['unknown', 'fail']);
  });

  test('holds before and after partitions are added, and not between', () => {
    const moved = (grows: boolean): string =>
      verdictOf(check, (told) => {
        told.writes(0);
        if (grows) told.grows(3, 6);
        told.writes(0, { partition: 2, id: 'later' });
        told.writes(1, { partition: 2, id: 'last' });
        effects(told, 'later', 'r0', 'last');
      });
    expect([moved(true), moved(false)]).toEqual(['pass', 'fail']);
    const after = (partition: number): string =>
      verdictOf(check, (told) => {
        told.grows(3, 6);
        told.writes(0);
        told.writes(1, { partition });
        effects(told, 'r1', 'r0');
      });
    // A producer hears of it later, and so moves the key later.
    expect([after(0), after(1)]).toEqual(['fail', 'unknown']);
  });

  test('a message that was sent again to where its key has moved has no place in one order', () => {
    const sentAgain = (partition: number): string =>
      verdictOf(check, (told) => {
        told.writes(0);
        told.writes(1, { id: 'twice' });
        told.grows(3, 6);
        told.writes(partition === 0 ? 2 : 0, { id: 'twice', partition });
        told.writes(3);
        effects(told, 'twice', 'r0', 'r3');
      });
    expect([sentAgain(2), sentAgain(0)]).toEqual(['unknown', 'fail']);
  });
});
