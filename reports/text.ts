/** Text that came from data, made fit to be read: nothing invisible, nothing that turns a line round, nothing endless. */

/** Controls, lone surrogates, marks that reorder text, and what no document format allows. ZWJ stays: emoji need it. */
const UNSEEN = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/** Unseen characters as `\u0000`; line feeds and tabs stay. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) =>
    character === '\n' || character === '\t'
      ? character
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same on one line. */
export function oneLine(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim());
}

/** At most `max` UTF-16 units, cut between characters, with an ellipsis when something is missing. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}

const LEFT_OUT = ' …, ';

/**
 * The same of a story, whose end is what it is told for: clauses are left out of its middle, whole ones where there are commas.
 */
export function clipMiddle(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor((max - LEFT_OUT.length) / 2);
  const [from, to] = [text.lastIndexOf(', ', half - 1), text.indexOf(', ', text.length - half - 2)];
  if (from > 0 && to > from) return `${text.slice(0, from + 1)}${LEFT_OUT}${text.slice(to + 2)}`;
  const end = text.slice(text.length - half).replace(/^\p{Cs}/u, '');
  return `${clip(text, max - end.length)}${end}`;
}

/** JSON for reading. What JSON cannot say is named, so that a report of a broken run is still written. */
export function shownJson(value: unknown, indent = 2): string {
  try {
    return JSON.stringify(value, bigintAsText, indent) ?? 'undefined';
  } catch {
    return '(cannot be shown as JSON)';
  }
}

const LINE_MAX = 110;

/** A list with an item to a line where that fits. */
export function shownList(items: readonly unknown[]): string {
  if (items.length === 0) return '[]';
  const lines = items.map((item) => {
    const line = shownJson(item, 0);
    return line.length <= LINE_MAX ? line : shownJson(item);
  });
  return `[\n${lines.join(',\n')}\n]`;
}

/** A replacer: JSON has no big integers. */
export function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** `1 run`, `3 runs`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
