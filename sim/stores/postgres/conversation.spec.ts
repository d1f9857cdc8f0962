/** What a client says, cut into units that are answered together; its prepared statements under names of their own. */
import { describe, expect, test } from 'vitest';
import { message, query, text } from '../../protocols/postgres/bytes.ts';
import { Frames } from '../../protocols/postgres/frames.ts';
import { Conversation, type Unit } from './conversation.ts';

const NOTHING = new Uint8Array(0);
const parse = (name: string, sql: string): Uint8Array => message('P', text(name), text(sql), new Uint8Array(2));
const bind = (name: string, portal = ''): Uint8Array => message('B', text(portal), text(name), new Uint8Array(6));
const describeIt = (name: string, of = 'S'): Uint8Array => message('D', text(`${of}${name}`));
const close = (name: string): Uint8Array => message('C', text(`S${name}`));
const execute = (portal = ''): Uint8Array => message('E', text(portal), new Uint8Array(4));
const [sync, flush, end, data, done, fail] = ['S', 'H', 'X', 'd', 'c', 'f'].map((type) => message(type, NOTHING)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

/** Each message's outcome: a unit in words, or what else it makes. */
function said(...messages: readonly Uint8Array[]): unknown[] {
  return spoken(new Conversation(3), ...messages);
}

function spoken(conversation: Conversation, ...messages: readonly Uint8Array[]): unknown[] {
  const frames = new Frames();
  frames.started();
  return messages.flatMap((bytes) => {
    frames.push(bytes);
    const frame = frames.next();
    const unit = frame && conversation.add(frame);
    return unit === undefined ? [] : [typeof unit === 'string' ? unit : inWords(unit)];
  });
}

/** `Q INSERT` with its flags: the messages' letters, the names in them, and the statements that are carried out. */
function inWords({ parts, statements, ...flags }: Unit): string {
  const letters = parts.map((part) => String.fromCharCode(part[0] as number)).join('');
  const on = Object.entries(flags).flatMap(([name, is]) => (is ? [name] : []));
  return [letters, ...statements.map((each) => each.text), ...on].join(' ');
}

const names = (unit: Unit | string | undefined): string =>
  typeof unit === 'object'
    ? unit.parts.map((part) => Buffer.from(part.subarray(5)).toString('latin1').replaceAll('\0', '|')).join(' ')
    : String(unit);

describe('units', () => {
  test('a simple query is one', () => {
    expect(said(query('SELECT 1'), query('SELECT 2; SELECT 3'))).toEqual([
      'Q SELECT 1 isSynced isSimple',
      'Q SELECT 2 SELECT 3 isSynced isSimple',
    ]);
  });

  test('what is prepared and carried out is one up to Sync, or up to Flush', () => {
    expect(said(parse('', 'SELECT 1'), bind(''), describeIt('', 'P'), execute(), sync)).toEqual([
      'PBDES SELECT 1 isSynced',
    ]);
    expect(said(parse('', 'SELECT 1'), flush, bind(''), execute(), execute(), sync)).toEqual([
      'PH',
      'PBEES SELECT 1 SELECT 1 isSynced isReparsed',
    ]);
    expect(said(parse('', 'SELECT 1'), bind(''), execute(), parse('', 'SELECT 2'), bind(''), sync)).toEqual([
      'PBEPBS SELECT 1 isSynced',
    ]);
  });

  test('a query behind prepared ones is not simple', () => {
    expect(said(parse('', 'SELECT 1'), query('SELECT 2'))).toEqual(['PQ SELECT 2 isSynced']);
  });

  test('what is prepared and not carried out is no statement, nor is a portal that nobody bound', () => {
    expect(said(parse('a', 'SELECT 1'), sync, bind('a', 'p'), execute('q'), sync)).toEqual([
      'PS isSynced',
      'BES isSynced',
    ]);
  });

  test('the client goes', () => {
    expect(said(end)).toEqual(['terminate']);
  });
});

describe('COPY ... FROM STDIN', () => {
  const copy = query('COPY a FROM STDIN');

  test('waits for its data, and is one unit with them, without what the server ignores', () => {
    expect(said(copy, data, sync, flush, data, done, query('SELECT 1'))).toEqual([
      'copy in',
      'Qddc COPY a FROM STDIN isSynced isCopy',
      'Q SELECT 1 isSynced isSimple',
    ]);
    expect(said(copy, data, fail)).toEqual(['copy in', 'Qdf COPY a FROM STDIN isSynced isCopy']);
  });

  test('ends with the connection', () => {
    expect(said(copy, data, end)).toEqual(['copy in', 'terminate']);
  });

  test('is no such one beside another statement or behind a prepared one; data without it are ignored', () => {
    expect(said(query('COPY a FROM STDIN; SELECT 1'))).toEqual(['Q COPY a FROM STDIN SELECT 1 isSynced isSimple']);
    expect(said(parse('', 'SELECT 1'), copy)).toEqual(['PQ COPY a FROM STDIN isSynced']);
    expect(said(data, query('SELECT 1'))).toEqual(['Q SELECT 1 isSynced isSimple']);
  });
});

describe('names', () => {
  test('are the connection’s own, and others when all were forgotten', () => {
    const conversation = new Conversation(3);
    const frames = new Frames();
    frames.started();
    const unitOf = (...messages: readonly Uint8Array[]): Unit | string | undefined =>
      messages
        .map((bytes) => {
          frames.push(bytes);
          const frame = frames.next();
          return frame && conversation.add(frame);
        })
        .at(-1);
    const all = [parse('a', 'SELECT 1'), bind('a', 'p'), describeIt('a'), describeIt('p', 'P'), close('a'), sync];
    const prepared = '3.0 a|SELECT 1||| p|3.0 a||||||| S3.0 a| Pp| S3.0 a| ';
    expect(names(unitOf(...all))).toBe(prepared);
    conversation.forget();
    expect(names(unitOf(...all))).toBe(prepared.replaceAll('3.0', '3.1'));
  });

  test('what was prepared before all were forgotten is carried out no more', () => {
    const conversation = new Conversation(3);
    expect(spoken(conversation, parse('a', 'SELECT 1'), sync, bind('a'), execute(), sync)).toEqual([
      'PS isSynced',
      'BES SELECT 1 isSynced',
    ]);
    conversation.forget();
    expect(spoken(conversation, bind('a'), execute(), sync)).toEqual(['BES isSynced']);
  });

  test('a statement without a name is parsed again when others may have put theirs in its place', () => {
    const first = [parse('', 'SELECT 1'), sync];
    expect(said(...first, bind(''), execute(), sync)).toEqual(['PS isSynced', 'PBES SELECT 1 isSynced isReparsed']);
    expect(said(...first, describeIt(''), bind(''), sync)).toEqual(['PS isSynced', 'PDBS isSynced isReparsed']);
    expect(said(...first, bind(''), sync, bind(''), sync)).toEqual([
      'PS isSynced',
      'PBS isSynced isReparsed',
      'PBS isSynced isReparsed',
    ]);
    expect(said(parse('', 'SELECT 1'), bind(''), sync)).toEqual(['PBS isSynced']);
    expect(said(parse('a', 'SELECT 1'), sync, bind('a'), describeIt('', 'P'), sync, bind(''), sync)).toEqual([
      'PS isSynced',
      'BDS isSynced',
      'BS isSynced',
    ]);
  });
});
