/** A client's request to the brokers, as an operation of a moment: what may befall it on its way there and back. */
import type { Moment } from '../../../kernel/context.ts';
import type { OperationClass } from '../../../faults/site.ts';
import { type Answer, operate } from '../../../services/operation.ts';
import type { LogConnection } from '../connection.ts';
import type { KafkaErrorName } from '../kafka-error.ts';
import { AttemptFailure } from './failure.ts';
import type { Lane } from '../../../services/lane.ts';

export interface Request<T> {
  readonly moment: Moment;
  readonly phrase: string;
  readonly class: OperationClass;
  readonly touches: string;
  /** How long its answer is waited for. */
  readonly timeoutUs: number;
  /** How long the caller waits at most, whatever attempts are made. */
  readonly patienceUs: number;
  /** What a broker answers that cannot do it at the moment. */
  readonly failsWith: KafkaErrorName;
  /** Nobody waits for an answer (acks=0). */
  readonly isUnanswered?: boolean;
  /** The partition that it goes to. */
  readonly partition?: { readonly topic: string; readonly partition: number };
  /** Requests that may not overtake it. */
  readonly lane?: Lane;
  /** At the broker. */
  ask(answer: Answer<T>): void;
}

const disconnected = (mayBeDone: boolean): AttemptFailure => new AttemptFailure('DISCONNECTED', mayBeDone);

/** Rejects with an AttemptFailure; never settles for a process that has died. */
export function request<T>(connection: LogConnection, r: Request<T>): Promise<T> {
  const { process, runtime } = connection;
  const { losses } = connection;
  const { isUnanswered = false, lane } = r;
  const ticket = lane?.send();
  const arrive = (go: () => void): void => {
    if (lane && ticket) lane.arrive(ticket, go);
    else go();
  };
  let isSent = false;
  return operate<T>(process, r.moment, {
    runtime,
    phrase: r.phrase,
    class: r.class,
    touches: r.touches,
    ...(r.partition && { partition: r.partition }),
    timeoutUs: isUnanswered ? 0 : Math.max(0, Math.min(r.timeoutUs, r.patienceUs)),
    effect: (answer) =>
      arrive(() => {
        if (!process.alive) return;
        if (!connection.isOpen || connection.losses !== losses) {
          answer.fail(disconnected(false));
          return;
        }
        isSent = true;
        r.ask(answer);
      }),
    abandon: () => arrive(() => undefined),
    refused: () => disconnected(false),
    failed: () => new AttemptFailure(r.failsWith, isUnanswered),
    unknown: () => {
      // A client that hears nothing gives the connection up and makes another.
      if (connection.isHalfOpen) connection.drop();
      return new AttemptFailure('REQUEST_TIMED_OUT', true);
    },
    neverAnswered: () => ({
      error: new AttemptFailure('REQUEST_TIMED_OUT', true, true),
      afterUs: isUnanswered ? 0 : Math.max(0, r.patienceUs),
    }),
    isLostOnWay: () => connection.isHalfOpen,
    halfOpens: true,
    cutOff: () => (isSent && !isUnanswered && connection.losses !== losses ? disconnected(true) : undefined),
  });
}
