/** What the documentation shows is what the code does: its sentences parse, its snippets are files that run. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../sim/faults/parse.ts';
import { POISONS } from '../sim/faults/fault.ts';
import { printFault } from '../sim/faults/print.ts';
import { allPages, blocksOf, edited, notPrinted, ROOT, typed } from './pages.fixture.ts';

const pages = allPages();
/** Pages that a test of their own follows: their blocks are files, edits and commands. */
const FOLLOWED = ['docs/tutorial.md'];
/** Written from the sources, which reference.spec.ts keeps an eye on. */
const WRITTEN = 'docs/reference.md';

describe('fault sentences', () => {
  const sentences = pages
    .flatMap(blocksOf)
    .filter(({ language }) => language === 'fault')
    .flatMap(({ text }) => text.trim().split('\n'));
  test('are there', () => {
    expect(sentences.length).toBeGreaterThan(15);
  });
  test.each(sentences)('%s', (sentence) => {
    expect(printFault(parseFault(sentence))).toBe(sentence);
  });
});

test('the page about faults names every poison', () => {
  const text = pages.find(({ path }) => path.endsWith('faults.md'))?.text ?? '';
  expect(POISONS.filter((how) => !text.includes(`\`${how}\``))).toEqual([]);
});

/** What specs under these folders import, directly or not, with the specs themselves: what tests run. */
function filesThatRun(): readonly string[] {
  const specs = ['examples', 'scenarios']
    .flatMap((room) => readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((at) => join(room, at)))
    // Of the built-in scenarios one spec runs all.
    .filter((path) => path.endsWith('.spec.ts') || path.endsWith('.scenario.ts'))
    .filter((path) => path.startsWith('scenarios') || path.endsWith('.spec.ts'));
  const found = new Set<string>();
  const follow = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const text = readFileSync(join(ROOT, path), 'utf8');
    for (const [, to = ''] of text.matchAll(/(?:from|import) '(\.[^']+)'/g)) {
      const target = relative(ROOT, join(ROOT, dirname(path), to.replace(/\.js$/, '.ts')));
      if (/^(examples|scenarios)/.test(target)) follow(target);
    }
  };
  for (const spec of specs) follow(spec);
  return [...found];
}

test('each TypeScript snippet stands, word for word, in a file that a test runs', () => {
  // The formatter breaks lines by where a snippet stands.
  const flat = (text: string): string => text.replaceAll(/\s+/g, '').replaceAll(/,(?=[)\]}]|$)/g, '');
  const run = filesThatRun().map((path) => flat(readFileSync(join(ROOT, path), 'utf8')));
  const loose = pages
    .filter(({ path }) => ![...FOLLOWED, WRITTEN].includes(path))
    .flatMap(blocksOf)
    .filter(({ language }) => /^(ts|tsx|js|typescript|javascript)$/.test(language))
    .filter(({ text }) => !run.some((file) => file.includes(flat(text))));
  expect(loose).toEqual([]);
});

test('every fence has a language, of those that are tested or are none', () => {
  const known = ['ts', 'console', 'fault', 'sh', 'json', 'diff', 'sql', 'text', 'mermaid'];
  const others = pages
    .flatMap((page) => blocksOf(page).map(({ language, text }) => ({ path: page.path, language, text })))
    .filter(({ path, language }) => !known.includes(language) || (language === 'diff' && !FOLLOWED.includes(path)));
  expect(others).toEqual([]);
});

test('what is shown and was not printed is seen', () => {
  const { command, shown } = typed({
    language: 'console',
    file: '',
    text: '$ eddy run\n✗ violates I1\n  happened  o1 came twice,\n            and was billed\n',
  });
  expect(command).toBe('eddy run');
  expect(notPrinted(shown, '✗ violates I1\n  happened  o27 came twice, and was billed')).toEqual([]);
  expect(notPrinted(shown, '  happened  o27 came twice, and was billed\n✗ violates I1')).toHaveLength(1);
  expect(notPrinted(shown, '✗ violates D1')).toHaveLength(2);
});

test('an edit changes what it names, and nothing else', () => {
  expect(edited('a\nb\nc\n', ' a\n-b\n+d\n+e\n')).toBe('a\nd\ne\nc\n');
  expect(edited('a\nb\nc\n', '-a\n@@\n-c\n+d\n')).toBe('b\nd\n');
  expect(() => edited('a\na\n', '-a\n+b\n')).toThrow('stands 2 times');
});

test('the page about the report has its views, its tabs and its keys', () => {
  const text = pages.find(({ path }) => path.endsWith('reading-the-report.md'))?.text ?? '';
  const pairsIn = (path: string): readonly (readonly string[])[] =>
    [...readFileSync(join(ROOT, 'reports/html/app', path), 'utf8').matchAll(/\['([^']+)', '([^']+)'\]/g)].map(
      ([, one = '', other = '']) => [one, other],
    );
  const names = [...pairsIn('app.tsx'), ...pairsIn('views/runs.tsx')].map(([, name]) => name);
  expect(names).toEqual(expect.arrayContaining(['Failures', 'Passing twin']));
  expect(names.filter((name) => !text.includes(`**${name}**`))).toEqual([]);
  const keys = pairsIn('parts/sheet.tsx');
  expect(keys.length).toBeGreaterThan(10);
  const rows = text.replaceAll(/ +/g, ' ');
  expect(keys.filter(([key, does]) => !rows.includes(`| \`${key}\` | ${does} |`))).toEqual([]);
});

test('links between pages lead somewhere', () => {
  const dead = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].flatMap(([, target]) => {
      try {
        readFileSync(join(ROOT, path, '..', target as string));
        return [];
      } catch {
        return [`${path}: ${target}`];
      }
    }),
  );
  expect(dead).toEqual([]);
});
