import { describe, expect, test } from 'vitest';
import type { Member, Partitions } from './assignor.ts';
import { cooperativeSticky } from './cooperative-sticky.ts';
import { range } from './range.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';
import { ASSIGNORS, type AssignorName } from './table.ts';

const member = (memberId: string, topics: string, owned?: Partitions, generation = 1): Member => ({
  memberId,
  metadata: { topics: topics.split(' '), ...(owned ? { owned, generation } : {}) },
});
const named = (instanceId: string, one: Member): Member => ({ ...one, instanceId });

describe('fact 32: a partition has one member of a group', () => {
  test.each(Object.keys(ASSIGNORS) as AssignorName[])(
    'fact 32: more members than partitions: the others idle (%s)',
    (name) => {
      const members = ['a', 'b', 'c', 'd'].map((id) => member(id, 'work'));
      const shares = Object.values(ASSIGNORS[name](members, { work: 2 }));
      expect(shares.map(({ work = [] }) => work.length)).toEqual([1, 1, 0, 0]);
      expect(shares.flatMap(({ work = [] }) => work).toSorted()).toEqual([0, 1]);
    },
  );

  test.each(Object.keys(ASSIGNORS) as AssignorName[])(
    'fact 32: nobody gets what it does not subscribe to (%s)',
    (name) => {
      const members = [member('a', 'work'), member('b', 'work more'), member('c', 'none')];
      const { a, b, c } = ASSIGNORS[name](members, { work: 1, more: 1 });
      expect([{ ...a, ...b }, b?.['more'], c]).toEqual([{ work: [0], more: [0] }, [0], {}]);
    },
  );
});

test.each(['sticky', 'cooperative-sticky'] as const)(
  'fact 32: what nobody has yet goes to who has least, in order (%s)',
  (name) => {
    const members = ['b', 'a'].map((id) => member(id, 'work'));
    expect(ASSIGNORS[name](members, { work: 4 })).toEqual({ a: { work: [0, 2] }, b: { work: [1, 3] } });
  },
);

describe('fact 32: range, as Kafka documents it', () => {
  test('fact 32: each topic by itself, the first members get one more', () => {
    expect(range([member('C1', 't0 t1'), member('C0', 't0 t1')], { t0: 3, t1: 3 })).toEqual({
      C0: { t0: [0, 1], t1: [0, 1] },
      C1: { t0: [2], t1: [2] },
    });
    expect(
      range(
        ['a', 'b', 'c'].map((id) => member(id, 't')),
        { t: 8 },
      ),
    ).toEqual({
      a: { t: [0, 1, 2] },
      b: { t: [3, 4, 5] },
      c: { t: [6, 7] },
    });
  });

  test('fact 32: static members come first, by instance id, under whatever member id', () => {
    const members = [named('z', member('a', 't')), member('b', 't'), named('y', member('c', 't'))];
    expect(range(members, { t: 4 })).toEqual({ c: { t: [0, 1] }, a: { t: [2] }, b: { t: [3] } });
    expect(roundRobin(members, { t: 4 })).toEqual({ c: { t: [0, 3] }, a: { t: [1] }, b: { t: [2] } });
  });
});

describe('fact 32: round robin, as Kafka documents it', () => {
  test('fact 32: all partitions of all topics in turn', () => {
    expect(roundRobin([member('C1', 't0 t1'), member('C0', 't0 t1')], { t0: 3, t1: 3 })).toEqual({
      C0: { t0: [0, 2], t1: [1] },
      C1: { t0: [1], t1: [0, 2] },
    });
  });

  test('fact 32: who does not subscribe is passed over, which need not be balanced', () => {
    const members = [member('C0', 't0'), member('C1', 't0 t1'), member('C2', 't0 t1 t2')];
    expect(roundRobin(members, { t0: 1, t1: 2, t2: 3 })).toEqual({
      C0: { t0: [0] },
      C1: { t1: [0] },
      C2: { t1: [1], t2: [0, 1, 2] },
    });
  });
});

describe('fact 42: the sticky ones', () => {
  test('fact 42: a newcomer gets its share, and nothing else moves', () => {
    const members = [member('a', 't', { t: [0, 1] }), member('b', 't', { t: [2, 3] }), member('c', 't')];
    expect(sticky(members, { t: 4 })).toEqual({ a: { t: [0] }, b: { t: [2, 3] }, c: { t: [1] } });
  });

  test('fact 42: the cooperative one takes away first what moves, and hands it out in the next generation', () => {
    const first = cooperativeSticky([member('a', 't', { t: [0, 1, 2, 3] }), member('b', 't')], { t: 4 });
    expect(first).toEqual({ a: { t: [0, 1] }, b: {} });
    const again = [member('a', 't', { t: [0, 1] }, 2), member('b', 't', {}, 2)];
    expect(cooperativeSticky(again, { t: 4 })).toEqual({ a: { t: [0, 1] }, b: { t: [2, 3] } });
  });

  test('fact 42: what nobody works on is handed out at once', () => {
    const members = [member('a', 't', { t: [0, 1] }), member('b', 't')];
    expect(cooperativeSticky(members, { t: 4 })).toEqual({ a: { t: [0, 1] }, b: { t: [2, 3] } });
  });

  test('fact 42: of two that claim a partition the one with the newer generation has it; of one generation, neither', () => {
    const claims = (ofB: number): Member[] => [member('a', 't', { t: [0] }, 4), member('b', 't', { t: [0, 1] }, ofB)];
    expect(sticky(claims(5), { t: 2 })).toEqual({ a: { t: [1] }, b: { t: [0] } });
    expect(sticky(claims(3), { t: 2 })).toEqual({ a: { t: [0] }, b: { t: [1] } });
    expect(cooperativeSticky(claims(4), { t: 2 })).toEqual({ a: {}, b: { t: [1] } });
  });

  test('fact 42: what its owner does not subscribe to any more, or is not there any more, goes', () => {
    const members = [member('a', 't', { t: [0], u: [0], v: [0] }), member('b', 't u')];
    expect(sticky(members, { t: 1, u: 1 })).toEqual({ a: { t: [0] }, b: { u: [0] } });
    expect(cooperativeSticky(members, { t: 1, u: 1 })).toEqual({ a: { t: [0] }, b: {} });
  });
});
