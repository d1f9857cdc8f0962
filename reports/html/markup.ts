/**
 * Markup that is safe by construction: it is made by the `html` tag, which escapes every value that is
 * not markup already. Values may stand in text and in double-quoted attributes, nowhere else.
 */
import { visible } from '../text.ts';

export class Markup {
  constructor(readonly text: string) {}
}

/** Vouches for text: constants of ours, never anything that holds data. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

export type Piece = Markup | string | number | false | undefined | readonly Piece[];

export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = parts[0] ?? '';
  for (const [n, piece] of pieces.entries()) text += rendered(piece) + (parts[n + 1] ?? '');
  return new Markup(text);
}

export const nothing: Markup = html``;

const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => NAMED[character] ?? '');
}

function rendered(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.text;
  if (typeof piece === 'object') return piece.map(rendered).join('');
  return escapeHtml(String(piece));
}
