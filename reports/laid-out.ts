/** JSON for people and their tools: as `JSON.stringify` with two spaces, but an entry of a history on one line. */
import { bigintAsText } from './text.ts';

/** Indentation would be more than half of a result, and two entries are compared best as two lines. */
const BY_LINE = 'history';

/** @param key the field that holds the value, @param indent what its own lines begin with */
export function laidOut(value: unknown, key = '', indent = ''): string {
  if (typeof value !== 'object' || value === null) return compact(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => (key === BY_LINE ? compact(item) : laidOut(item, '', inner)));
    return enclosed('[', items, ']', indent);
  }
  const fields = Object.entries(value).flatMap(([name, field]) =>
    field === undefined ? [] : [`${JSON.stringify(name)}: ${laidOut(field, name, inner)}`],
  );
  return enclosed('{', fields, '}', indent);
}

function compact(value: unknown): string {
  return JSON.stringify(value, bigintAsText) ?? 'null';
}

function enclosed(open: string, parts: readonly string[], close: string, indent: string): string {
  if (parts.length === 0) return `${open}${close}`;
  return `${open}\n${indent}  ${parts.join(`,\n${indent}  `)}\n${indent}${close}`;
}
