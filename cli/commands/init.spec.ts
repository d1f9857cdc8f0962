import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../main.ts';
import { fakeHost, tempFolder } from '../testing.fixture.ts';

function folderWith(files: Record<string, string>): string {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function initIn(folder: string): Promise<ReturnType<typeof fakeHost> & { exitCode: number }> {
  const host = fakeHost({ cwd: folder });
  const exitCode = await main(['init'], host);
  return { ...host, exitCode };
}

test('writes a scenario and its test, and says what comes next', async () => {
  const folder = folderWith({ 'package.json': '{"type":"module"}' });
  const { exitCode, said } = await initIn(folder);
  expect(exitCode).toBe(0);
  expect(readdirSync(folder).toSorted()).toEqual(['package.json', 'welcome.scenario.ts', 'welcome.spec.ts']);
  expect(readFileSync(join(folder, 'welcome.spec.ts'), 'utf8')).toContain("from './welcome.scenario.js'");
  expect(said.slice(1)).toEqual([
    '',
    'Next:',
    '  npm install --save-dev vitest fast-check rxjs',
    '  npx vitest run welcome',
    '  npx eddy run welcome.scenario.ts --variant looks-first    see it fail, with the command that replays it',
  ]);
});

test('asks for no package that is there', async () => {
  const folder = folderWith({ 'package.json': '{}' });
  for (const name of ['vitest', 'fast-check', 'rxjs']) {
    mkdirSync(join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(join(folder, 'node_modules', name, 'package.json'), '{}');
  }
  expect((await initIn(folder)).said.join('\n')).not.toContain('npm install');
});

test('names files as the TypeScript configuration wants it, above the folder too', async () => {
  const folder = folderWith({
    'package.json': '{"type":"module"}',
    'tsconfig.json': '{ "compilerOptions": { "allowImportingTsExtensions": true, /* why */ } }',
  });
  const { said } = await initIn(folder);
  expect(readFileSync(join(folder, 'welcome.spec.ts'), 'utf8')).toContain("from './welcome.scenario.ts'");
  expect(said.join('\n')).not.toContain('CommonJS');
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  writeFileSync(join(inner, 'package.json'), '{}');
  const commonJs = await initIn(inner);
  expect(readFileSync(join(inner, 'welcome.spec.ts'), 'utf8')).toContain("from './welcome.scenario.ts'");
  expect(commonJs.said[1]).toContain('package.json says CommonJS');
});

test('overwrites nothing, and then writes nothing', async () => {
  const folder = folderWith({ 'package.json': '{}', 'welcome.spec.ts': 'mine' });
  const { exitCode, errors } = await initIn(folder);
  expect(exitCode).toBe(64);
  expect(errors).toEqual([
    'welcome.spec.ts is there already, and is not overwritten; go to another folder, or move it',
  ]);
  expect(readFileSync(join(folder, 'welcome.spec.ts'), 'utf8')).toBe('mine');
  expect(existsSync(join(folder, 'welcome.scenario.ts'))).toBe(false);
});

test.each([
  [{}, 'holds no package.json'],
  [{ 'package.json': '{' }, 'cannot be read as JSON'],
])('refuses a folder with %j', async (files, sentence) => {
  const { exitCode, errors } = await initIn(folderWith(files));
  expect(exitCode).toBe(64);
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain(sentence);
});
