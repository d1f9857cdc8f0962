/** Conditions that are always so, and statements that are not there. */
import type { Node } from 'oxc-parser';
import type { Place } from '../tree.ts';
import { instead, type Mutator } from './mutator.ts';

export const conditions: Mutator = ({ node }) => {
  switch (node.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return [instead(node.test, 'true', 'condition to true'), instead(node.test, 'false', 'condition to false')];
    case 'WhileStatement':
    case 'DoWhileStatement':
    case 'ForStatement':
      // A loop without an end tells nothing of the tests.
      return node.test ? [instead(node.test, 'false', 'condition to false')] : [];
    default:
      return [];
  }
};

export const removals: Mutator = (place) => {
  const { node } = place;
  if (!isRemovable(node) || isWholeBranch(place)) return [];
  return [instead(node, ';', 'removed')];
};

export const awaits: Mutator = ({ node }) =>
  node.type === 'AwaitExpression' ? [{ start: node.start, end: node.argument.start, to: '', what: 'not awaited' }] : [];

function isRemovable(node: Node): boolean {
  switch (node.type) {
    case 'ReturnStatement':
    case 'ThrowStatement':
    case 'ContinueStatement':
    case 'BreakStatement':
      return true;
    case 'ExpressionStatement':
      return isEffect(node.expression);
    default:
      return false;
  }
}

function isEffect(node: Node): boolean {
  switch (node.type) {
    case 'CallExpression':
      return node.callee.type !== 'Super';
    case 'AwaitExpression':
      return isEffect(node.argument);
    case 'ChainExpression':
      return isEffect(node.expression);
    case 'AssignmentExpression':
    case 'UpdateExpression':
      return true;
    default:
      return false;
  }
}

/** All that an `if` without `else` does: the same as its condition being false. */
function isWholeBranch({ node, around: [parent, grand] }: Place): boolean {
  const branch = parent?.type === 'BlockStatement' && parent.body.length === 1 ? parent : node;
  const holder = branch === node ? parent : grand;
  return holder?.type === 'IfStatement' && holder.consequent === branch && !holder.alternate;
}
