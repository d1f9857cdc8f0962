import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyOf, type Knowledge, learn, learnedSince, nothingKnown } from './knowledge.ts';

const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 });
const steps = fc.record({
  tried: names,
  alone: names,
  effective: names,
  kindsAlone: names,
  followed: names,
  raced: names,
});

function take(known: Knowledge, step: Record<string, readonly string[]>): void {
  const { tried, alone, effective, kindsAlone, followed, raced } = step;
  for (const [set, more] of [
    [known.tried, tried],
    [known.alone, alone],
    [known.effective, effective],
  ] as const)
    for (const each of more ?? []) set.add(each);
  for (const [map, more] of [
    [known.kindsAlone, kindsAlone],
    [known.followed, followed],
    [known.raced, raced],
  ] as const)
    for (const each of more ?? []) map.set(each, (map.get(each) ?? 0) + 1);
  known.draws += tried?.length ?? 0;
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
