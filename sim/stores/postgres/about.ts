/** What a piece of a conversation is to the outside: which operation, as fault sentences name it. */
import { printName } from '../../faults/words.ts';
import type { OperationClass } from '../../faults/site.ts';
import type { Isolation, Statement } from '../../protocols/postgres/statements.ts';

/** The transaction that a connection is in, or that its next statement makes for itself. */
export interface Standing {
  readonly isOpen: boolean;
  readonly hasFailed: boolean;
  /** Tables that statements of it have written. */
  readonly written: ReadonlySet<string>;
  readonly isolation: Isolation;
}

export interface About {
  readonly phrase: string;
  readonly class: OperationClass;
  readonly touches: string;
  /** It ends the transaction. */
  readonly ends: 'commit' | 'rollback' | undefined;
  /** Whether PostgreSQL might refuse it with a serialization failure. */
  readonly mayConflict: boolean;
}

const SAID: Partial<Record<Statement['verb'], string>> = {
  insert: 'insert into',
  update: 'update of',
  delete: 'delete from',
  merge: 'merge into',
  truncate: 'truncate of',
  'copy in': 'copy into',
  select: 'select from',
};

/**
 * Statements that are sent together are one operation: the commit among them, else the first that writes, else the first that
 * reads. What only has to do with the session, or begins a transaction, is none. A statement that writes outside a
 * transaction is a commit of its own, under its own name.
 */
export function aboutOf(component: string, statements: readonly Statement[], standing: Standing): About | undefined {
  let { isOpen } = standing;
  const written = new Set(standing.written);
  let ends: About['ends'];
  for (const { verb, writes, table } of statements) {
    if (verb === 'begin') isOpen = true;
    if (writes) written.add(table ?? '');
    if ((verb === 'commit' || verb === 'rollback') && isOpen) {
      ends = ends === 'commit' ? ends : verb;
      isOpen = false;
    }
  }
  const name = printName(component);
  const places = [...written].map((table) => (table === '' ? component : `${component}.${table}`)).join(' ');
  const isStrict = standing.isolation !== 'read committed' && (standing.isOpen || ends !== undefined);
  if (ends !== undefined) {
    const isWrite = ends === 'commit' && written.size > 0 && !standing.hasFailed;
    return {
      phrase: `${ends} on ${name}`,
      class: isWrite ? 'commit' : 'statement',
      touches: isWrite ? places : '',
      ends,
      mayConflict: isWrite && standing.isolation === 'serializable',
    };
  }
  const first =
    statements.find(({ writes }) => writes) ??
    statements.find(({ verb, table }) => verb === 'select' && table !== undefined);
  if (!first) return undefined;
  const said = first.table === undefined ? undefined : SAID[first.verb];
  return {
    phrase: said === undefined ? `statement on ${name}` : `${said} ${name}.${printName(first.table as string)}`,
    class: first.writes && !isOpen ? 'commit' : 'statement',
    touches: first.table === undefined ? component : `${component}.${first.table}`,
    ends: undefined,
    mayConflict: isStrict && (standing.isolation === 'serializable' || first.locks),
  };
}
