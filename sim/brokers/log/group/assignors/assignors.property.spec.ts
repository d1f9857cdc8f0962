import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allPartitions, type Assignment, flatten, keyOf, type Member, type PartitionCounts } from './assignor.ts';
import { cooperativeSticky } from './cooperative-sticky.ts';
import { roundRobin } from './round-robin.ts';
import { sticky } from './sticky.ts';
import { ASSIGNORS, type AssignorName } from './table.ts';

const NAMES = Object.keys(ASSIGNORS) as AssignorName[];
const TOPICS = ['t', 'u', 'v'];

const counts: fc.Arbitrary<PartitionCounts> = fc.record({ t: fc.nat(7), u: fc.nat(4), v: fc.nat(3) });
const owned = fc.option(
  fc.record({ t: fc.uniqueArray(fc.nat(8)), u: fc.uniqueArray(fc.nat(5)), v: fc.uniqueArray(fc.nat(3)) }),
  { nil: undefined, freq: 2 },
);

function member(subscribes: fc.Arbitrary<string[]>): fc.Arbitrary<Omit<Member, 'memberId'>> {
  return fc
    .record({ topics: subscribes, owned, generation: fc.nat(2), instanceId: fc.option(fc.constantFrom('x', 'y', 'z')) })
    .map(({ topics, owned, generation, instanceId }) => ({
      ...(instanceId ? { instanceId } : {}),
      metadata: { topics, ...(owned ? { owned, generation } : {}) },
    }));
}

function group(subscribes: fc.Arbitrary<string[]>): fc.Arbitrary<Member[]> {
  return fc
    .array(member(subscribes), { minLength: 1, maxLength: 6 })
    .map((members) => members.map((one, n) => ({ ...one, memberId: `m${(n * 7) % 11}` })));
}

const anyGroup = group(fc.subarray(TOPICS));
const likeGroup = group(fc.constant(TOPICS));

const given = (assignment: Assignment): string[] =>
  Object.values(assignment).flatMap((share) => flatten(share).map(keyOf));
const shareOf = (assignment: Assignment, memberId: string): string[] => flatten(assignment[memberId] ?? {}).map(keyOf);
const wanted = (members: readonly Member[], of: PartitionCounts): string[] => allPartitions(members, of).map(keyOf);
const claims = ({ metadata }: Member): string[] => flatten(metadata.owned ?? {}).map(keyOf);

/** The members as they join again, each with what it was assigned. */
function next(members: readonly Member[], assignment: Assignment): Member[] {
  return members.map((one) => {
    const { topics, generation = 0 } = one.metadata;
    return { ...one, metadata: { topics, owned: assignment[one.memberId] ?? {}, generation: generation + 1 } };
  });
}

/** Generation for generation of cooperative members, until nobody has to give anything up. */
function settle(members: readonly Member[], of: PartitionCounts): { assignment: Assignment; rounds: number } {
  let joining = members;
  for (let rounds = 1; ; rounds++) {
    const assignment = cooperativeSticky(joining, of);
    const moves = joining.some((one) => claims(one).some((key) => !shareOf(assignment, one.memberId).includes(key)));
    if (!moves || rounds === 9) return { assignment, rounds };
    joining = next(joining, assignment).map((one) => ({ ...one, metadata: { ...one.metadata, generation: rounds } }));
  }
}

/** Nobody could take a partition from who has two more. */
function expectBalance(members: readonly Member[], assignment: Assignment): void {
  const size = ({ memberId }: Member): number => shareOf(assignment, memberId).length;
  for (const rich of members) {
    for (const { topic } of flatten(assignment[rich.memberId] ?? {})) {
      const takers = members.filter(({ metadata }) => metadata.topics.includes(topic));
      expect(size(rich) - Math.min(...takers.map(size))).toBeLessThanOrEqual(1);
    }
  }
}

describe('fact 32: whoever joins, whatever they claim', () => {
  test.each(NAMES)('fact 32: no partition is given to two, and none to who does not subscribe to it (%s)', (name) => {
    fc.assert(
      fc.property(anyGroup, counts, (members, of) => {
        const assignment = ASSIGNORS[name](members, of);
        expect(Object.keys(assignment).toSorted()).toEqual(members.map(({ memberId }) => memberId).toSorted());
        const all = given(assignment);
        expect(new Set(all).size).toBe(all.length);
        for (const { memberId, metadata } of members) {
          for (const topic of Object.keys(assignment[memberId] ?? {})) expect(metadata.topics).toContain(topic);
        }
      }),
    );
  });

  test.each(NAMES)(
    'fact 32: all that somebody subscribes to is given, but what must be taken away first (%s)',
    (name) => {
      fc.assert(
        fc.property(anyGroup, counts, (members, of) => {
          const all = new Set(given(ASSIGNORS[name](members, of)));
          const left = wanted(members, of).filter((key) => !all.has(key));
          const claimed = members.flatMap(claims);
          if (name === 'cooperative-sticky') expect(left.filter((key) => !claimed.includes(key))).toEqual([]);
          else expect(left).toEqual([]);
        }),
      );
    },
  );

  test.each(NAMES)('fact 32: the order in which members joined does not matter (%s)', (name) => {
    fc.assert(
      fc.property(anyGroup, counts, (members, of) => {
        const ids = new Set<string>();
        // Of two static members with one instance id the group knows one.
        const unlike = members.filter(({ instanceId }) => !instanceId || (!ids.has(instanceId) && ids.add(instanceId)));
        expect(ASSIGNORS[name](unlike.toReversed(), of)).toEqual(ASSIGNORS[name](unlike, of));
      }),
    );
  });
});

describe('fact 32: balance', () => {
  const sizes = (assignment: Assignment): number[] => Object.values(assignment).map((share) => flatten(share).length);

  test.each([roundRobin, sticky])(
    'fact 32: of members with one subscription none has two more than another',
    (assign) => {
      fc.assert(
        fc.property(likeGroup, counts, (members, of) => {
          const all = sizes(assign(members, of));
          expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
        }),
      );
    },
  );

  test('fact 32: range: of no topic one has two more than another', () => {
    fc.assert(
      fc.property(likeGroup, counts, (members, of) => {
        const assignment = Object.values(ASSIGNORS.range(members, of));
        for (const topic of TOPICS) {
          const all = assignment.map((share) => share[topic]?.length ?? 0);
          expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('fact 32: sticky: nobody could take one from who has two more', () => {
    fc.assert(
      fc.property(anyGroup, counts, (members, of) => {
        expectBalance(members, sticky(members, of));
      }),
    );
  });
});

describe('fact 42: stickiness', () => {
  test('fact 42: when nothing has changed nothing moves', () => {
    fc.assert(
      fc.property(anyGroup, counts, (members, of) => {
        const before = sticky(members, of);
        expect(sticky(next(members, before), of)).toEqual(before);
        expect(cooperativeSticky(next(members, before), of)).toEqual(before);
      }),
    );
  });

  test('fact 42: when one leaves, of members with one subscription, only its partitions move', () => {
    fc.assert(
      fc.property(likeGroup, counts, (members, of) => {
        const before = sticky(members, of);
        const [gone, ...rest] = members as [Member, ...Member[]];
        const after = sticky(next(rest, before), of);
        for (const { memberId } of rest) {
          expect(shareOf(after, memberId)).toEqual(expect.arrayContaining(shareOf(before, memberId)));
        }
        expect(given(after)).toHaveLength(rest.length > 0 ? given(before).length : 0);
        expect(Object.keys(after)).not.toContain(gone.memberId);
      }),
    );
  });

  test('fact 42: when one comes, it gets its share, and the others nothing', () => {
    fc.assert(
      fc.property(likeGroup, counts, (members, of) => {
        const before = sticky(members, of);
        const newcomer: Member = { memberId: 'new', metadata: { topics: TOPICS } };
        const after = sticky([...next(members, before), newcomer], of);
        for (const { memberId } of members) {
          expect(shareOf(before, memberId)).toEqual(expect.arrayContaining(shareOf(after, memberId)));
        }
        expect(shareOf(after, 'new')).toHaveLength(Math.floor(given(before).length / (members.length + 1)));
      }),
    );
  });
});

describe('fact 42: cooperative', () => {
  test('fact 42: nothing is given to one while another works on it', () => {
    fc.assert(
      fc.property(anyGroup, counts, (members, of) => {
        const assignment = cooperativeSticky(members, of);
        for (const { memberId } of members) {
          const theirs = members.filter((other) => other.memberId !== memberId).flatMap(claims);
          expect(shareOf(assignment, memberId).filter((key) => theirs.includes(key))).toEqual([]);
        }
      }),
    );
  });

  // Of members with unlike subscriptions what was taken away may allow a better balance once it is handed out.
  test.each([
    ['like', likeGroup, 2],
    ['unlike', anyGroup, 4],
  ] as const)('fact 42: soon after a generation took away another gives all, in balance (%s)', (_, joining, within) => {
    fc.assert(
      fc.property(joining, joining, counts, (before, members, of) => {
        const { assignment, rounds } = settle(next(members, settle(before, of).assignment), of);
        expect(rounds).toBeLessThanOrEqual(within);
        expect(given(assignment).toSorted()).toEqual(wanted(members, of).toSorted());
        expectBalance(members, assignment);
      }),
    );
  });
});
