/** A card gateway over HTTP, and code that calls it, for specs. */
import type { Ports } from '../../component.ts';
import { entriesOf, happened, play } from '../../world.fixture.ts';
import type { Service } from '../../services/service.ts';
import type { RunRecord } from '../../simulate.ts';
import type { HttpReply } from '../../protocols/http/reply.ts';
import { httpExternal, type HttpRequest } from './component.ts';

export const URL_OF = 'https://cards.example/v1';

export interface Charge {
  readonly cents: number;
}

/** What only code without types answers, by the id that is asked for. */
const ODD = new Map<string | undefined, unknown>([
  ['nothing', undefined],
  ['text', 'ok'],
  ['early', { status: 99 }],
  ['big', { body: { cents: 1n } }],
  ['code', { body: () => 1 }],
  ['split', { headers: { 'x-note': 'a\r\nset-cookie: b' } }],
]);

/** Charges are remembered by key and refused below zero; `slowly` lets `lookUp` throw. */
export function cards() {
  let receipts = 0;
  return httpExternal('cards', [URL_OF, 'http://localhost:3001'], {
    charge: {
      on: 'POST /charges',
      reply: ({ body }: HttpRequest<Charge>) =>
        body.cents < 0
          ? { status: 402, body: { error: 'declined' } }
          : { status: 201, headers: { 'X-Receipt': String(++receipts) }, body: { receipt: receipts, ...body } },
      idempotentBy: ({ headers }: HttpRequest<Charge>) => headers['idempotency-key'],
    },
    lookUp: {
      on: 'GET /charges/:id',
      reply: ({ params, query }: HttpRequest) => {
        if (ODD.has(params['id'])) return ODD.get(params['id']) as HttpReply;
        if (params['id'] === 'broken') throw new RangeError('out of range');
        return { body: { ...params, ...query } };
      },
    },
    note: { on: 'PUT /notes', reply: ({ body }: HttpRequest) => ({ body: `noted ${String(body)}` }) },
    drop: { on: 'DELETE /charges', reply: () => ({ status: 204 }) },
  });
}

export interface Called {
  readonly told: unknown[];
  /** `called charge a`, with the key or the path. */
  readonly history: string[];
  readonly record: RunRecord;
}

/** Runs code that calls the gateway, as the workload's source or as a service. */
export async function calling(
  work: (tell: (what: unknown) => void) => Promise<unknown>,
  o: { faults?: readonly string[]; services?: (uses: { cards: ReturnType<typeof cards> }) => readonly Service[] } = {},
): Promise<Called> {
  const told: unknown[] = [];
  const uses = { cards: cards() };
  const record = await play({
    uses,
    faults: o.faults ?? [],
    ...(o.services && { services: o.services(uses) }),
    send: async (_item: string, _ports: Ports<typeof uses>) => void (await work((what) => told.push(what))),
  });
  const history = entriesOf(record, 'called', 'applied').map((entry) => {
    const { channels, value } = happened(entry);
    const { headers, path } = value as HttpRequest;
    return `${entry.kind} ${channels.join()} ${headers['idempotency-key'] ?? path}`;
  });
  return { told, history, record };
}

export function charge(key: string, cents = 5, o: RequestInit = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  return fetch(`${URL_OF}/charges`, { method: 'POST', headers, body: JSON.stringify({ cents }), ...o });
}

/** What a fetch rejects with: `TypeError: fetch failed (ECONNRESET)`, with its cause's code. */
export async function failure(fetched: Promise<unknown>): Promise<string> {
  try {
    await fetched;
    return 'resolved';
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    return cause?.code === undefined ? `${name}: ${message}` : `${name}: ${message} (${cause.code})`;
  }
}
