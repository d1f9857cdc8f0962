/** A request over HTTP as `reply`, `idempotentBy` and selectors see it. */
import { readJson } from '../../json.ts';
import type { HttpRequestBytes } from '../../protocols/http/requests.ts';

/** A request as the external system gets it. */
export interface HttpRequest<B = unknown> {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** What stands for the `:names` of the route. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** JSON and forms are read, all else is text; `undefined` when it is empty. */
  readonly body: B;
}

export function splitTarget(target: string): { readonly path: string; readonly query: Record<string, string> } {
  // A proxy's client sends the whole URL.
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '');
  const [path = '', query = ''] = relative.split('?', 2);
  return { path: path || '/', query: Object.fromEntries(new URLSearchParams(query)) };
}

export function bodyOf({ headers, body }: HttpRequestBytes): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString('utf8');
  const type = headers['content-type'] ?? '';
  if (type.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  if (!/\bjson\b/.test(type) && !/^\s*[[{]/.test(text)) return text;
  try {
    return readJson(text);
  } catch {
    return text;
  }
}
