/** The public contract as the sources declare it: each export with its docblock and its signature, bodies left out. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Comment, type Node, parseSync, type Program } from 'oxc-parser';

export interface Declared {
  readonly name: string;
  /** From the project's folder on. */
  readonly file: string;
  /** The docblock in one piece, without its asterisks; empty where there is none. */
  readonly doc: string;
  /** What the file says at its beginning. */
  readonly header: string;
  readonly kind: 'function' | 'type' | 'class' | 'constant';
  readonly signature: string;
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
}

type Statement = Program['body'][number];
type Declaration = Extract<Node, { type: 'ExportNamedDeclaration' }>['declaration'];

const ROOT = join(import.meta.dirname, '..');
const read = new Map<string, Source>();

/** What an entry point exports, in its order. @throws Error for a name that no file declares */
export function exportsOf(file: string): readonly Declared[] {
  const source = sourceOf(file);
  return source.program.body.flatMap((statement) => exportedBy(statement, source));
}

function sourceOf(file: string): Source {
  const known = read.get(file);
  if (known) return known;
  const text = readFileSync(join(ROOT, file), 'utf8');
  const { program, comments } = parseSync(file, text);
  const source = { file, text, program, comments };
  read.set(file, source);
  return source;
}

function exportedBy(statement: Statement, source: Source): readonly Declared[] {
  if (statement.type !== 'ExportNamedDeclaration') return [];
  const { declaration, specifiers } = statement;
  if (declaration)
    return namesOf(declaration)
      .slice(0, 1)
      .map((name) => declared(name, source));
  const from = statement.source?.value;
  return specifiers.map(({ local, exported }) => {
    const name = nameOf(local);
    const found = from === undefined ? declared(name, source) : declared(name, sourceOf(beside(source.file, from)));
    return { ...found, name: nameOf(exported) };
  });
}

function nameOf(of: { type: string; name?: string; value?: unknown }): string {
  return of.name ?? String(of.value);
}

function beside(file: string, path: string): string {
  return join(dirname(file), path);
}

function namesOf(declaration: NonNullable<Declaration>): readonly string[] {
  if (declaration.type === 'VariableDeclaration')
    return declaration.declarations.flatMap(({ id }) => ('name' in id ? [String(id.name)] : []));
  return 'id' in declaration && declaration.id && 'name' in declaration.id ? [String(declaration.id.name)] : [];
}

/** The declaration of a name in this file, or in the one that it comes from. */
function declared(name: string, source: Source): Declared {
  const { body } = source.program;
  const found = body.flatMap((statement) => {
    const declaration =
      statement.type === 'ExportNamedDeclaration' ? statement.declaration : (statement as Declaration);
    return declaration && namesOf(declaration).includes(name) ? [{ statement, declaration }] : [];
  });
  const [first] = found;
  if (!first) return elsewhere(name, source);
  const signatures = found.filter(({ declaration }) => found.length === 1 || declaration.type === 'TSDeclareFunction');
  return {
    name,
    file: source.file,
    doc: blockBefore(first.statement.start, source),
    header: blockBefore(body[0]?.start ?? 0, source),
    kind: kindOf(first.declaration),
    signature: signatures.map(({ declaration }) => signatureOf(declaration, source)).join('\n'),
  };
}

function elsewhere(name: string, { file, program }: Source): Declared {
  for (const { path, theirs, ours } of imported(program))
    if (ours === name) return declared(theirs, sourceOf(beside(file, path)));
  throw new Error(`${file} exports ${name}, which it neither declares nor imports`);
}

interface Imported {
  readonly path: string;
  /** The name in the other file, and in this one. */
  readonly theirs: string;
  readonly ours: string;
}

function imported({ body }: Program): readonly Imported[] {
  return body.flatMap((statement): readonly Imported[] => {
    if (statement.type === 'ImportDeclaration') {
      const path = statement.source.value;
      const named = statement.specifiers.flatMap((each) => (each.type === 'ImportSpecifier' ? [each] : []));
      return named.map(({ imported: theirs, local }) => ({ path, theirs: nameOf(theirs), ours: nameOf(local) }));
    }
    if (statement.type !== 'ExportNamedDeclaration' || !statement.source) return [];
    const path = statement.source.value;
    return statement.specifiers.map(({ local, exported }) => ({ path, theirs: nameOf(local), ours: nameOf(exported) }));
  });
}

function kindOf({ type }: { readonly type: string }): Declared['kind'] {
  if (type === 'FunctionDeclaration' || type === 'TSDeclareFunction') return 'function';
  if (type === 'ClassDeclaration') return 'class';
  return type === 'VariableDeclaration' ? 'constant' : 'type';
}

/** The docblock that ends right before this place. */
function blockBefore(at: number, { comments, text }: Source): string {
  const block = comments.findLast(({ type, end, value }) => {
    return type === 'Block' && value.startsWith('*') && end <= at && text.slice(end, at).trim() === '';
  });
  return block ? inOnePiece(block.value) : '';
}

function inOnePiece(block: string): string {
  return block
    .split('\n')
    .map((line) => line.replace(/^\s*\*+ ?/, '').trim())
    .join(' ')
    .trim();
}

function signatureOf(declaration: NonNullable<Declaration>, source: Source): string {
  const { text } = source;
  const upTo = (end: number): string => text.slice(declaration.start, end).trim();
  switch (declaration.type) {
    case 'FunctionDeclaration':
      return `${upTo(declaration.body?.start ?? declaration.end).replace(/^async /, '')};`;
    case 'ClassDeclaration':
      return `${upTo(declaration.body.start)} {\n${membersOf(declaration.body.body, source)}}`;
    case 'VariableDeclaration': {
      const [first] = declaration.declarations;
      return `${upTo(first?.init ? first.init.start : declaration.end).replace(/\s*=$/, '')};`;
    }
    default:
      return upTo(declaration.end);
  }
}

/** What can be seen of a class from outside. */
function membersOf(members: readonly Node[], { text }: Source): string {
  return members
    .flatMap((member) => {
      if (member.type === 'PropertyDefinition') return [text.slice(member.start, member.end)];
      if (member.type !== 'MethodDefinition') return [];
      return [`${text.slice(member.start, member.value.body?.start ?? member.end).trim()};`];
    })
    .map((line) => `  ${line}\n`)
    .join('');
}
