/** House rules that no linter knows: which room may import which, how large files are, and no clock but the world's. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = import.meta.dirname;
const SKIPPED = new Set(['node_modules', 'eddy-report', '.git', 'coverage', 'dist']);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

const sources = filesIn(ROOT)
  .filter((path) => /\.(tsx?|mjs|js)$/.test(path))
  .map((path) => ({ path: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
const main = sources.filter(({ path }) => !/\.(spec|fixture)\.ts$/.test(path));

/** Who may import whom: a room's own files always. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  sim: [],
  properties: ['sim'],
  reports: ['properties'],
  scenarios: ['index.ts'],
  cli: ['reports', 'scenarios', 'properties', 'sim'],
  adapters: ['index.ts', 'reports', 'properties', 'sim'],
  'index.ts': ['sim', 'properties'],
  bench: ['sim', 'properties', 'scenarios', 'reports', 'adapters', 'index.ts'],
  conformance: ['sim'],
};

function roomOf(path: string): string {
  return path.split('/')[0] as string;
}

test.each(Object.entries(ARROWS))('%s imports only its own files and: %j', (room, allowed) => {
  const wrong = main
    .filter(({ path }) => roomOf(path) === room)
    .flatMap(({ path, text }) =>
      [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']*)'/g)].flatMap(([, target]) => {
        const to = roomOf(relative(ROOT, resolve(ROOT, dirname(path), target as string)));
        return to === room || allowed.includes(to) ? [] : [`${path} imports ${target}`];
      }),
    );
  expect(wrong).toEqual([]);
});

test('files stay small: none above 400 lines, half of the main ones below 100', () => {
  const linesOf = ({ text }: { text: string }): number => text.trimEnd().split('\n').length;
  const large = sources.filter((source) => linesOf(source) > 400).map(({ path }) => path);
  expect(large).toEqual([]);
  const sorted = main.map(linesOf).toSorted((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(100);
});

/** What would make a run depend on the machine, and what stands in its place. */
const BANNED: readonly (readonly [what: RegExp, instead: string])[] = [
  [/\bDate\.now\(|\bnew Date\(\)|\bDate\(\)/, 'world.nowUs'],
  [/\bperformance\.now\b|\bprocess\.hrtime\b/, 'world.nowUs'],
  [/\bMath\.random\b|\brandomUUID\b|\brandomBytes\b/, 'world.random, by address'],
  [/\bset(Timeout|Interval|Immediate)\(/, 'world.after in sim, timer(ms, virtualTime) in scenarios'],
  [/node:timers/, 'world.after in sim, timer(ms, virtualTime) in scenarios'],
  [
    /\bMath\.(pow|exp|log|log2|log10|sin|cos|tan|sqrt|cbrt|hypot)\b|\*\*/,
    'integer arithmetic: results differ between engines',
  ],
  [/\.localeCompare\(|\.toLocale\w*\(|\bIntl\./, 'comparison by UTF-16 units'],
  [/\.sort\(\s*\)/, 'toSorted with a comparison of its own'],
  [/\bfor \(const \w+ in \b/, 'Object.keys, unless the object is plain data of a fixed order'],
];
/** The host keeps the real timers; the guards stand in for them. */
const MAY = /^sim\/kernel\/(host\.ts|guards\/)/;
const COMMENTS = /\/\*[\s\S]*?\*\/|\/\/.*$/gm;

test('neither sim nor scenarios reads a clock, draws unkeyed, or sets a real timer', () => {
  const found = main
    .filter(({ path }) => /^(sim|scenarios)\//.test(path) && !MAY.test(path))
    .flatMap(({ path, text }) => {
      const code = text.replace(COMMENTS, '');
      return BANNED.filter(([what]) => what.test(code)).map(
        ([what, instead]) => `${path}: ${what.source} (instead: ${instead})`,
      );
    });
  expect(found).toEqual([]);
});
