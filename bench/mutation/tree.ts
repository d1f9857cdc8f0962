/** Walks the code of a file: every node that runs, with those around it. Types, imports and sentences are passed over. */
import { type Node, type Program, visitorKeys } from 'oxc-parser';

export interface Place {
  readonly node: Node;
  /** The nodes around it, the nearest first. */
  readonly around: readonly Node[];
}

/** Syntax of TypeScript that holds an expression which runs; everything else of it is gone when the code runs. */
const RUNS: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSParameterProperty',
]);

export function placesIn(program: Program): readonly Place[] {
  const places: Place[] = [];
  const walk = (node: Node, around: readonly Node[]): void => {
    if (isPassedOver(node)) return;
    places.push({ node, around });
    for (const child of childrenOf(node)) walk(child, [node, ...around]);
  };
  walk(program, []);
  return places;
}

function isPassedOver(node: Node): boolean {
  if (node.type.startsWith('TS')) return !RUNS.has(node.type);
  return node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration' || isSentence(node);
}

/** Words for people: a text with a space in it, and what is put into it. Their wording is nobody's fact. */
function isSentence(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'string' && /\s/.test(node.value);
  return node.type === 'TemplateLiteral' && node.quasis.some(({ value }) => /\s/.test(value.raw));
}

function childrenOf(node: Node): readonly Node[] {
  const fields = node as unknown as Readonly<Record<string, Node | readonly (Node | null)[] | null | undefined>>;
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const child = fields[key];
    if (!child) return [];
    return 'type' in child ? [child] : child.filter((each) => each !== null);
  });
}
