/** Data inside Markdown as GitHub reads it: shown as it is, never as markup, a table cell, a mention or HTML. */
import { oneLine, visible } from './text.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '`': '&#96;',
  '\\': '&#92;',
  $: '&#36;',
};

/** Text on one line. Entities rather than backslashes where a table row would still be split at the character. */
export function mdText(text: string): string {
  return oneLine(text)
    .replace(/[&<>|`\\$]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[*_[\]~#!]/g, (character) => `\\${character}`)
    .replaceAll('@', '@<!-- -->');
}

/** A code span outside of tables; its fence is longer than any run of backticks within. */
export function mdCode(text: string): string {
  const line = oneLine(text) || ' ';
  const fence = fenceFor(line, 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A fenced block. */
export function mdBlock(text: string, language: string): string {
  const shown = visible(text);
  const fence = fenceFor(shown, 3);
  return `${fence}${language}\n${shown}\n${fence}`;
}

export function mdRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function fenceFor(text: string, atLeast: number): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0);
  return '`'.repeat(Math.max(atLeast, longest + 1));
}
