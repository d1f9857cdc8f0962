/**
 * A request that has an effect: an operation of the moment whose code sent it, with the gaps and faults of one. What is lost on
 * the way breaks the connection, for TCP loses nothing silently.
 */
import type { OperationClass } from '../../../faults/site.ts';
import { type Answer, perform } from '../../../services/operation.ts';
import type { Moment } from '../../../kernel/context.ts';
import type { Place } from '../../../brokers/log/transactions.ts';
import type { Exchange } from './exchange.ts';

export interface WireOperation<R> {
  readonly phrase: string;
  readonly class: OperationClass;
  readonly touches: string;
  /** Default: the exchange's. */
  readonly moment?: Moment;
  readonly partition?: Place | undefined;
  /** Nobody waits for an answer (acks=0). */
  readonly isUnanswered?: boolean;
  /** At the broker, when its turn has come. */
  effect(answer: Answer<R>): void;
  /** What is answered while the broker cannot do it. */
  failed(): R;
  /** In the client's process, just before it is answered. */
  answered?(response: R): void;
  /** The client gets no answer: the connection is gone. */
  lost?(): void;
}

/** Longer than clients wait for an answer (kafkajs: 30 s). */
const PATIENCE_US = 60_000_000;

/** Why there is no answer. */
class NoAnswer extends Error {
  constructor(readonly why: 'cut' | 'breaks') {
    super(why);
  }
}

/** An answer all the same: an error of the protocol's own. */
class Failed<R> extends Error {
  constructor(readonly response: R) {
    super('failed');
  }
}

export function operateOn<R>(exchange: Exchange<R>, o: WireOperation<R>): void {
  const { session } = exchange;
  const { endpoint, wire, process } = session;
  const moment = o.moment ?? exchange.moment;
  const { isUnanswered = false } = o;
  const breaks = (): Error => new NoAnswer('breaks');
  perform<R>(
    process,
    moment,
    {
      runtime: endpoint.log,
      phrase: o.phrase,
      class: o.class,
      touches: o.touches,
      ...(o.partition && { partition: o.partition }),
      timeoutUs: isUnanswered ? 0 : PATIENCE_US,
      effect: (answer) => exchange.inTurn(() => take(exchange, o, answer)),
      refused: breaks,
      unknown: breaks,
      failed: () => new Failed(o.failed()),
      isLostOnWay: () => wire.isHalfOpen,
      halfOpens: true,
      breaks: true,
      waitsOut: (goOn) => endpoint.log.whenSpeaking(goOn),
    },
    (response) => {
      if (isUnanswered) return;
      if (session.isCut || wire.isHalfOpen) o.lost?.();
      else o.answered?.(response);
      exchange.answer(response, moment);
    },
    (error) => {
      if (error instanceof Failed && !isUnanswered) {
        const response = (error as Failed<R>).response;
        o.answered?.(response);
        exchange.answer(response, moment);
        return;
      }
      if (!(error instanceof NoAnswer) && !(error instanceof Failed)) throw error;
      o.lost?.();
      if (error instanceof NoAnswer && error.why === 'breaks') exchange.breakOff();
      else exchange.drop();
    },
  );
}

function take<R>(exchange: Exchange<R>, o: WireOperation<R>, answer: Answer<R>): void {
  const { session } = exchange;
  if (session.isCut) {
    answer.fail(new NoAnswer('cut'));
    return;
  }
  o.effect({
    applied: () => answer.applied?.(),
    ok: (response) => {
      if (o.isUnanswered !== true) exchange.due(response);
      answer.ok(response);
    },
    fail: (error) => answer.fail(error),
  });
  if (o.isUnanswered) exchange.drop();
}
