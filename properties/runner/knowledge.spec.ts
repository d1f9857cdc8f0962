import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addParent, copyOf, type Knowledge, learn, learnedSince, nothingKnown } from './knowledge.ts';

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
const SETS = ['alone', 'effective', 'reached'] as const;
const COUNTS = ['tried', 'gently', 'kindsAlone', 'followed', 'raced', 'stormed', 'bred', 'turns', 'paid'] as const;
const KINDS = ['kindsStruck', 'kindsPaid'] as const;
type Name = (typeof SETS)[number] | (typeof COUNTS)[number] | (typeof KINDS)[number] | 'parents';
const steps = fc.record(
  Object.fromEntries([...SETS, ...COUNTS, ...KINDS, 'parents' as const].map((name) => [name, names])),
) as fc.Arbitrary<Record<Name, readonly string[]>>;

function take(known: Knowledge, step: Record<Name, readonly string[]>): void {
  for (const name of SETS) for (const each of step[name]) known[name].add(each);
  for (const name of [...COUNTS, ...KINDS])
    for (const each of step[name]) known[name].set(each, (known[name].get(each) ?? 0) + 1);
  for (const key of step.parents) addParent(known, key, { plan: [], next: [], items: [key] });
  known.draws += step.tried.length;
}

test('to learn what another learned is to know what it knows', () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const known = nothingKnown();
      take(known, before);
      const other = copyOf(known);
      take(other, after);
      const learned = learnedSince(known, other);
      learn(known, structuredClone(learned));
      expect(known).toEqual(other);
    }),
  );
});

test('what two slices of a round learned adds up, in either order', () => {
  fc.assert(
    fc.property(steps, steps, steps, (before, one, other) => {
      const known = nothingKnown();
      take(known, before);
      const learned = [one, other].map((step) => {
        const mine = copyOf(known);
        take(mine, step);
        return learnedSince(known, mine);
      });
      const [there, back] = [copyOf(known), copyOf(known)];
      learned.forEach((each) => learn(there, each));
      learned.toReversed().forEach((each) => learn(back, each));
      expect(back).toEqual(there);
      take(known, one);
      take(known, other);
      expect(there).toEqual(known);
    }),
  );
});

test('of the runs to breed from the latest are kept', () => {
  const known = nothingKnown();
  for (let n = 0; n < 100; n++) addParent(known, `${n}`, { plan: [], next: [], items: [] });
  expect([...known.parents.keys()]).toEqual(Array.from({ length: 40 }, (_, n) => `${60 + n}`));
});
