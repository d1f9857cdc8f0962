/**
 * What a poison does to a message's text. Its id, type and headers stay true, and so do the fields of the body that
 * carry its identity: another id would make it another message. Of a CloudEvent the data is spoiled: its attributes say what the
 * message is, as headers do.
 */
import type { Poison } from '../faults/fault.ts';
import { readJson } from '../json.ts';
import { isEnvelope } from './cloud-event.ts';

const MARKUP = '<img src=x onerror=alert(1)></script><script>alert("eddy")</script>';

/**
 * The spoiled text; the text itself where the poison acts on the process or by time.
 * @param identity values that name the message: its id, the key of its workload item
 */
export function spoil(text: string, how: Poison, identity: ReadonlySet<unknown> = new Set()): string {
  if (how === 'not parseable') return `${text.slice(0, Math.ceil(text.length / 2))}\u0000{"`;
  if (how === 'fails for 5 s') return `${text}}`;
  if (how === 'kills the process') return text;
  const body = parse(text);
  // What another poison has made unreadable stays so.
  if (body === undefined) return text;
  return isEnvelope(body) ? spoilData(body, how, identity) : spoilBody(body, how, identity);
}

/** The schema's version stands among the attributes. */
function spoilData(event: Record<string, unknown>, how: Poison, identity: ReadonlySet<unknown>): string {
  const { dataschema, data = null } = event;
  const isOther = how === 'unknown schema version' && typeof dataschema === 'string';
  const attributes = isOther ? { ...event, dataschema: `${dataschema}/999` } : event;
  const spoiled = spoilBody(data, how, identity);
  const parts = Object.entries({ ...attributes, data }).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === 'data' ? spoiled : JSON.stringify(value)}`,
  );
  return `{${parts.join(',')}}`;
}

function spoilBody(body: unknown, how: Poison, identity: ReadonlySet<unknown>): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return spoilPlain(body, how);
  const spoiled = spoilObject(body as Record<string, unknown>, how, identity);
  if (spoiled !== JSON.stringify(body) || Object.values(body).some((value) => identity.has(value))) return spoiled;
  // Without a field that it could spoil, it spoils the body as a whole: a poison that changes nothing is none.
  return spoilPlain(body, how);
}

function spoilObject(body: Record<string, unknown>, how: Poison, identity: ReadonlySet<unknown>): string {
  const entries = Object.entries(body);
  const each = (change: (value: unknown) => unknown): string =>
    JSON.stringify(
      Object.fromEntries(entries.map(([name, value]) => [name, identity.has(value) ? value : change(value)])),
    );
  switch (how) {
    case 'wrong type':
      return each(wrongType);
    case 'missing field':
      return JSON.stringify(withoutLast(entries, identity));
    case 'unknown schema version':
      return JSON.stringify({ ...body, version: 999, schemaVersion: 999 });
    case 'refused by a business rule':
      return each(refused);
    case 'oversized':
      return JSON.stringify({ ...body, padding: 'x'.repeat(65_536) });
    case 'prototype pollution':
      return `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}${entries.length > 0 ? ',' : ''}${JSON.stringify(body).slice(1)}`;
    default:
      return each((value) => (typeof value === 'string' ? `${value}${MARKUP}` : value));
  }
}

function withoutLast(entries: readonly [string, unknown][], identity: ReadonlySet<unknown>): object {
  const last = entries.findLastIndex(([, value]) => !identity.has(value));
  return Object.fromEntries(entries.filter((_, n) => n !== last));
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
    return readJson(text);
  } catch {
    return undefined;
  }
}
