/**
 * Systems outside that production code calls over HTTP, by `fetch`, `node:http` or any library on top of them:
 *
 *   httpExternal('cards', 'https://cards.example', { charge: { on: 'POST /charges', reply: ({ body }) => ({ status: 201, body }) } })
 *
 * A request is a call as one of `external(...)` is: an operation with the same name in fault sentences, `called` at each
 * attempt, `applied` unless its idempotency key is known already or the answer's status is 400 or more.
 */
import { type Component, makeable } from '../../component.ts';
import { warmFetch } from '../../kernel/guards/fetch.ts';
import { checkSlips } from '../../options.ts';
import type { HttpReply } from '../../protocols/http/reply.ts';
import { type Selector, selector } from '../../selectors.ts';
import type { HttpRequest } from './request.ts';
import { placeOf, Routes } from './routes.ts';
import { HttpRuntime } from './runtime.ts';

/** A route of an external HTTP system: how it answers, and by what it knows a call again. */
export interface HttpCall<R = never> {
  /** `POST /charges/:id`: a method, and a path in which `:name` stands for one part. */
  on: string;
  /** Answers a request. A status of 400 or more, or what it throws (500), is a refusal: nothing is applied. */
  reply: (request: R) => HttpReply;
  /** Two requests with the same key are applied once, and answered alike: `({ headers }) => headers['idempotency-key']`. */
  idempotentBy?: (request: R) => string | undefined;
}

/** For code that is told where the system is. */
export interface HttpPort {
  /** The first one that the component was given. */
  readonly url: string;
}

/** What its `reply` looks at, be it nothing. */
type Asked<C extends HttpCall> = Parameters<C['reply']> extends [infer R, ...unknown[]] ? R : HttpRequest;

/**
 * A system outside that is called over HTTP, by `fetch` or any client of HTTP.
 * @param at where it answers: one URL or several, `https://cards.example/v1`. Hosts are found under these names by every process
 *   whose service uses the component.
 * @throws EddyError EDDY_URL, EDDY_ROUTE
 */
export function httpExternal<C extends Record<string, HttpCall>>(
  name: string,
  at: string | readonly [string, ...string[]],
  calls: C,
): Component<HttpPort> & {
  /** Each attempt that reached it. */
  called<K extends keyof C>(call: K): Selector<Asked<C[K]>>;
  /** Each effect: attempts less those that were refused, or that its own idempotency swallowed. */
  applied<K extends keyof C>(call: K): Selector<Asked<C[K]>>;
} {
  for (const [call, options] of Object.entries(calls))
    checkSlips<HttpCall>(`${name}.${call}`, options, { on: true, reply: true, idempotentBy: true });
  const of = <R>(kind: 'called' | 'applied', call: PropertyKey): Selector<R> =>
    selector<R>({
      kind,
      component: name,
      channel: String(call),
      says: `call of ${name}.${String(call)} ${kind === 'called' ? 'tried' : 'applied'}`,
    });
  const urls = typeof at === 'string' ? ([at] as const) : at;
  const shape = {
    url: urls[0],
    places: urls.map((url) => placeOf(name, url)),
    calls,
    routes: new Routes(
      name,
      Object.entries(calls).map(([call, { on }]) => [on, call] as const),
    ),
  };
  const seen = {
    name,
    called: <K extends keyof C>(call: K) => of<Asked<C[K]>>('called', call),
    applied: <K extends keyof C>(call: K) => of<Asked<C[K]>>('applied', call),
  };
  return makeable(seen, (simulation) => new HttpRuntime(name, shape, simulation), [], warmFetch);
}

export type { HttpReply, HttpRequest };
