import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../../sim/history/history.ts';
import { coneOf } from './cone.ts';
import { partingOf } from './parting.ts';

/** Histories whose entries are caused by earlier ones. */
const histories = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 30 }).map((all) =>
  all.map(
    (causes, n): Entry => ({
      n,
      timeUs: n,
      process: 'p',
      kind: 'k',
      data: null,
      causes: n === 0 ? [] : causes.map((cause) => cause % n),
    }),
  ),
);

/** Whether one entry led to another, by trying every way. */
function ledTo(entries: readonly Entry[], from: number, to: number): boolean {
  return from === to || (entries[to]?.causes.some((cause) => ledTo(entries, from, cause)) ?? false);
}

test('the slice holds exactly the evidence and what led to it, in order', () => {
  fc.assert(
    fc.property(histories, fc.array(fc.nat(29), { maxLength: 3 }), (entries, wanted) => {
      const evidence = wanted.filter((n) => n < entries.length);
      const expected = entries.filter(({ n }) => evidence.some((of) => ledTo(entries, n, of))).map(({ n }) => n);
      expect(coneOf(entries, wanted)).toEqual(expected);
    }),
  );
});

test('two histories part at the first entry that is not the same in both', () => {
  fc.assert(
    fc.property(histories, histories, fc.nat(30), (common, rest, length) => {
      const before = common.slice(0, length);
      const after = rest.map((entry) => ({ ...entry, process: 'q' }));
      expect(partingOf([...before, ...after], common)).toBe(before.length);
      expect(partingOf(common, common)).toBe(common.length);
    }),
  );
});
