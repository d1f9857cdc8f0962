/**
 * What a statement is about, as far as its words tell: whether it begins or ends a transaction, whether it may write, and
 * which table it names first. Triggers, functions and views do what no word of the statement says.
 */
import { type Cut, statementsIn, type Word } from './words.ts';

export type Verb =
  | 'begin'
  | 'commit'
  | 'rollback'
  | 'savepoint'
  | 'setting'
  | 'session'
  | 'listen'
  | 'unlisten'
  | 'insert'
  | 'update'
  | 'delete'
  | 'merge'
  | 'truncate'
  | 'copy in'
  | 'select'
  | 'other';

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

export interface Statement {
  readonly verb: Verb;
  readonly text: string;
  /** `charges`, or with its schema where that is not `public`; for LISTEN the channel. */
  readonly table?: string;
  /** It may change rows. */
  readonly writes: boolean;
  /** It locks rows that it finds, or writes. */
  readonly locks: boolean;
  /** BEGIN, SET TRANSACTION: how the transaction is isolated, if it says so. */
  readonly isolation?: Isolation;
  /** SET: it lasts beyond the transaction. */
  readonly lasts: boolean;
  readonly asksTime: boolean;
  readonly asksChance: boolean;
  /** All words and names, so that one can tell which tables it may read. */
  readonly names: ReadonlySet<string>;
}

export function statementsOf(sql: string): Statement[] {
  return statementsIn(sql).map(classify);
}

const TIME = [
  'now',
  'current_timestamp',
  'current_date',
  'current_time',
  'localtime',
  'localtimestamp',
  'clock_timestamp',
  'statement_timestamp',
  'transaction_timestamp',
  'timeofday',
  'age',
  'uuidv7',
];
const CHANCE = ['random', 'random_normal'];
/** Functions that a statement without a table may call and still change nothing. */
const HARMLESS = new Set([
  'now',
  'version',
  'current_setting',
  'set_config',
  'coalesce',
  'clock_timestamp',
  'current_schema',
  'generate_series',
  'unnest',
  'json_array_elements',
  'jsonb_array_elements',
  'json_to_recordset',
  'jsonb_to_recordset',
]);

function classify({ words, text }: Cut): Statement {
  const names = new Set(words.filter(({ kind }) => kind === 'word' || kind === 'name').map((word) => word.text));
  const has = (each: string): boolean => names.has(each);
  const facts = { text, names, asksTime: TIME.some(has), asksChance: CHANCE.some(has) };
  const control = controlOf(words);
  if (control) return { ...facts, writes: false, locks: false, lasts: false, ...control };
  const { verb, table } = aboutOf(words);
  const writes = verb !== 'select' || (table === undefined && callsUnknown(words));
  const locks = writes || has('share') || (has('for') && has('update'));
  return { ...facts, verb, ...(table === undefined ? {} : { table }), writes, locks, lasts: false };
}

type Control = Pick<Statement, 'verb'> & Partial<Pick<Statement, 'table' | 'isolation' | 'lasts'>>;

/** Statements about the transaction or the session. */
function controlOf(words: readonly Word[]): Control | undefined {
  const [first, second, third] = words.filter(({ kind }) => kind === 'word').map(({ text }) => text);
  switch (first) {
    case 'begin':
      return { verb: 'begin', ...isolationIn(words) };
    case 'start':
      return second === 'transaction' ? { verb: 'begin', ...isolationIn(words) } : undefined;
    case 'commit':
    case 'end':
      return second === 'prepared' ? undefined : { verb: 'commit' };
    case 'rollback':
    case 'abort':
      if (second === 'prepared') return undefined;
      return { verb: second === 'to' || third === 'to' ? 'savepoint' : 'rollback' };
    case 'savepoint':
    case 'release':
      return { verb: 'savepoint' };
    case 'set':
      if (second === 'transaction') return { verb: 'session', ...isolationIn(words) };
      return second === 'local' || second === 'constraints' ? { verb: 'session' } : { verb: 'setting', lasts: true };
    case 'reset':
      return { verb: 'setting', lasts: true };
    case 'listen':
    case 'unlisten':
      return { verb: first, table: words[1]?.text ?? '' };
    case 'show':
    case 'discard':
    case 'deallocate':
    case 'prepare':
    case 'declare':
    case 'close':
    case 'checkpoint':
      return { verb: 'session' };
    default:
      return undefined;
  }
}

function isolationIn(words: readonly Word[]): { isolation?: Isolation } {
  const at = words.findIndex(({ text }) => text === 'isolation');
  if (at < 0) return {};
  const level = words[at + 2]?.text;
  if (level === 'serializable') return { isolation: level };
  return { isolation: level === 'repeatable' ? 'repeatable read' : 'read committed' };
}

/** BEGIN of a kind that cannot fail: it may be put off until the transaction's first statement. */
export function isPlainBegin(statements: readonly Statement[]): boolean {
  const [begin] = statements;
  return statements.length === 1 && begin?.verb === 'begin' && PLAIN_BEGIN.test(begin.text.replaceAll(/\s+/g, ' '));
}

const MODE = '(?:isolation level (?:serializable|repeatable read|read committed|read uncommitted)|read (?:write|only))';
const PLAIN_BEGIN = new RegExp(`^(?:begin(?: work| transaction)?|start transaction)(?: ${MODE}(?:,? ${MODE})*)?$`, 'i');

const WRITING = new Set(['insert', 'update', 'delete', 'merge', 'truncate']);

/** The first verb at the outermost level; one that writes within a WITH comes before a SELECT. */
function aboutOf(words: readonly Word[]): { verb: Verb; table?: string } {
  let depth = 0;
  let main = -1;
  let inner = -1;
  const known = new Set<string>();
  words.forEach(({ text, kind }, n) => {
    if (kind === 'sign') depth += text === '(' ? 1 : text === ')' ? -1 : 0;
    if (text === 'as' && isOpening(words, n)) known.add(words[n - 1]?.text ?? '');
    if (kind !== 'word') return;
    const begins = n === 0 || words[n - 1]?.text === '(' || words[0]?.text === 'with';
    if (depth === 0 && main < 0 && begins && (WRITING.has(text) || text === 'select' || n === 0) && text !== 'with')
      main = n;
    if (depth > 0 && inner < 0 && WRITING.has(text) && words[n - 1]?.text === '(') inner = n;
  });
  const verb = words[main]?.text;
  if (verb !== undefined && WRITING.has(verb)) return written(words, main);
  if (verb === 'copy' && words.some(({ text }) => text === 'from') && words.some(({ text }) => text === 'stdin'))
    return { verb: 'copy in', ...tableAt(words, main + 1) };
  if (inner >= 0) return written(words, inner);
  if (verb === 'select' || verb === 'table' || verb === 'values') return { verb: 'select', ...readTable(words, known) };
  return { verb: 'other' };
}

/** `x AS (`, `x AS MATERIALIZED (`: the name of a query. */
function isOpening(words: readonly Word[], as: number): boolean {
  const next = words.slice(as + 1).find(({ text }) => text !== 'not' && text !== 'materialized');
  return next?.text === '(';
}

function written(words: readonly Word[], at: number): { verb: Verb; table?: string } {
  return { verb: words[at]?.text as Verb, ...tableAt(words, at + 1) };
}

const BEFORE_TABLE = new Set(['into', 'from', 'only', 'table', '(']);

function tableAt(words: readonly Word[], from: number): { table?: string } {
  let at = from;
  while (words[at] && BEFORE_TABLE.has(words[at]?.text ?? '') && words[at]?.kind !== 'name') at++;
  const first = words[at];
  if (!first || first.kind === 'sign' || first.kind === 'literal') return {};
  const isQualified = words[at + 1]?.text === '.' && words[at + 1]?.kind === 'sign';
  const last = isQualified ? words[at + 2]?.text : undefined;
  if (last === undefined) return { table: first.text };
  return { table: first.text === 'public' ? last : `${first.text}.${last}` };
}

/** The first table behind a FROM that is no query of the statement's own. */
function readTable(words: readonly Word[], queries: ReadonlySet<string>): { table?: string } {
  for (const [n, { text, kind }] of words.entries()) {
    if (kind !== 'word' || (text !== 'from' && text !== 'join' && !(n === 0 && text === 'table'))) continue;
    if (words[n - 1]?.text === 'distinct') continue;
    const found = tableAt(words, n + 1);
    // `f(`, `schema.f(`
    const isCall = words[n + (words[n + 2]?.text === '.' ? 4 : 2)]?.text === '(';
    if (found.table !== undefined && !isCall && !queries.has(found.table) && found.table !== 'select') return found;
  }
  return {};
}

function callsUnknown(words: readonly Word[]): boolean {
  return words.some(
    ({ text, kind }, n) =>
      (kind === 'word' || kind === 'name') && words[n + 1]?.text === '(' && !HARMLESS.has(text) && !SQL_WORDS.has(text),
  );
}

/** Words that stand before a bracket and call nothing. */
const SQL_WORDS = new Set([
  'select',
  'in',
  'values',
  'exists',
  'and',
  'or',
  'not',
  'as',
  'any',
  'all',
  'case',
  'when',
  'then',
]);
