/** What the documentation shows is what the code does: its sentences parse, its snippets are files that run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFault } from '../sim/faults/parse.ts';
import { POISONS } from '../sim/faults/fault.ts';
import { printFault } from '../sim/faults/print.ts';

const ROOT = join(import.meta.dirname, '..');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  ...readdirSync(import.meta.dirname).map((name) => join('docs', name)),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, block]) => block ?? '',
  );
}

describe('fault sentences', () => {
  const sentences = pages.flatMap(({ text }) => blocks(text, 'fault')).flatMap((block) => block.trim().split('\n'));
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

test('each TypeScript snippet stands, word for word, in a file under examples', () => {
  const examples = readdirSync(join(ROOT, 'examples'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  const flat = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  const loose = pages
    .flatMap(({ text }) => blocks(text, 'ts'))
    .filter((block) => !examples.some((example) => flat(example).includes(flat(block))));
  expect(loose).toEqual([]);
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
