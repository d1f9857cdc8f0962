/** What a process tells that names no locale, on a machine that speaks another language. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const SPEAKS = `
import { inWorlds } from './sim/simulate.ts';
import { run, tiny } from './sim/spec-world.ts';

const told = () => {
  const date = new Date(0);
  const said = [
    (1234.5).toLocaleString(),
    (1234567n).toLocaleString(),
    [1234.5, date].toLocaleString(),
    new Float64Array([1234.5]).toLocaleString(),
    date.toLocaleString(undefined, { month: 'long' }),
    date.toLocaleDateString(),
    date.toLocaleTimeString(undefined, { timeStyle: 'short' }),
    'I'.toLocaleLowerCase(),
    'i'.toLocaleUpperCase(),
    ['z', 'ö', 'o'].sort((a, b) => a.localeCompare(b)).join(),
    ['z', 'ö', 'o'].sort(new Intl.Collator().compare).join(),
    Intl.NumberFormat().format(1234.5),
    new Intl.DateTimeFormat().resolvedOptions().locale,
    new Intl.ListFormat(undefined, { type: 'conjunction' }).format(['a', 'b']),
    (1234.5).toLocaleString('de-DE'),
    new Intl.Locale('fi').language,
    Intl.getCanonicalLocales('FI').join(),
    new Intl.NumberFormat() instanceof Intl.NumberFormat,
  ];
  return JSON.stringify(said);
};
let inside;
await run([tiny(() => { inside = told(); })]);
console.log(inside);
console.log(told());
console.log(await inWorlds(async () => told()));
`;

/** What is told inside a run, after it, and beside one by code that is in none, where `locale` is spoken. */
function spoken(locale: string): unknown[] {
  const args = ['--import', './cli/register.js', '--input-type=module', '--eval', SPEAKS];
  const { stdout } = spawnSync(process.execPath, args, { env: { ...process.env, LC_ALL: locale }, encoding: 'utf8' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

test('is in English inside of runs, as everywhere, and outside in its own', () => {
  const [english, ...others] = spoken('en_US.UTF-8');
  expect(others).toEqual([english, english]);
  for (const locale of ['tr_TR.UTF-8', 'sv_SE.UTF-8']) {
    const [inside, after, beside] = spoken(locale);
    expect(inside).toEqual(english);
    // Otherwise there was nothing to tell apart.
    expect(after).not.toEqual(english);
    expect(beside).toEqual(after);
  }
});
