/**
 * The page of patterns, made of what stands in the scenarios: the words at the top of each, a drawing of its run with one item, its
 * properties, and of each wrong variant what it does, with what happened in the failure of it that is saved in `repros/`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execute } from '../../properties/runner/execute.ts';
import { plainEntries } from '../../properties/runner/plain.ts';
import { readRepro, replay } from '../../properties/runner/replay.ts';
import { makeSlice } from '../../properties/runner/slice.ts';
import { type ScenarioShape, systemOf } from '../../properties/scenario.ts';
import { inWorlds } from '../../sim/simulate.ts';
import { sequenceOf } from './sequence.ts';

const ROOT = join(import.meta.dirname, '../..');
const SEED = 1;

const HEAD = `# Patterns

Every pattern of event-driven architecture as a system that works, and the mistakes that teams make with it. Each section is a
scenario of Eddy: it holds under the faults that it names, and each of its wrong variants is caught by the property that it
breaks. What happened is told from a failure that Eddy found, shrank and saved in \`repros/\`. This page is
generated (\`npm run docs:patterns\`).
`;

export async function patternsPage(shapes: readonly ScenarioShape[]): Promise<string> {
  const happened = await happenings(shapes);
  const sections: string[] = [];
  for (const shape of shapes) sections.push(await section(shape, happened));
  return [HEAD, index(shapes), ...sections].join('\n');
}

function index(shapes: readonly ScenarioShape[]): string {
  const patterns = new Map<string, string[]>();
  for (const { name, patterns: shown } of shapes)
    for (const pattern of shown) patterns.set(pattern, [...(patterns.get(pattern) ?? []), name]);
  const rows = [...patterns].map(([pattern, names]) => `- ${pattern}: ${names.map((n) => `[${n}](#${n})`).join(', ')}`);
  return `${rows.toSorted().join('\n')}\n`;
}

async function section(shape: ScenarioShape, happened: ReadonlyMap<string, string>): Promise<string> {
  const { name, patterns, properties, wrong } = shape;
  const holds = propertyWords();
  const ids = [...new Set(properties.map(({ id }) => id))];
  return [
    `## ${name}`,
    '',
    ...(patterns.length > 0 ? [`_${patterns.join(', ')}_`, ''] : []),
    docblockOf(shape),
    '',
    '```mermaid',
    await drawing(shape),
    '```',
    '',
    'What must hold:',
    '',
    ...ids.map((id) => `- **${id}** ${holds.get(id) ?? titlesOf(shape, id)}`),
    '',
    'What goes wrong:',
    '',
    ...Object.entries(wrong).map(([variant, { catalogue, breaks, because }]) => {
      const number = catalogue === undefined ? '' : `${catalogue}, `;
      const story = happened.get(`${name} ${variant}`);
      return `- **${variant}** (${number}breaks ${breaks}): ${because}.${story === undefined ? '' : ` _${story}._`}`;
    }),
    '',
    `See it: \`npm run -s eddy -- run ${name} --variant all\``,
    '',
  ].join('\n');
}

function titlesOf({ properties }: ScenarioShape, id: string): string {
  return properties.flatMap((each) => (each.id === id ? [each.name] : [])).join(', ');
}

/** The words at the top of its file. */
function docblockOf({ name, story }: ScenarioShape): string {
  const text = readFileSync(join(ROOT, 'scenarios', name, `${name}.scenario.ts`), 'utf8');
  const [, block] = /^\/\*\*([\s\S]*?)\*\//.exec(text) ?? [];
  const words = block?.replaceAll(/^\s*\* ?/gm, '').trim();
  return words === undefined || words === '' ? story : words;
}

/** What each property says, from the page about them. */
function propertyWords(): Map<string, string> {
  const text = readFileSync(join(ROOT, 'docs/properties.md'), 'utf8');
  return new Map(
    [...text.matchAll(/^\| (\w+) +\| `[^`]*` +\| (.*?) +\|$/gm)].map(([, id = '', words = '']) => [id, words]),
  );
}

async function drawing(shape: ScenarioShape): Promise<string> {
  const { seed, items } = makeSlice(shape, SEED, 0);
  const given = { seed, items: items.slice(0, 1), plan: [] };
  const made = await inWorlds(() => execute(systemOf(shape, 'correct'), shape.properties, given));
  return sequenceOf(plainEntries(made.record.entries));
}

/** What happened in the saved failure of each wrong variant. */
async function happenings(shapes: readonly ScenarioShape[]): Promise<Map<string, string>> {
  const folder = join(ROOT, 'repros');
  const found = new Map<string, string>();
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.json')) continue;
    const repro = readRepro(readFileSync(join(folder, file), 'utf8'));
    const shape = shapes.find(({ name }) => name === repro.scenario);
    if (!shape || shape.wrong[repro.variant]?.breaks !== repro.property) continue;
    const { failure } = await replay(shape, repro);
    if (failure?.happened !== undefined) found.set(`${repro.scenario} ${repro.variant}`, failure.happened);
  }
  return found;
}
