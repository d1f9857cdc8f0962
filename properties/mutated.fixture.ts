/** For specs of readers: data that was right until somebody changed a few parts of it. */
import fc from 'fast-check';

/** What stands in the place of what should be there. */
const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  '',
  'x'.repeat(3000),
  '__proto__',
  'constructor',
  '\ud800',
  '\0',
  '\u001b[2J',
  'correct',
  [],
  [null],
  {},
  JSON.parse('{"__proto__":{"polluted":true}}'),
  { toString: 1, valueOf: 2 },
  { toJSON: 1 },
  Array.from({ length: 600 }).reduce<unknown>((inner) => [inner], 0),
];

interface Edit {
  /** Which part, counted through all of them. */
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'double' | 'add';
  readonly odd: unknown;
}

/** @param value plain data; it stays as it is */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  const edit = fc.record({
    at: fc.nat(),
    how: fc.constantFrom('replace', 'replace', 'remove', 'double', 'add'),
    odd: fc.constantFrom(...ODD),
  });
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => {
    const root = { value: structuredClone(value) };
    for (const each of edits) apply(each, placesIn(root));
    return root.value;
  });
}

type Place = readonly [owner: Record<string, unknown> | unknown[], key: string];

function placesIn(owner: Record<string, unknown> | unknown[]): Place[] {
  return Object.entries(owner).flatMap(([key, part]): Place[] => [
    [owner, key],
    ...(typeof part === 'object' && part !== null ? placesIn(part as Record<string, unknown>) : []),
  ]);
}

function apply({ at, how, odd: given }: Edit, places: readonly Place[]): void {
  const odd: unknown = structuredClone(given);
  const [owner, key] = places[at % places.length] as Place;
  if (Array.isArray(owner)) {
    const n = Number(key);
    if (how === 'remove') owner.splice(n, 1);
    else if (how === 'double') owner.splice(n, 0, owner[n]);
    else if (how === 'add') owner.push(odd);
    else owner[n] = odd;
  } else if (how === 'remove' && key !== 'value') delete owner[key];
  else owner[how === 'add' ? `${key}2` : key] = odd;
}
