import type { Names } from '../../options.ts';

/** What a queue is told when it is declared. */
export interface QueueOptions<Q extends string> {
  deadLetterTo?: Q;
  /** Returns that a message survives; negative: no limit, also where the broker's version has one by default. */
  deliveryLimit?: number;
  type?: 'classic' | 'quorum';
  messageTtlMs?: number;
  maxLength?: number;
  /** At the limit the head goes (default), or what is published is refused, and dead-lettered too (`-dlx`, classic queues only). */
  overflow?: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  singleActiveConsumer?: boolean;
  /** `at-least-once`: dead letters are kept until they are taken; only on quorum queues with `reject-publish`. */
  deadLetterStrategy?: 'at-most-once' | 'at-least-once';
  /** Classic queues: whether its messages are there after the broker restarts, if they are persistent; default: true. */
  durable?: boolean;
  /** A delivery that is not settled in this time is taken back; default: 30 minutes. `Infinity`: never. */
  consumerTimeoutMs?: number;
  /** Classic queues: priorities from 0 to this one. Quorum queues have theirs without it. */
  maxPriority?: number;
  /** It is what the service says that first declares it, as if it had been declared so before the run; what else stands here says nothing then. */
  asDeclared?: boolean;
}

export const QUEUE_OPTIONS: Names<QueueOptions<string>> = {
  deadLetterTo: true,
  deliveryLimit: true,
  type: true,
  messageTtlMs: true,
  maxLength: true,
  overflow: true,
  singleActiveConsumer: true,
  deadLetterStrategy: true,
  durable: true,
  consumerTimeoutMs: true,
  maxPriority: true,
  asDeclared: true,
};

/** What a queue may be told beyond that, by a client that declares it. */
export interface Settings extends QueueOptions<string> {
  /** Through which exchange dead letters go, and with which key (default: those that they came with). */
  deadLetterExchange?: string;
  deadLetterKey?: string;
  /** A limit on the bodies of ready messages, beside `maxLength`. */
  maxLengthBytes?: number;
  /** It is deleted when it has had no consumer for so long, was not declared again, and nobody got a message from it. */
  expiresMs?: number;
}
