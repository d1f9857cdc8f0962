/** Methods of lists and texts: the other end, the other quantifier, or not there. */
import { type Edit, type Mutator, textOf } from './mutator.ts';

const SWAPS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  find: 'findLast',
  findLast: 'find',
  findIndex: 'findLastIndex',
  findLastIndex: 'findIndex',
  push: 'unshift',
  unshift: 'push',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
};
const DROPPED: ReadonlySet<string> = new Set(['filter', 'slice', 'toSorted', 'sort', 'toReversed', 'reverse', 'trim']);

export const methods: Mutator = ({ node }, text): readonly Edit[] => {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return [];
  const { object, property } = node.callee;
  if (property.type !== 'Identifier') return [];
  const { name, start, end } = property;
  if (DROPPED.has(name)) return [{ start: object.end, end: node.end, to: '', what: `no ${name}` }];
  const to = SWAPS[name];
  const isMath = textOf(object, text) === 'Math';
  if (to === undefined || (name === 'min' || name === 'max') !== isMath) return [];
  return [{ start, end, to, what: `${name} to ${to}` }];
};
