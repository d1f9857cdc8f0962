/** `npm run docs`: writes docs/reference.md from the docblocks of the public contract. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { type Declared, exportsOf } from './api.ts';

const ROOT = join(import.meta.dirname, '..');

/** Chapters of the main entry, by where a name is declared; what fits none stands in the last. */
const CHAPTERS: readonly (readonly [title: string, files: RegExp])[] = [
  ['Scenarios and runs', /^properties\/(scenario|runner)/],
  ['Properties', /^properties\//],
  ['Queue broker', /^sim\/brokers\/queue\//],
  ['Log broker', /^sim\/brokers\/log\//],
  ['Stores', /^sim\/stores\//],
  ['External systems', /^sim\/(external|protocols)\//],
  ['Services, messages, selectors', /^sim\//],
];

/** Entry points, in the order of package.json: what a user imports, and the file in the sources. */
export function entries(): readonly { readonly name: string; readonly file: string }[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { 'eddy-source'?: string }>;
  };
  return Object.entries(exports).flatMap(([path, to]) => {
    const file = typeof to === 'string' ? undefined : to['eddy-source'];
    return file === undefined ? [] : [{ name: `eddy${path.slice(1)}`, file: file.slice('./'.length) }];
  });
}

/** The page as it is to be. @throws Error for an export without a docblock */
export function reference(): string {
  const parts = entries().map(({ name, file }) => entryText(name, exportsOf(file)));
  return [
    '# Reference',
    'Written by `npm run docs` from the docblocks in the sources; do not edit it. What each property checks stands in ' +
      '[properties.md](properties.md), what each fault does in [faults.md](faults.md).',
    ...parts,
  ].join('\n\n');
}

function entryText(entry: string, all: readonly Declared[]): string {
  if (entry !== 'eddy') return [`## ${entry}`, ...all.map(declaredText)].join('\n\n');
  const chapters = CHAPTERS.map(([title, files], n) => {
    const earlier = CHAPTERS.slice(0, n);
    const of = all.filter(({ file }) => files.test(file) && !earlier.some(([, taken]) => taken.test(file)));
    return [`## ${title}`, ...of.map(declaredText)].join('\n\n');
  });
  return chapters.join('\n\n');
}

function declaredText(declared: Declared): string {
  return [`### ${declared.name}`, docOf(declared), `\`\`\`ts\n${declared.signature}\n\`\`\``].join('\n\n');
}

/** A check says at the beginning of its file what it is; what its author must beware of is not for its users. */
function docOf({ name, file, doc, header }: Declared): string {
  const ofCheck = file.startsWith('properties/checks/') && /^[A-Z]\d [a-z]/.test(header);
  const said = [ofCheck ? header.replace(/\s*Traps?:.*$/, '') : '', doc].filter((text) => text !== '').join(' ');
  if (said === '') throw new Error(`${name} of ${file} has no docblock: users would read of it nothing but its type`);
  // Within a page `<` would begin a tag.
  const [about, ...tags] = said.replaceAll(/<(?=\w)(?![^`]*`)/g, '\\<').split(/\s*@(?=(?:param|returns|throws)\b)/);
  return [about, tags.map(tagText).join('\n')].filter((text) => text !== '').join('\n\n');
}

function tagText(tag: string): string {
  const [name = '', ...words] = tag.split(' ');
  return `- ${{ param: 'Parameter', returns: 'Returns', throws: 'Throws' }[name]}: ${words.join(' ')}`;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) writeFileSync(join(ROOT, 'docs/reference.md'), reference());
