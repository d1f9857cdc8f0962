/** What a poison does to a message's text. Its id, type and headers stay true. */
import type { Poison } from '../faults/fault.ts';

const MARKUP = '<img src=x onerror=alert(1)></script><script>alert("eddy")</script>';

/** The spoiled text; the text itself where the poison acts on the process or by time. */
export function spoil(text: string, how: Poison): string {
  if (how === 'not parseable') return `${text.slice(0, Math.ceil(text.length / 2))}\u0000{"`;
  if (how === 'fails for 5 s') return `${text}}`;
  if (how === 'kills the process') return text;
  const body = parse(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return spoilPlain(body, how);
  const spoiled = spoilObject(body as Record<string, unknown>, how);
  // Without a field that it could spoil, it spoils the body as a whole: a poison that changes nothing is none.
  return spoiled === JSON.stringify(body) ? spoilPlain(body, how) : spoiled;
}

function spoilObject(body: Record<string, unknown>, how: Poison): string {
  const entries = Object.entries(body);
  switch (how) {
    case 'wrong type':
      return JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, wrongType(value)])));
    case 'missing field':
      return JSON.stringify(Object.fromEntries(entries.slice(0, -1)));
    case 'unknown schema version':
      return JSON.stringify({ ...body, version: 999, schemaVersion: 999 });
    case 'refused by a business rule':
      return JSON.stringify(Object.fromEntries(entries.map(([name, value]) => [name, refused(value)])));
    case 'oversized':
      return JSON.stringify({ ...body, padding: 'x'.repeat(65_536) });
    case 'prototype pollution':
      return `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}${entries.length > 0 ? ',' : ''}${JSON.stringify(body).slice(1)}`;
    default:
      return JSON.stringify(
        Object.fromEntries(
          entries.map(([name, value]) => [name, typeof value === 'string' ? `${value}${MARKUP}` : value]),
        ),
      );
  }
}

function spoilPlain(body: unknown, how: Poison): string {
  if (how === 'oversized') return JSON.stringify('x'.repeat(65_536));
  if (how === 'markup') return JSON.stringify(MARKUP);
  return JSON.stringify(how === 'wrong type' ? wrongType(body) : body === null ? {} : null);
}

function wrongType(value: unknown): unknown {
  return typeof value === 'string' ? { text: value } : `${typeof value === 'object' ? 'object' : String(value)}?`;
}

/** Numbers turn negative beyond what any rule allows. */
function refused(value: unknown): unknown {
  return typeof value === 'number' ? -Math.abs(value) - 1 : value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
