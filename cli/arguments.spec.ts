/** Whole command lines of true words and odd ones: each is done, or refused with one sentence; nothing is Eddy's own failure. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EddyError } from '../sim/errors.ts';
import { type Engine, engine as realEngine } from './engine.ts';
import { main } from './main.ts';
import { fakeEngine, fakeHost, tempFolder } from './testing.fixture.ts';

/** Nothing is searched; files and tokens are read as ever. */
function idleEngine(): Engine {
  const refused = (): Promise<never> => Promise.reject(new EddyError('EDDY_STALE', 'Nothing is replayed here'));
  const { readRepro, readResult, savedIn } = realEngine;
  return fakeEngine({ readRepro, readResult, savedIn, replay: refused, singCanary: refused });
}

const COMMANDS = ['run', 'matrix', 'repro', 'report', 'detect', 'list'];
const OPTIONS = (
  '--variant --seed --runs --time --strategy --faults --workers --out --since --items --pairs --seeds --beyond --quick ' +
  '--check-determinism --bail --json --trace --neighbourhood'
).split(' ');
const VALUES = 'payments all keeps-no-inbox 1 0 -1 1e3 0x10 30s guided crash,delay NaN '.split(' ');

/** No path leads out of the folder at hand. */
const odd = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[/\\]|^\.+$/.test(text));
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...OPTIONS) },
  { weight: 4, arbitrary: fc.constantFrom(...VALUES) },
  odd,
  odd.map((text) => `--${text}`),
  fc.tuple(fc.constantFrom(...OPTIONS), fc.oneof(fc.constantFrom(...VALUES), odd)).map((pair) => pair.join('=')),
  fc.constantFrom('--', '-', 'eddy1.', '__proto__', 'constructor', '*', '?', '[', '{a,b}', '~', 'x.scenario.ts'),
);

test('any command line is done, or refused with one sentence', async () => {
  const cwd = tempFolder();
  const exits = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...COMMANDS), fc.array(word, { maxLength: 6 }), async (command, words) => {
      const host = fakeHost({ cwd, typed: [command, ...words] });
      const exit = await main(host.typed, host, idleEngine());
      exits.add(exit);
      expect([0, 64]).toContain(exit);
      expect(host.errors).toHaveLength(exit === 0 ? 0 : 1);
      expect(host.errors.join('')).not.toMatch(/\p{Cc}|\bat .*:\d+:\d+/u);
    }),
    { numRuns: 300 },
  );
  expect([...exits].toSorted((a, b) => a - b)).toEqual([0, 64]);
});
