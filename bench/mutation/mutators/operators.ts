/** Operators by their neighbours: comparisons, logic, arithmetic, negation, and what stands in for a missing value. */
import { type Edit, instead, type Mutator, textOf } from './mutator.ts';

const BINARY: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
};
const LOGIC: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };
const ASSIGNED: Readonly<Record<string, string>> = { '+=': '-=', '-=': '+=', '*=': '/=' };

export const operators: Mutator = ({ node }, text) => {
  switch (node.type) {
    case 'BinaryExpression':
      return between(node.left.end, node.operator, BINARY, text);
    case 'AssignmentExpression':
      return between(node.left.end, node.operator, ASSIGNED, text);
    case 'LogicalExpression':
      if (node.operator !== '??') return between(node.left.end, node.operator, LOGIC, text);
      return [
        // The compiler refuses a value that may be missing; the exclamation mark says that it is meant.
        instead(node, `(${textOf(node.left, text)})!`, 'no default'),
        instead(node, `(${textOf(node.right, text)})`, 'always the default'),
      ];
    case 'UpdateExpression': {
      const at = node.prefix ? node.start : node.end - 2;
      const to = node.operator === '++' ? '--' : '++';
      return [{ start: at, end: at + 2, to, what: `${node.operator} to ${to}` }];
    }
    case 'UnaryExpression':
      if (node.operator !== '!' && node.operator !== '-') return [];
      return [instead(node, `(${textOf(node.argument, text)})`, `no ${node.operator}`)];
    default:
      return [];
  }
};

function between(from: number, operator: string, swaps: Readonly<Record<string, string>>, text: string): Edit[] {
  const to = swaps[operator];
  if (to === undefined) return [];
  const start = text.indexOf(operator, from);
  return [{ start, end: start + operator.length, to, what: `${operator} to ${to}` }];
}
