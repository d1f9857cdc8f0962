/** The page of patterns is what the scenarios say now; a new scenario, variant or counterexample wants `npm run docs:patterns`. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtIn } from '../../scenarios/built-in.fixture.ts';
import { patternsPage } from './patterns.ts';

const page = await patternsPage(builtIn);

test('is up to date', () => {
  expect(readFileSync(new URL('../patterns.md', import.meta.url), 'utf8')).toBe(page);
});

test('has a drawing of each scenario, and every wrong variant with what happened', () => {
  for (const { name, wrong } of builtIn) {
    const [, section = ''] = page.split(`\n## ${name}\n`);
    const own = section.split('\n## ')[0] ?? '';
    expect(own).toMatch(/participant p0 as \w+[\s\S]*->>/);
    for (const variant of Object.keys(wrong)) expect(own).toMatch(new RegExp(`- \\*\\*${variant}\\*\\* .* _.+_$`, 'm'));
  }
});
