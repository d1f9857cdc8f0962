/** What is done to a file when it is loaded leaves each place where its source map says. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { PROJECT } from '../reports/project.ts';
import { asWrittenForCommonJs } from './commonjs.js';
import { load } from './hooks.js';

const CONTEXT: Parameters<typeof load>[1] = {
  conditions: [],
  format: 'module',
  importAssertions: {},
  importAttributes: {},
};
const MAPPED = Buffer.from(JSON.stringify({ version: 3, mappings: 'AAAA,CACA' })).toString('base64');
const WITH_MAP = `\n//# sourceMappingURL=data:application/json;base64,${MAPPED}`;

test('closures of our own files are not named, and stand where they stood', async () => {
  const source =
    'var __name=(target,value)=>__defProp(target,"name",{value,configurable:true});const f=__name(()=>1,"f");';
  const url = pathToFileURL(join(PROJECT, 'sim/some.ts')).href;
  const loaded = await load(url, CONTEXT, () => Promise.resolve({ format: 'module', source }));
  const text = String(loaded.source);
  expect(text).not.toContain('__defProp');
  expect(text.indexOf('const f')).toBe(source.indexOf('const f'));
  expect(text).toHaveLength(source.length);
});

test('what CommonJS needs stands on a line before all else, and the map knows', () => {
  const source = `import words from"words";import{a}from"./a.js";const f=words(__dirname);${WITH_MAP}`;
  const [added = '', code = '', mapped = '', ...more] = asWrittenForCommonJs(source).split('\n');
  expect(added).toContain('from"words"');
  expect(code.indexOf('const f')).toBe(source.indexOf('const f'));
  expect(code.trim()).toMatch(/^import\{a\}from"\.\/a\.js";const f/);
  const map = JSON.parse(Buffer.from(mapped.split(',')[1] ?? '', 'base64').toString('utf8')) as object;
  expect(map).toEqual({ version: 3, mappings: ';AAAA,CACA' });
  expect(more).toEqual([]);
});

test('a first line for the shell stays the first; a file that asks for nothing stays as it is', () => {
  const asking = asWrittenForCommonJs(`#!/usr/bin/env node\nconst f=__filename;`).split('\n');
  expect(asking).toHaveLength(3);
  expect([asking[0], asking[2]]).toEqual(['#!/usr/bin/env node', 'const f=__filename;']);
  expect(asWrittenForCommonJs('const f=1;')).toBe('const f=1;');
});
