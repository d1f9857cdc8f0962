/** Values that stand in the code: true and false, numbers one larger, words and keys emptied. */
import type { Node } from 'oxc-parser';
import { instead, type Mutator, textOf } from './mutator.ts';

export const literals: Mutator = ({ node, around }, text) => {
  if (node.type === 'TemplateLiteral') return [instead(node, '``', 'emptied')];
  if (node.type !== 'Literal' || isName(node, around[0])) return [];
  const { value } = node;
  if (typeof value === 'boolean') return [instead(node, String(!value), `${value} to ${!value}`)];
  if (typeof value === 'string') return value === '' ? [] : [instead(node, "''", 'emptied')];
  if (typeof value === 'number') return [instead(node, `(${textOf(node, text)} + 1)`, 'one more')];
  return typeof value === 'bigint' ? [instead(node, `(${textOf(node, text)} + 1n)`, 'one more')] : [];
};

/** A property's name, or where something is exported from. */
function isName(node: Node, parent: Node | undefined): boolean {
  if (!parent) return false;
  if (parent.type === 'Property' || parent.type === 'PropertyDefinition' || parent.type === 'MethodDefinition')
    return parent.key === node && !parent.computed;
  return parent.type === 'ExportNamedDeclaration' || parent.type === 'ImportExpression';
}
