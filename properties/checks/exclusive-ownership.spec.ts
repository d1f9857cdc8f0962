import { describe, expect, test } from 'vitest';
import { exclusiveOwnership } from './exclusive-ownership.ts';
import { db, shown } from './history.fixture.ts';
import { judgedLog as judged, log, type ToldLog } from './log.fixture.ts';

const check = exclusiveOwnership(log.delivered('orders'), [db.table.t.inserted]);
const m1 = { process: 'worker/1', member: 'm1', generation: 2 };

/** The first member is handed a record of the partition, and the partition goes over to the second. */
function goesOver(told: ToldLog, how: 'revoked' | 'lost' = 'revoked'): number {
  told.rebalanced(1, { m0: [0] });
  told.assigned(0);
  told.writesUpTo(2);
  const delivery = told.given(0);
  told[how](0);
  told.rebalanced(2, { m1: [0] });
  told.assigned(0, m1);
  return delivery;
}

describe('fails', () => {
  test.each(['revoked', 'lost'] as const)('when an effect comes of a partition that was %s', (how) => {
    const verdict = judged(check, (told) => void told.effect('r0', [goesOver(told, how)]));
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: `row inserted into db.t: worker/0 made it of orders/0, which it had given up (${how})`,
    });
    expect(shown(verdict)).toEqual([4, 5, 8]);
  });

  test('whatever else it gives up since', () => {
    const verdict = judged(check, (told) => {
      told.assigned([0, 1]);
      told.writesUpTo(1);
      const delivery = told.given(0);
      told.revoked(0);
      told.revoked(1);
      told.effect('r0', [delivery]);
    });
    expect(shown(verdict)).toEqual([2, 3, 5]);
  });

  test('even if nobody else has it yet', () => {
    const verdict = judged(check, (told) => {
      told.assigned(0);
      told.writesUpTo(1);
      const delivery = told.given(0);
      told.revoked(0);
      told.effect('r0', [delivery]);
    });
    expect(verdict.verdict).toBe('fail');
  });

  test('when a member commits what another one has', () => {
    const verdict = judged(check, (told) => {
      goesOver(told);
      told.assigned(1, { generation: 2 });
      told.commits(1, { generation: 2 });
    });
    expect(verdict).toMatchObject({
      verdict: 'fail',
      says: 'offset 1 of orders/0 was committed by worker/0, while worker/1 had the partition',
    });
    expect(shown(verdict)).toEqual([6, 9]);
  });

  test('when it commits what it has given up, before anybody has it', () => {
    const verdict = judged(check, (told) => {
      told.rebalanced(1, { m0: [0] });
      told.assigned(0);
      told.revoked(0);
      told.commits(1);
    });
    expect(verdict).toMatchObject({ says: expect.stringContaining('which had given it up (revoked)') });
    expect(shown(verdict)).toEqual([2, 3]);
  });

  test('when somebody commits who is no member', () => {
    const verdict = judged(check, (told) => {
      goesOver(told);
      told.commits(1, { process: 'tool/0', member: '' });
    });
    expect(verdict.verdict).toBe('fail');
  });

  test('when offsets in a transaction were sent by somebody who does not say who he is', () => {
    const sent = (process: string): string =>
      judged(check, (told) => {
        goesOver(told);
        told.commits(1, { process, member: '', generation: -1, transaction: '7:0:1' });
      }).verdict;
    expect([sent('worker/0'), sent('worker/1')]).toEqual(['fail', 'pass']);
  });

  test('when offsets in a transaction were sent in a generation in which another one had it', () => {
    const sent = (generation: number): string =>
      judged(check, (told) => {
        goesOver(told);
        told.commits(1, { generation, transaction: '7:0:1' });
      }).verdict;
    expect([sent(1), sent(2)]).toEqual(['pass', 'fail']);
  });
});

describe('passes', () => {
  test('the new owner, its effects and its commits', () => {
    const verdict = judged(check, (told) => {
      goesOver(told);
      const delivery = told.given(0, m1);
      told.effect('r0', [delivery], 'worker/1');
      told.commits(1, m1);
      told.commits(1, { ...m1, member: '' });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('what a zombie does before it can know', () => {
    const verdict = judged(check, (told) => {
      told.rebalanced(1, { m0: [0] });
      told.assigned(0);
      told.writesUpTo(1);
      const delivery = told.given(0);
      told.rebalanced(2, { m1: [0] });
      told.assigned(0, m1);
      told.effect('r0', [delivery]);
      told.lost(0);
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('who has the partition again, under another name too', () => {
    const verdict = judged(check, (told) => {
      const delivery = goesOver(told);
      told.revoked(0, m1);
      told.rebalanced(3, { m9: [0] });
      told.assigned(0, { member: 'm9', generation: 3 });
      told.effect('r0', [delivery]);
      told.commits(1, { member: 'm9', generation: 3 });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 2 });
  });

  test('another consumer of the same process that still has it', () => {
    const verdict = judged(check, (told) => {
      told.assigned(0, { member: 'm1' });
      told.assigned(0);
      told.writesUpTo(1);
      const delivery = told.given(0);
      told.revoked(0, { member: 'm1' });
      told.effect('r0', [delivery]);
    });
    expect(verdict.verdict).toBe('unknown');
  });

  test('what comes of other partitions, topics, groups, or of none', () => {
    const verdict = judged(check, (told) => {
      told.assigned(1);
      told.assigned(0, { topic: 'out' });
      told.assigned(0, { group: 'other' });
      goesOver(told);
      told.writesUpTo(1, { partition: 1 });
      told.writesUpTo(1, { topic: 'out' });
      const others = [
        told.given(0, { partition: 1 }),
        told.given(0, { topic: 'out' }),
        told.given(0, { group: 'other' }),
      ];
      for (const each of others) told.effect('r', [each]);
      told.effect('r');
      told.commits(1, { partition: 1 });
      told.commits(1, { group: 'other' });
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('what comes of it and is no effect', () => {
    const verdict = judged(check, (told) => {
      told.row('inserted', { id: 'note', of: 'r0' }, { table: 'other', causes: [goesOver(told)] });
    });
    expect(verdict).toEqual({ verdict: 'pass', exercised: 1 });
  });

  test('who commits a partition that is on its way from one to the other', () => {
    const verdict = judged(check, (told) => {
      told.rebalanced(1, { m0: [0, 1] });
      told.assigned([0, 1]);
      told.rebalanced(2, { m0: [0], m1: [] });
      told.commits(1, { partition: 1, generation: 2 });
      told.revoked(1, { generation: 2 });
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('a static member that came back, and not whom it replaced', () => {
    const commitOf = (member: string): string =>
      judged(check, (told) => {
        goesOver(told);
        told.joinsAgain('m5', 'm1');
        told.commits(1, { process: 'worker/1.2', member, generation: 2 });
      }).verdict;
    expect([commitOf('m5'), commitOf('m1')]).toEqual(['pass', 'fail']);
  });

  test('a process that died and came back', () => {
    const verdict = judged(check, (told) => {
      goesOver(told);
      told.crashed('worker/0');
      told.rebalanced(3, { m2: [0] });
      told.commits(1, { member: 'm2', generation: 3 });
    });
    expect(verdict.verdict).toBe('pass');
  });

  test('groups that are not looked at', () => {
    const other = exclusiveOwnership(log.delivered('orders'), [db.table.t.inserted], { group: 'other' });
    const verdict = judged(other, (told) => {
      told.effect('r0', [goesOver(told)]);
      told.commits(1);
    });
    expect(verdict.verdict).toBe('pass');
  });
});

test('says unknown when nobody gave anything up', () => {
  const verdict = judged(check, (told) => {
    told.assigned(0);
    told.writesUpTo(1);
    told.effect('r0', [told.given(0)]);
  });
  expect(verdict).toEqual({ verdict: 'unknown', why: 'no partition of log given up in this run' });
});
