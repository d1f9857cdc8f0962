/**
 * Splits a fault sentence into words. Blanks separate words; `,` and `:` at a word's end are words of their own; a quoted
 * part (JSON) may hold anything and belongs to the word it stands in, as in `PaymentRequested#"p 1"`.
 */
export interface Token {
  /** As written, quotes included. */
  readonly text: string;
  /** From 1. */
  readonly column: number;
}

/** The words of a sentence, or the column of a quote that is not closed. */
export function tokenize(sentence: string): { tokens: readonly Token[] } | { unclosed: number } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sentence.length) {
    if (isBlank(sentence[at])) {
      at++;
      continue;
    }
    const start = at;
    while (at < sentence.length && !isBlank(sentence[at])) {
      if (sentence[at] !== '"') {
        at++;
        continue;
      }
      const end = closingQuote(sentence, at);
      if (end === undefined) return { unclosed: at + 1 };
      at = end + 1;
    }
    push(tokens, sentence.slice(start, at), start + 1);
  }
  return { tokens };
}

function push(tokens: Token[], word: string, column: number): void {
  const last = word.at(-1);
  if (word.length > 1 && (last === ',' || last === ':')) {
    tokens.push({ text: word.slice(0, -1), column }, { text: last, column: column + word.length - 1 });
  } else {
    tokens.push({ text: word, column });
  }
}

function closingQuote(sentence: string, opening: number): number | undefined {
  for (let at = opening + 1; at < sentence.length; at++) {
    if (sentence[at] === '\\') at++;
    else if (sentence[at] === '"') return at;
  }
  return undefined;
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

/** The name that a word stands for: itself, or what its quotes hold; undefined when the quotes hold no JSON string. */
export function readName(word: string): string | undefined {
  if (!word.startsWith('"')) return /["#/]/.test(word) ? undefined : word;
  try {
    const value: unknown = JSON.parse(word);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
