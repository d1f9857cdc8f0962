import { expect, test } from 'vitest';
import { specsThatSee } from './graph.ts';
import { Journal } from './journal.ts';
import { mutantsOf, mutated } from './mutants.ts';
import { scoreOf } from './score.ts';
import { chosen } from './specs.ts';

const changed = (code: string): readonly string[] => mutantsOf('a.ts', code).map((mutant) => mutated(code, mutant));

test.each([
  ['a = b < c;', ['a = b <= c;', ';']],
  ['f(a === b);', ['f(a !== b);', ';']],
  ['f(a && b);', ['f(a || b);', ';']],
  ['f(a ?? b);', ['f((a)!);', 'f((b));', ';']],
  ['i++;', ['i--;', ';']],
  ['n += 2;', ['n -= 2;', 'n += (2 + 1);', ';']],
  ['const a = !b;', ['const a = (b);']],
  ['const a = true;', ['const a = false;']],
  ["const a = 'word';", ["const a = '';"]],
  ['if (a) f();', ['if (true) f();', 'if (false) f();']],
  [
    'if (a) { f(); g(); }',
    ['true', 'false'].map((t) => `if (${t}) { f(); g(); }`).concat('if (a) { ; g(); }', 'if (a) { f(); ; }'),
  ],
  ['const a = b ? c : d;', ['const a = true ? c : d;', 'const a = false ? c : d;']],
  ['while (a) f();', ['while (false) f();', 'while (a) ;']],
  ['const a = b.some(f);', ['const a = b.every(f);']],
  ['const a = b?.filter(f);', ['const a = b;']],
  ['const a = Math.min(b, c);', ['const a = Math.max(b, c);']],
  ['const a = await b;', ['const a = b;']],
])('%s', (code, mutants) => {
  expect(changed(code).toSorted()).toEqual(mutants.toSorted());
});

test.each([
  "const a = 'a sentence';",
  'const a = `a sentence with ${b < c}`;',
  "import { a } from 'a';",
  "type A = 1 | 'a';",
  'const a = { b: c };',
  'const a = min(b, c);',
])('leaves %s as it is', (code) => {
  expect(changed(code)).toEqual([]);
});

test('finds the specs that load a file, and how far away they are', () => {
  const importers = new Map([
    ['a.ts', ['b.ts', 'a.spec.ts']],
    ['b.ts', ['a.ts', 'b.spec.ts', 'a.spec.ts']],
  ]);
  expect(specsThatSee('a.ts', importers)).toEqual(
    new Map([
      ['a.spec.ts', 1],
      ['b.spec.ts', 2],
    ]),
  );
});

test('asks near and quick specs first, within the time, and none that fails by itself', () => {
  const journal = new Journal(undefined, '');
  for (const [spec, ms] of Object.entries({ near: 100, far: 100, slow: 3000, tooSlow: 31_000, last: 1 }))
    journal.add({ spec, ms });
  journal.add({ spec: 'broken', ms: 1, failed: true });
  for (const spec of ['long1', 'long2', 'long3']) journal.add({ spec, ms: 9000 });
  const distances = new Map(
    Object.entries({
      far: 4,
      slow: 1,
      broken: 1,
      near: 2,
      tooSlow: 1,
      unknown: 1,
      long1: 6,
      long2: 6,
      long3: 6,
      last: 20,
    }),
  );
  expect(chosen(distances, journal, 30_000)).toEqual(['near', 'far', 'slow', 'long1', 'long2', 'last']);
});

test('gives the interval of a share', () => {
  const { score, low, high } = scoreOf(80, 100);
  expect([score, Math.round(low * 10), Math.round(high * 10)]).toEqual([80, 711, 867]);
});
