import { clip } from '../text.ts';

/**
 * Text from data on its way to a terminal. A poison payload or a name may hold escape sequences, line breaks or marks
 * that turn the reading direction: they are shown, never obeyed.
 */
const HARMFUL = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One line without control characters. */
export function visible(text: string): string {
  return text.replace(HARMFUL, (char) => SHORT[char] ?? escaped(char));
}

/** JSON for one line of output: what JSON may hold raw but a terminal would obey is escaped, the value is the same. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(HARMFUL, escaped);
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Data as one short visible piece of text. */
export function brief(value: unknown, max: number): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return clip(visible(text), max);
}
