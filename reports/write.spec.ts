import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EddyError } from '../properties/error.ts';
import { readResult } from './json.ts';
import { broken, sampleResult } from './sample.fixture.ts';
import { writeReports } from './write.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eddy-reports-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const result = sampleResult([broken()], { verdict: 'fail', exitCode: 1 });

test('five files, nothing beside them, the same bytes each time', () => {
  const out = join(folder, 'deep', 'report');
  const first = writeReports(result, out);
  const bytes = Object.values(first).map((path) => readFileSync(path));
  expect(writeReports(result, out)).toEqual(first);
  expect(Object.values(first).map((path) => readFileSync(path))).toEqual(bytes);
  expect(readdirSync(out).toSorted()).toEqual([
    'index.html',
    'junit.xml',
    'result.json',
    'summary.md',
    'traces.otlp.json',
  ]);
  expect(first).toEqual({
    html: join(out, 'index.html'),
    json: join(out, 'result.json'),
    junit: join(out, 'junit.xml'),
    markdown: join(out, 'summary.md'),
    traces: join(out, 'traces.otlp.json'),
  });
  expect(readResult(readFileSync(first.json, 'utf8'))).toEqual(result);
});

test('traces of an earlier failure go when nothing fails any more', () => {
  writeReports(result, folder);
  writeReports(sampleResult([]), folder);
  expect(readdirSync(folder)).not.toContain('traces.otlp.json');
});

test('a path that cannot be written is named', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const attempt = (): unknown => writeReports(result, join(file, 'report'));
  expect(attempt).toThrow(EddyError);
  expect(attempt).toThrow(join(file, 'report'));
});

test('a file in the way leaves no half of another behind', () => {
  const out = join(folder, 'out');
  writeReports(result, out);
  rmSync(join(out, 'junit.xml'));
  const blocked = join(out, 'junit.xml', 'x');
  writeReports(result, join(out, 'junit.xml'));
  expect(() => writeReports(result, out)).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(blocked).toContain('junit.xml');
});
