/**
 * Systems outside: a card gateway, a mail service. Each call is an attempt (`called`); it takes effect (`applied`) unless
 * the system has seen its idempotency key before, and then it answers as it did the first time.
 */
import { type Availability, type Component, makeable, type Runtime } from '../component.ts';
import { EddyError } from '../errors.ts';
import { printName } from '../faults/words.ts';
import { frozenCopy } from '../history/freeze.ts';
import { bound } from '../kernel/context.ts';
import { checkSlips } from '../options.ts';
import { contextOf, momentOf } from '../services/moment.ts';
import { type Answer, operate } from '../services/operation.ts';
import type { Process } from '../services/process.ts';
import type { Simulation } from '../simulation.ts';
import { type Selector, selector } from '../selectors.ts';
import { Effects } from './effects.ts';

/** An operation of an external system: how it answers, and by what it knows a call again. */
export interface Call<R, A> {
  /** Answers a request. What it throws is a definite refusal: the call rejects with it and nothing is applied. */
  reply: (request: R) => A;
  idempotentBy?: (request: R) => string;
}

type CallPort<C extends Record<string, Call<never, unknown>>> = {
  readonly [K in keyof C]: (r: Parameters<C[K]['reply']>[0]) => Promise<Awaited<ReturnType<C[K]['reply']>>>;
};

/** A system outside. Under faults its calls reject with EDDY_TIMEOUT (applied or not) or EDDY_UNAVAILABLE (not applied). */
export function external<C extends Record<string, Call<never, unknown>>>(
  name: string,
  calls: C,
): Component<CallPort<C>> & {
  /** Each attempt that reached it. */
  called<K extends keyof C>(call: K): Selector<Parameters<C[K]['reply']>[0]>;
  /** Each effect: attempts less those that its own idempotency swallowed. */
  applied<K extends keyof C>(call: K): Selector<Parameters<C[K]['reply']>[0]>;
} {
  for (const [call, options] of Object.entries(calls))
    checkSlips<Call<never, unknown>>(`${name}.${call}`, options, { reply: true, idempotentBy: true });
  const of = <R>(kind: 'called' | 'applied', call: PropertyKey): Selector<R> =>
    selector<R>({
      kind,
      component: name,
      channel: String(call),
      says: `call of ${name}.${String(call)} ${kind === 'called' ? 'tried' : 'applied'}`,
    });
  const seen = {
    name,
    called: <K extends keyof C>(call: K) => of<Parameters<C[K]['reply']>[0]>('called', call),
    applied: <K extends keyof C>(call: K) => of<Parameters<C[K]['reply']>[0]>('applied', call),
  };
  return makeable(seen, (simulation) => new ExternalRuntime<C>(name, calls, simulation));
}

class ExternalRuntime<C extends Record<string, Call<never, unknown>>> implements Runtime<CallPort<C>> {
  availability: Availability = 'up';
  /** How often it went away, and each call under way with it. */
  #losses = 0;
  readonly #effects: Effects;

  constructor(
    readonly name: string,
    readonly calls: C,
    simulation: Simulation,
  ) {
    this.#effects = new Effects(name, simulation);
  }

  availabilityChanged(): void {
    if (this.availability === 'refusing') this.#losses++;
  }

  port(process: Process): CallPort<C> {
    const names = Object.keys(this.calls);
    return Object.freeze(
      Object.fromEntries(
        names.map((call) => [call, (request: unknown) => this.#call(process, call, frozenCopy(request))]),
      ),
    ) as CallPort<C>;
  }

  #call(process: Process, call: string, request: unknown): Promise<unknown> {
    const moment = momentOf(process);
    const effect = bound(contextOf(process), (answer: Answer<unknown>) => {
      const { idempotentBy, reply } = this.calls[call] as unknown as Call<unknown, unknown>;
      this.#effects.perform<unknown>(
        {
          process,
          call,
          request,
          causes: moment.causes,
          key: () => idempotentBy?.(request),
          reply: () => this.#settled(call, reply(request)),
        },
        answer,
      );
    });
    const losses = this.#losses;
    const unknown = (): Error =>
      new EddyError('EDDY_TIMEOUT', `${this.name} gave no answer in time: ${call} may have been applied or not`, {
        call,
      });
    return operate(process, moment, {
      runtime: this as Runtime<unknown>,
      phrase: `${printName(call)} on ${printName(this.name)}`,
      class: 'call',
      touches: `${this.name}.${call}`,
      effect,
      refused: () =>
        new EddyError('EDDY_UNAVAILABLE', `${this.name} cannot be reached: ${call} was not applied`, { call }),
      unknown,
      cutOff: () => (losses === this.#losses ? undefined : unknown()),
    });
  }

  #settled(call: string, reply: unknown): unknown {
    if (!(reply instanceof Promise)) return reply;
    throw new EddyError('EDDY_ASYNC_REPLY', `The reply of ${this.name}.${call} must not be a promise`, { call });
  }
}
