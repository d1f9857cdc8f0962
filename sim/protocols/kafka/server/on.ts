/** How a kind of request is handled. */
import type { Moment } from '../../../kernel/context.ts';
import type { Api } from '../api.ts';
import { type OpenedRequest, readBody, writeResponse } from '../requests.ts';
import { Exchange } from './exchange.ts';
import type { KafkaSession } from './session.ts';

/** @returns whether it could be read */
export type Handler = (session: KafkaSession, opened: OpenedRequest, moment: Moment) => boolean;

export type Handles = readonly [api: Api<never, never>, handler: Handler];

/** `handle` is called as the request is received, and answers the exchange, now or later. */
export function on<Q, R>(api: Api<Q, R>, handle: (exchange: Exchange<R>, request: Q) => void): Handles {
  const handler: Handler = (session, opened, moment) => {
    const read = readBody(api, opened);
    if (!('value' in read)) return false;
    const { header } = opened;
    const exchange = new Exchange<R>(session, header, moment, (response) => writeResponse(api, header, response));
    session.add(exchange);
    handle(exchange, read.value);
    return true;
  };
  return [api as unknown as Api<never, never>, handler];
}

/** As `on`, for what is answered as soon as its turn has come. */
export function replies<Q, R>(api: Api<Q, R>, reply: (request: Q, exchange: Exchange<R>) => R): Handles {
  return on(api, (exchange, request) =>
    exchange.inTurn(() => {
      if (exchange.session.isCut) exchange.drop();
      else exchange.respond(reply(request, exchange));
    }),
  );
}
