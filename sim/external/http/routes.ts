/** Which call a request is for: by its host and path (`https://cards.example/v1`) and its route (`POST /charges/:id`). */
import { EddyError } from '../../errors.ts';

export interface Place {
  readonly host: string;
  readonly port: number;
  /** Path that all routes begin with, without a slash at its end. */
  readonly path: string;
}

export interface Found<T> {
  readonly route: T;
  readonly params: Readonly<Record<string, string>>;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** @throws EddyError EDDY_URL */
export function placeOf(component: string, url: string): Place {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const port = parsed && (Number(parsed.port) || DEFAULT_PORTS[parsed.protocol]);
  if (parsed && port !== undefined)
    return { host: parsed.hostname.replace(/^\[|\]$/g, ''), port, path: parsed.pathname.replace(/\/$/, '') };
  throw new EddyError(
    'EDDY_URL',
    `${component} is to answer at "${url}", which is no URL of http or https: write it like "https://cards.example/v1"`,
    { url },
  );
}

/** Of a request the path alone is looked at: a route with a query would fit none. */
const ROUTE = /^([A-Z]+) (\/[^\s?#]*)$/;

export class Routes<T> {
  readonly #routes: readonly { readonly method: string; readonly parts: readonly string[]; readonly route: T }[];

  /** @throws EddyError EDDY_ROUTE */
  constructor(component: string, routes: readonly (readonly [on: string, route: T])[]) {
    this.#routes = routes.map(([on, route]) => {
      const [, method, path] = ROUTE.exec(on) ?? [];
      if (method !== undefined && path !== undefined) return { method, parts: partsOf(path), route };
      throw new EddyError(
        'EDDY_ROUTE',
        `"${on}" is no route of ${component}: write it like "POST /charges/:id", without a query`,
        { route: on },
      );
    });
  }

  /** The first route that fits; `:name` takes one part of the path. */
  find(method: string, path: string): Found<T> | undefined {
    const given = partsOf(path);
    for (const { method: wanted, parts, route } of this.#routes) {
      const params = wanted === method ? paramsOf(parts, given) : undefined;
      if (params) return { route, params };
    }
    return undefined;
  }
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');

function paramsOf(parts: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  if (parts.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [n, part] of parts.entries()) {
    const value = given[n] as string;
    if (part.startsWith(':')) params[part.slice(1)] = decoded(value);
    else if (part !== value) return undefined;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
