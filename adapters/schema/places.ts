/** Places in a schema: a JSON pointer as a URI fragment, and what stands there. */
import { isArray, isObject } from './json.ts';
import { refuse } from './refusal.ts';

export function below(pointer: string, key: string | number): string {
  return `${pointer}/${encodeURI(String(key).replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}

/** What a local reference leads to; other documents and anchors are refused. */
export function resolve(document: unknown, reference: unknown, from: string): unknown {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) {
    refuse(from, `only references into the same document ("#/...") can be followed, not ${JSON.stringify(reference)}.`);
  }
  let at: unknown = document;
  for (const part of reference.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const inside = (isObject(at) || isArray(at)) && Object.hasOwn(at, key);
    if (!inside) refuse(from, `${JSON.stringify(reference)} leads nowhere.`);
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}
