/** Pages as what a reader does with them: files to write and to change, commands to type, and what they print. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..');

export interface Page {
  /** From the project's folder on. */
  readonly path: string;
  readonly text: string;
}

/** Every page that users and developers read. */
export function allPages(): readonly Page[] {
  const inDocs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  return ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...inDocs].map((path) => page(path));
}

export function page(path: string): Page {
  return { path: relative(ROOT, join(ROOT, path)), text: readFileSync(join(ROOT, path), 'utf8') };
}

export interface Block {
  readonly language: string;
  /** What stands behind the language: the name of the file that the block is. */
  readonly file: string;
  readonly text: string;
}

/** The fenced blocks of a page, in their order. */
export function blocksOf({ text }: Page): readonly Block[] {
  return [...text.matchAll(/^```(\w+)(?: ([^\n]+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', file = '', block = '']) => ({ language, file, text: block }),
  );
}

/** What a block of `console` types (its first line, behind the `$`), and what it shows of what is printed. */
export function typed({ text }: Block): { readonly command: string; readonly shown: readonly string[] } {
  const [first = '', ...rest] = text.split('\n');
  if (!first.startsWith('$ ')) throw new Error(`A block of console begins with "$ command", not with "${first}"`);
  return { command: first.slice(2), shown: entriesOf(rest) };
}

/** A line that is wrapped goes on far to the right. */
function entriesOf(lines: readonly string[]): readonly string[] {
  const entries: string[] = [];
  for (const line of lines.filter((each) => each.trim() !== '')) {
    if (/^ {12}\S/.test(line) && entries.length > 0) entries.push(`${entries.pop()} ${line}`);
    else entries.push(line);
  }
  return entries;
}

/**
 * What a page shows and the output has not, in that order. A page may leave lines out; blanks and numbers may differ:
 * which item is drawn, and when something happens in virtual time, says nothing about the page.
 */
export function notPrinted(shown: readonly string[], output: string): readonly string[] {
  const printed = bare(output);
  let from = 0;
  return shown.filter((entry) => {
    const at = printed.indexOf(bare(entry), from);
    if (at >= 0) from = at + bare(entry).length;
    return at < 0;
  });
}

function bare(text: string): string {
  return text
    .replaceAll(/\d+(\.\d+)?/g, '0')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The file as a block of `diff` leaves it; `@@` parts its hunks. @throws Error when what one takes away is not there, once */
export function edited(text: string, diff: string): string {
  return diff.split(/^@@.*\n/m).reduce((before, hunk) => {
    const lines = hunk.split('\n').filter((line) => line !== '');
    const side = (sign: '-' | '+'): string =>
      lines
        .filter((line) => line.startsWith(sign) || line.startsWith(' '))
        .map((line) => `${line.slice(1)}\n`)
        .join('');
    const parts = before.split(side('-'));
    if (parts.length !== 2)
      throw new Error(`What this takes away stands ${parts.length - 1} times in the file:\n${hunk}`);
    return parts.join(side('+'));
  }, text);
}
