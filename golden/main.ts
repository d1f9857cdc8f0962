/**
 * `npm run golden` compares the golden digests on this Node and on those whose binaries are given or installed:
 *
 *     npm run golden -- [path of a node binary...]
 *     npm run golden -- --because "words of a line in CHANGELOG.md"
 *
 * The second form writes those that have changed. Ends with 1 where one differs.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtIn } from '../scenarios/built-in.fixture.ts';
import { differences, digestOf, FILE, type Golden, standing } from './digests.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { because: { type: 'string' }, print: { type: 'boolean', default: false } },
});

/** Where `npm install node22@npm:node@22` and the like put them. */
const INSTALLED = ['node20', 'node22', 'node24'].map((name) =>
  fileURLToPath(new URL(`../node_modules/${name}/bin/node`, import.meta.url)),
);

async function here(): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const shape of builtIn) digests[shape.name] = await digestOf(shape);
  return digests;
}

/** By another Node, in a process of its own. */
function there(binary: string): Record<string, string> {
  const [loader, script] = ['../cli/register.js', './main.ts'].map((path) => new URL(path, import.meta.url));
  const args = ['--import', String(loader), fileURLToPath(String(script)), '--print'];
  return JSON.parse(execFileSync(binary, args, { encoding: 'utf8' })) as Record<string, string>;
}

function write(now: Readonly<Record<string, string>>, because: string): void {
  const before = standing();
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
  if (because === '' || !changelog.includes(because)) throw new Error(`CHANGELOG.md says nothing of "${because}"`);
  const golden = Object.entries(now).map(([name, digest]): [string, Golden] => {
    const old = before[name];
    return [name, old?.digest === digest ? old : { digest, because }];
  });
  writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(golden), null, 2)}\n`);
}

const now = await here();
if (values.print) process.stdout.write(JSON.stringify(now));
else if (values.because !== undefined) write(now, values.because);
else {
  const others = [...positionals, ...INSTALLED.filter((binary) => existsSync(binary))];
  const wrong = [
    ...differences(now, standing(), process.version),
    ...others.flatMap((binary) => differences(there(binary), standing(), binary)),
  ];
  for (const each of wrong) process.stdout.write(`${each}\n`);
  process.stdout.write(`${wrong.length} of ${builtIn.length} digests differ on ${1 + others.length} Nodes\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
