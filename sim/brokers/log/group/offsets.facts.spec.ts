import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Bench, DAY } from './bench.fixture.ts';
import type { Joined, OffsetOf } from './protocol.ts';

const at = (offset: number, partition = 0): OffsetOf[] => [{ topic: 'work', partition, offset }];

describe('fact 31: what is committed', () => {
  test('fact 31: is the next offset to read, given back as it was committed; -1 where there is none', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 0);
    bench.commit(a, 8, 2);
    const of = [2, 1, 0].map((partition) => ({ topic: 'work', partition }));
    expect(bench.group.fetch({ of })).toEqual({ offsets: [...at(8, 2), ...at(-1, 1), ...at(0, 0)] });
  });

  test('fact 31: may go back: the coordinator takes what it is told', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    for (const offset of [8, 3]) bench.commit(a, offset);
    expect(bench.committed()).toBe(3);
  });

  test('fact 31: is kept when members come and go, a group at a time', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 8);
    bench.group.leave({ memberId: a.memberId });
    bench.stable('b');
    expect(bench.committed()).toBe(8);
    expect(bench.groups.of('others').fetch({ of: [{ topic: 'work', partition: 0 }] })).toEqual({ offsets: at(-1) });
  });
});

describe('fact 39: offsets of a group that is empty', () => {
  const leave = (bench: Bench, { memberId }: Joined): void => void bench.group.leave({ memberId });

  test('fact 39: expire seven days after the last member left, however old they are', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 8);
    bench.wait(30 * DAY);
    expect(bench.committed()).toBe(8);
    leave(bench, a);
    bench.wait(7 * DAY - 1);
    expect(bench.committed()).toBe(8);
    bench.wait(1);
    expect(bench.committed()).toBe(-1);
    expect(bench.journal.slice(-1)).toEqual(['expired work/0@8']);
  });

  test('fact 39: stay when a member comes back in time', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 8);
    leave(bench, a);
    bench.wait(6 * DAY);
    bench.stable('b');
    bench.wait(30 * DAY);
    expect(bench.committed()).toBe(8);
  });

  test('fact 39: of a group without members ever: seven days after each commit', () => {
    const bench = new Bench();
    bench.group.commit({ offsets: at(8) });
    bench.wait(6 * DAY);
    bench.group.commit({ offsets: at(9, 1) });
    bench.wait(DAY);
    expect([bench.committed(0), bench.committed(1)]).toEqual([-1, 9]);
    const { group } = bench;
    expect(group.state).toBe('Empty');
    bench.wait(6 * DAY);
    expect([bench.committed(1), group.state]).toEqual([-1, 'Dead']);
  });

  test('fact 39: of a topic that no member reads any more: seven days after the commit', () => {
    const bench = new Bench();
    bench.partitions['more'] = 1;
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 8);
    const { memberId, generation } = a;
    bench.group.commit({ memberId, generation, offsets: [{ topic: 'more', partition: 0, offset: 1 }] });
    bench.wait(7 * DAY);
    expect(bench.committed()).toBe(8);
    expect(bench.journal.slice(-1)).toEqual(['expired more/0@1']);
  });

  test('fact 39: a group with neither members nor offsets is dead, and begins anew', () => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    const dead = bench.group;
    leave(bench, a);
    bench.wait(7 * DAY);
    expect([bench.group.generation, dead.state]).toEqual([0, 'Dead']);
    const gone = { error: 'COORDINATOR_NOT_AVAILABLE' };
    expect(dead.commit({ offsets: at(1) })).toEqual(gone);
    const protocols = [{ name: 'range', metadata: { topics: ['work'] } }];
    const answers: unknown[] = [];
    const asking = { clientId: 'a', protocols, sessionTimeoutUs: DAY, rebalanceTimeoutUs: DAY };
    expect(dead.join(asking, (answer) => answers.push(answer))).toBe(undefined);
    expect(answers).toEqual([gone]);
  });
});

describe('fact 43: offsets of a transaction', () => {
  const setUp = (): { bench: Bench; a: Joined; send: (offset: number, o?: object) => string } => {
    const bench = new Bench();
    const [a] = bench.stable('a') as [Joined];
    bench.commit(a, 3);
    const { memberId, generation } = a;
    const send = (offset: number, o: object = {}): string =>
      bench.group.txnCommit({ memberId, generation, producerId: 1, offsets: at(offset), ...o }).error ?? 'taken';
    return { bench, a, send };
  };

  test('fact 43: count when it commits, and not before', () => {
    const { bench, send } = setUp();
    expect([send(5), bench.committed()]).toEqual(['taken', 3]);
    bench.groups.endTransaction(1, 'commit');
    expect(bench.committed()).toBe(5);
    expect(bench.journal.slice(-1)).toEqual(['committed work/0@5']);
  });

  test('fact 43: are forgotten when it aborts', () => {
    const { bench, send } = setUp();
    send(5);
    bench.groups.endTransaction(1, 'abort');
    bench.groups.endTransaction(1, 'commit');
    expect(bench.committed()).toBe(3);
  });

  test('fact 43: of one producer do not count when that of another commits', () => {
    const { bench, send } = setUp();
    send(5);
    bench.groups.endTransaction(2, 'commit');
    expect(bench.committed()).toBe(3);
  });

  test('fact 43: give way to what was committed after they were sent', () => {
    const { bench, a, send } = setUp();
    send(5);
    bench.commit(a, 4);
    bench.groups.endTransaction(1, 'commit');
    expect(bench.committed()).toBe(4);
  });

  test('fact 43: hold back who asks for what is stable', () => {
    const { bench, send } = setUp();
    send(5);
    const of = [{ topic: 'work', partition: 0 }];
    expect(bench.group.fetch({ of, requireStable: true })).toEqual({ error: 'UNSTABLE_OFFSET_COMMIT' });
    expect(bench.group.fetch({ of: [{ topic: 'work', partition: 1 }], requireStable: true }).error).toBe(undefined);
    bench.groups.endTransaction(1, 'abort');
    expect(bench.group.fetch({ of, requireStable: true })).toEqual({ offsets: at(3) });
  });

  test('fact 43: are fenced by the metadata of the group', () => {
    const { bench, a, send } = setUp();
    const [generation, memberId] = [a.generation + 1, 'nobody'];
    expect([send(5, { generation }), send(5, { memberId })]).toEqual(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);
    bench.group.leave({ memberId: a.memberId });
    expect(send(5)).toBe('UNKNOWN_MEMBER_ID');
    bench.groups.endTransaction(1, 'commit');
    expect(bench.committed()).toBe(3);
  });

  test('fact 43: without that metadata they are taken of anybody', () => {
    const { bench, send } = setUp();
    expect(send(5, { memberId: undefined, generation: undefined })).toBe('taken');
    bench.groups.endTransaction(1, 'commit');
    expect(bench.committed()).toBe(5);
  });

  test('fact 43, fact 39: that are not settled keep what they would replace from expiring', () => {
    const { bench, a, send } = setUp();
    send(5);
    bench.group.leave({ memberId: a.memberId });
    bench.wait(8 * DAY);
    expect(bench.committed()).toBe(3);
    bench.groups.endTransaction(1, 'abort');
    expect(bench.committed()).toBe(-1);
  });

  test('fact 43: whatever is sent, committed and ended in between, the last one written that counts is read', () => {
    const steps = fc.array(
      fc.record({ how: fc.constantFrom('commit', 'send', 'end', 'abort'), producerId: fc.nat(2), offset: fc.nat(99) }),
    );
    fc.assert(
      fc.property(steps, (steps) => {
        const bench = new Bench();
        const written: { offset: number; by?: number; counts: boolean }[] = [];
        for (const { how, producerId, offset } of steps) {
          const mine = written.filter(({ by }) => by === producerId);
          if (how === 'commit') {
            bench.group.commit({ offsets: at(offset) });
            written.push({ offset, counts: true });
          } else if (how === 'send') {
            bench.group.txnCommit({ producerId, offsets: at(offset) });
            written.push({ offset, by: producerId, counts: false });
          } else {
            bench.groups.endTransaction(producerId, how === 'end' ? 'commit' : 'abort');
            for (const one of mine) {
              one.counts = how === 'end';
              delete one.by;
            }
          }
          expect(bench.committed()).toBe(written.findLast(({ counts }) => counts)?.offset ?? -1);
        }
      }),
    );
  });
});
