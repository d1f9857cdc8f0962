/**
 * SQL text as words, by the lexical rules of PostgreSQL (documentation, 4.1): comments, strings in their several forms and
 * dollar quotes hold no words. It is no parser: it tells statements apart and what they are about, and no more.
 */
export interface Word {
  /** A plain word in lower case, a quoted name as it stands for, or one sign. */
  readonly text: string;
  /** `literal`: a string or a number, its text left out. */
  readonly kind: 'word' | 'name' | 'sign' | 'literal';
  readonly at: number;
}

/** The words of each statement; empty ones are left out. */
export interface Cut {
  readonly words: readonly Word[];
  readonly text: string;
}

const SPACE = /[\s]+|--[^\n\r]*/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /\d[\w.]*|\.\d[\w]*/y;
const DOLLAR = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const PARAMETER = /\$\d+/y;
/** Prefixes of strings: E'..', B'..', X'..', N'..', U&'..'; U&".." is a name. */
const PREFIXED = /(?:[bBnNxX]|[uU]&)'|[eE]'/y;

export function statementsIn(sql: string): Cut[] {
  const cuts: Cut[] = [];
  let words: Word[] = [];
  let from = 0;
  const cut = (to: number): void => {
    if (words.length > 0) cuts.push({ words, text: sql.slice(from, to).trim() });
    words = [];
    from = to + 1;
  };
  let depth = 0;
  for (const word of wordsOf(sql)) {
    if (word.kind === 'sign' && word.text === '(') depth++;
    if (word.kind === 'sign' && word.text === ')') depth--;
    if (word.kind === 'sign' && word.text === ';' && !isInBody(words) && depth <= 0) {
      cut(word.at);
      depth = 0;
    } else words.push(word);
  }
  cut(sql.length);
  return cuts;
}

/** Within the body of `CREATE FUNCTION ... BEGIN ATOMIC ... END` a semicolon ends nothing. */
function isInBody(words: readonly Word[]): boolean {
  const atomic = words.findIndex(({ text, kind }) => kind === 'word' && text === 'atomic');
  if (atomic < 1 || words[atomic - 1]?.text !== 'begin') return false;
  let open = 1;
  for (const { text, kind } of words.slice(atomic + 1)) {
    if (kind !== 'word') continue;
    if (text === 'case') open++;
    if (text === 'end') open--;
  }
  return open > 0;
}

function* wordsOf(sql: string): Generator<Word> {
  for (let at = 0; at < sql.length; ) {
    const space = match(SPACE, sql, at) ?? match(PARAMETER, sql, at);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    if (sql.startsWith('/*', at)) {
      at = afterComment(sql, at);
      continue;
    }
    const end = afterLiteral(sql, at);
    if (end !== undefined) {
      yield { text: '', kind: 'literal', at };
      at = end;
    } else if (sql[at] === '"') {
      const to = afterQuote(sql, at, '"', false);
      yield { text: sql.slice(at + 1, to - 1).replaceAll('""', '"'), kind: 'name', at };
      at = to;
    } else {
      const word = match(WORD, sql, at);
      if (word === undefined) yield { text: sql[at] as string, kind: 'sign', at };
      else yield { text: word.toLowerCase(), kind: 'word', at };
      at += word?.length ?? 1;
    }
  }
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

/** Behind the string, dollar quote or number that begins here, if one does. */
function afterLiteral(sql: string, at: number): number | undefined {
  if (sql[at] === "'") return afterQuote(sql, at, "'", false);
  const prefix = match(PREFIXED, sql, at);
  if (prefix !== undefined) return afterQuote(sql, at + prefix.length - 1, "'", prefix.toLowerCase() === "e'");
  const dollar = match(DOLLAR, sql, at);
  if (dollar !== undefined) {
    const end = sql.indexOf(dollar, at + dollar.length);
    return end < 0 ? sql.length : end + dollar.length;
  }
  const number = match(NUMBER, sql, at);
  return number === undefined ? undefined : at + number.length;
}

/** What is not closed goes on to the end: the engine says that it is wrong. */
function afterQuote(sql: string, opening: number, quote: string, escapes: boolean): number {
  for (let at = opening + 1; at < sql.length; at++) {
    if (escapes && sql[at] === '\\') at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

/** Comments may stand within comments. */
function afterComment(sql: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < sql.length; at++) {
    if (sql.startsWith('/*', at)) {
      depth++;
      at++;
    } else if (sql.startsWith('*/', at)) {
      at++;
      if (--depth === 0) return at + 1;
    }
  }
  return sql.length;
}
