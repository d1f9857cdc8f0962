/** A system outside that answers over HTTP, in a run. */
import type { Availability, Runtime } from '../../component.ts';
import { EddyError } from '../../errors.ts';
import { printName } from '../../faults/words.ts';
import { frozenCopy } from '../../history/freeze.ts';
import type { Moment } from '../../kernel/context.ts';
import type { Wire } from '../../network/wire.ts';
import type { Wires } from '../../network/wires.ts';
import type { HttpRequestBytes } from '../../protocols/http/requests.ts';
import type { HttpReply } from '../../protocols/http/reply.ts';
import type { Answer } from '../../services/operation.ts';
import type { Process } from '../../services/process.ts';
import { Silence } from '../../services/silence.ts';
import type { Simulation } from '../../simulation.ts';
import { Effects } from '../effects.ts';
import type { HttpCall, HttpPort } from './component.ts';
import { bodyOf, type HttpRequest, splitTarget } from './request.ts';
import type { Place, Routes } from './routes.ts';
import { HttpSession } from './session.ts';

/** What a request is asked to do. */
interface Asked {
  readonly phrase: string;
  readonly touches: string;
  perform(wire: Wire, moment: Moment, answer: Answer<HttpReply>): void;
}

export interface HttpShape {
  readonly url: string;
  readonly places: readonly Place[];
  readonly calls: Readonly<Record<string, HttpCall>>;
  /** By the name of the call. */
  readonly routes: Routes<string>;
}

export class HttpRuntime implements Runtime<HttpPort> {
  availability: Availability = 'up';
  readonly silence = new Silence(this);
  readonly #effects: Effects;
  readonly #wires: Wires;

  constructor(
    readonly name: string,
    readonly shape: HttpShape,
    readonly simulation: Simulation,
  ) {
    this.#effects = new Effects(name, simulation);
    this.#wires = simulation.network.listen(this as Runtime<unknown>, (wire) => new HttpSession(this, wire), {
      ports: shape.places.map(({ port }) => port),
      hosts: shape.places.map(({ host }) => host),
    });
  }

  port(): HttpPort {
    return { url: this.shape.url };
  }

  disconnect(process: Process): void {
    this.#wires.disconnect(process);
  }

  halfOpen(process: Process): void {
    this.#wires.halfOpen(process);
  }

  isConnected(process: Process): boolean {
    return this.#wires.isConnected(process);
  }

  serves(process: Process): boolean {
    return this.#wires.serves(process);
  }

  availabilityChanged(): void {
    this.#wires.availabilityChanged();
    this.silence.look();
  }

  /** What it does for a request. */
  asked(bytes: HttpRequestBytes): Asked {
    const { path, query } = splitTarget(bytes.target);
    const found = this.#find(bytes, path);
    if (!found) return this.#nowhere(`${bytes.method} ${path}`);
    const { route: call, params } = found;
    const { method, headers } = bytes;
    const request = frozenCopy({ method, path, params, query, headers, body: bodyOf(bytes) });
    return {
      phrase: `${printName(call)} on ${printName(this.name)}`,
      touches: `${this.name}.${call}`,
      perform: ({ process }, { causes }, answer) => {
        const { reply, idempotentBy } = this.shape.calls[call] as HttpCall<HttpRequest>;
        this.#effects.perform<HttpReply>(
          {
            process,
            call,
            request,
            causes,
            key: () => idempotentBy?.(request),
            reply: () => this.#settled(call, reply(request)),
            refuses: ({ status = 200 }) => status >= 400,
          },
          answer,
        );
      },
    };
  }

  /** A path that all routes begin with counts for the host that has it. */
  #find({ method, headers }: HttpRequestBytes, path: string): ReturnType<Routes<string>['find']> {
    const { places, routes } = this.shape;
    const host = (headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase();
    const named = places.filter((place) => place.host === host);
    for (const place of named.length > 0 ? named : places) {
      if (place.path !== '' && path !== place.path && !path.startsWith(`${place.path}/`)) continue;
      const found = routes.find(method, path.slice(place.path.length));
      if (found) return found;
    }
    return undefined;
  }

  #nowhere(what: string): Asked {
    const known = Object.values(this.shape.calls).map(({ on }) => on);
    const body = { error: `${this.name} has no route for ${what}; it has ${known.join(', ')}` };
    return {
      phrase: `unknown route on ${printName(this.name)}`,
      touches: `${this.name}.unknown route`,
      perform: (_wire, _moment, answer) => answer.ok({ status: 404, body }),
    };
  }

  #settled(call: string, reply: HttpReply): HttpReply {
    const whose = `The reply of ${this.name}.${call}`;
    if (reply instanceof Promise) throw new EddyError('EDDY_ASYNC_REPLY', `${whose} must not be a promise`, { call });
    if (isAnswer(reply)) return reply;
    const form = '{ status, headers, body }, a status from 200 to 599, a body of JSON';
    throw new EddyError('EDDY_REPLY', `${whose} is none: give ${form}`, { call });
  }
}

/** Without the compiler a reply may be anything, and a client takes no other for an answer; it is found out before there is an effect. */
function isAnswer(reply: unknown): reply is HttpReply {
  if (typeof reply !== 'object' || reply === null) return false;
  const { status = 200, headers = {}, body = '' } = reply as HttpReply;
  return Number.isInteger(status) && status >= 200 && status <= 599 && areHeaders(headers) && isJson(body);
}

/** A line break in one would begin another. */
function areHeaders(headers: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(headers).every((named) => !/[\r\n]/.test(named.join('')));
}

function isJson(body: unknown): boolean {
  try {
    return JSON.stringify(body) !== undefined;
  } catch {
    return false;
  }
}
