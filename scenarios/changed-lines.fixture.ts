/**
 * How much a wrong variant changes, from the text of its scenario: the lines of the declarations that the variant is made of
 * (those in variants.ts that its entry reaches) which the correct scenario's own files do not have. Braces alone and comments
 * do not count; a line that is only laid out otherwise counts. Not seen: lines of the correct code that were left out.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /[A-Za-z_$][\w$]*/g;

/** Lines that say something, without comments. */
function lines(text: string): string[] {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .map((line) => line.replace(/\s\/\/ .*$/, '').trim())
    .filter((line) => /[A-Za-z]/.test(line));
}

/** Top-level declarations by name; each goes on to the next line that is not indented. */
function declarations(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(/\n(?=(?:export )?(?:async )?(?:const|function|class) )/)) {
    const name = /^(?:export )?(?:async )?(?:const|function|class) (\w+)/.exec(part)?.[1];
    if (name !== undefined) found.set(name, part);
  }
  return found;
}

/** The text of one variant's entry in the `variants` object. */
function entryOf(variants: string, name: string): string {
  const from = variants.search(new RegExp(`^  '?${name}'?: `, 'm'));
  const rest = variants.slice(from);
  return rest.slice(0, /\n {2}(?:\}|\)),?\n/.exec(rest)?.index ?? rest.length);
}

/** What an entry says beside its name and its reasons: the service that it puts in. */
function changeOf(entry: string): string {
  return entry.replace(/\b(?:catalogue|breaks|because):.*\n/g, '').replace(/(['"`])(?:(?!\1).)*\1(?::| *,$)?/gm, '');
}

export function changedLines(folder: string, name: string): readonly string[] {
  const path = join(import.meta.dirname, folder);
  const text = readFileSync(join(path, 'variants.ts'), 'utf8');
  const own = declarations(text);
  const variants = own.get('variants') ?? '';
  own.delete('variants');
  own.delete('wrong');
  const entry = entryOf(variants, name);
  const reached = new Set<string>();
  const reach = (from: string): void => {
    for (const [word] of from.matchAll(NAME)) {
      const made = own.get(word);
      if (made === undefined || reached.has(word)) continue;
      reached.add(word);
      reach(made);
    }
  };
  const change = changeOf(entry);
  reach(change);
  const correct = readdirSync(path)
    .filter((file) => file.endsWith('.ts') && file !== 'variants.ts' && !file.endsWith('.spec.ts'))
    .flatMap((file) => lines(readFileSync(join(path, file), 'utf8')));
  const known = new Set(correct);
  const inline = lines(change).filter((line) => !/^wrong\($/.test(line));
  // The line that puts a changed part in is no change of its own.
  const made = [...reached].flatMap((each) => lines(own.get(each) ?? ''));
  return [...inline.slice(made.length > 0 ? 1 : 0), ...made].filter((line) => !known.has(line));
}
