import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EddyError } from '../sim/errors.ts';
import { main } from './main.ts';
import { wantsColors } from './process-host.ts';
import { baseFolder } from './supervise.js';
import { PROJECT } from '../reports/project.ts';
import { fakeHost, tempFolder } from './testing.fixture.ts';
import { isOfOthers, troubleExit, troubleSentence } from './trouble.ts';

describe('what can be typed', () => {
  test.each([
    [['matrices', 'payments'], "Unknown command 'matrices'"],
    [['lst'], "Unknown command 'lst' (Did you mean list?)"],
    [['run', '--nope'], "Unknown option '--nope'"],
    [['run', '--seed'], "Option '--seed <number>' argument missing"],
    [['run', '--runs', '-1'], '--runs -1: give a whole number'],
    [['run', '--time', 'soon'], '--time soon: give a number with its unit'],
    [['run', '\u001b[2J'], 'There is no scenario "\\u001b[2J"'],
    [['repro'], "Missing required argument 'failure'"],
    [['report', 'nowhere.json'], 'nowhere.json: there is no such file'],
    [['report', ''], '"": it cannot be read (EISDIR)'],
    [['report', '/dev/zero'], '/dev/zero is no file'],
    [['repro', 'package.json/x'], 'package.json/x: there is no such file'],
    [['run', 'package.json/x.ts'], 'package.json/x.ts: there is no such file'],
    [['run', `${'x'.repeat(5000)}.ts`], 'A scenario argument is too long'],
    [[], 'No command was given; eddy --help'],
    [['help', 'rnu'], "Unknown command 'rnu'; eddy --help"],
    [['matrix', 'a', 'b', 'c'], 'Expected 1 argument but got 3; eddy --help'],
    [['run', 'some.spec.ts'], 'some.spec.ts: there is no such file'],
    [['run', 'cli/main.spec.ts'], 'cli/main.spec.ts is a test, which its test runner runs'],
  ])('%j is refused with one sentence and 64', async (args, sentence) => {
    const host = fakeHost();
    expect(await main(args, host)).toBe(64);
    expect(host.errors).toHaveLength(1);
    expect(host.errors[0]).toContain(sentence);
    expect(host.errors[0]).not.toMatch(/\p{Cc}|\bat .*:\d+:\d+/u);
    expect(host.said).toEqual([]);
  });

  test('any text is refused with a sentence where a name, a file or a token is meant', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String().map((some) => `eddy1.${some}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('run', 'repro', 'report'), text, async (command, some) => {
        fc.pre(!some.includes('/'));
        const host = fakeHost();
        expect(await main([command, '--', some.startsWith('eddy1.') ? some : `x${some}`], host)).toBe(64);
        expect(host.errors.join('')).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 60 },
    );
  });

  test('help and version are no errors', async () => {
    const host = fakeHost();
    expect(await main(['--help'], host)).toBe(0);
    expect(await main(['run', '--help'], host)).toBe(0);
    expect(host.said.join('\n')).toContain('Exit codes: 0 pass, 1 a property failed');
    expect(host.said.join('\n')).toContain('the results are the same');
    expect(host.errors).toEqual([]);
  });
});

describe('what was thrown', () => {
  const law = new EddyError('EDDY_LAW', 'A law is broken');

  test('is about the input, or Eddy its own', () => {
    expect(troubleExit(new EddyError('EDDY_HANGS', 'x'))).toBe(64);
    expect(troubleExit(law)).toBe(70);
    expect(troubleExit(new TypeError('x'))).toBe(70);
    expect(troubleExit(null)).toBe(70);
  });

  test('is of others where their file threw it', () => {
    expect(isOfOthers(new Error('x'), PROJECT)).toBe(false);
    const thrown = (at: string): Error =>
      Object.assign(new Error('x'), { stack: `Error: x\n    at node:internal/timers:1:1\n    at ${at}` });
    expect(isOfOthers(thrown('file:///home/me/shop.ts:3:9'), PROJECT)).toBe(true);
    expect(isOfOthers(thrown(`f (${PROJECT}/cli/main.ts:3:9)`), PROJECT)).toBe(false);
    expect(isOfOthers(null, PROJECT)).toBe(false);
  });

  test('is one sentence, with a stack only when asked for', () => {
    expect(troubleSentence(new TypeError('a\n  b'), {})).toBe(
      'Eddy failed, not the code under test: a b; please report it (EDDY_DEBUG=1 shows where)',
    );
    expect(troubleSentence(new EddyError('EDDY_HANGS', 'It hangs'), {})).toBe('It hangs');
    expect(troubleSentence(law, { EDDY_DEBUG: '1' })).toContain('main.spec.ts');
  });
});

test('colours: never with NO_COLOR, always with FORCE_COLOR, else on a terminal', () => {
  expect(wantsColors({}, true)).toBe(true);
  expect(wantsColors({}, false)).toBe(false);
  expect(wantsColors({ TERM: 'dumb' }, true)).toBe(false);
  expect(wantsColors({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(wantsColors({ FORCE_COLOR: '0' }, true)).toBe(false);
  expect(wantsColors({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
});

test('through npm, what is typed is relative to where it was typed', () => {
  const elsewhere = tempFolder();
  expect(baseFolder({ INIT_CWD: elsewhere, npm_lifecycle_event: 'eddy' }, PROJECT)).toBe(elsewhere);
  expect(baseFolder({ INIT_CWD: elsewhere, npm_lifecycle_event: 'test' }, PROJECT)).toBe(PROJECT);
  expect(baseFolder({ INIT_CWD: PROJECT, npm_lifecycle_event: 'start' }, elsewhere)).toBe(elsewhere);
  expect(baseFolder({ INIT_CWD: `${elsewhere}/gone`, npm_lifecycle_event: 'eddy' }, PROJECT)).toBe(PROJECT);
});
