/** Generated sequences: a topology, and operations whose targets are picked from what there is when their turn comes. */
import fc from 'fast-check';
import type { BrokerShape } from '../../sim/brokers/queue/broker.ts';
import type { QueueOptions } from '../../sim/brokers/queue/settings.ts';
import type { ExchangeShape } from '../../sim/brokers/queue/routing.ts';
import { CHANNELS } from './trace.ts';

/** Both of a queue and of a message: long against a step, short against patience. */
export const TTL_MS = 400;
export const QUEUES = ['q0', 'q1', 'q2'] as const;
type Name = (typeof QUEUES)[number];
export const EXCHANGE = 'ex';

export type Operation =
  | {
      do: 'publish';
      on: number;
      /** A queue's own name through the default exchange, or a key for the exchange. */
      to: { queue: Name } | { key: string; headers: Record<string, string> };
      count: number;
      mandatory: boolean;
      expires: boolean;
      priority: number | undefined;
      persistent: boolean;
    }
  | { do: 'consume'; on: number; queue: Name; prefetch: number; autoAck: boolean; priority: number }
  | { do: 'get'; on: number; queue: Name; autoAck: boolean }
  | {
      do: 'settle';
      on: number;
      how: 'ack' | 'nack' | 'reject';
      /** A tag that is outstanding, one that was settled before, one that never was, or 0. */
      which: 'outstanding' | 'settled' | 'unknown' | 'all';
      pick: number;
      multiple: boolean;
      requeue: boolean;
    }
  | { do: 'cancel'; pick: number }
  | { do: 'close'; on: number }
  | { do: 'drop'; connection: number; abrupt: boolean }
  | { do: 'wait' };

export interface Sequence {
  readonly seed: number;
  readonly shape: BrokerShape;
  readonly operations: readonly Operation[];
  /** Whether anything in it expires. */
  readonly expires: boolean;
}

const sometimes = <T>(arbitrary: fc.Arbitrary<T>, percent: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: percent, arbitrary }, { weight: 100 - percent, arbitrary: fc.constant<T | undefined>(undefined) });
const rarely = (percent: number): fc.Arbitrary<boolean> => sometimes(fc.constant(true), percent).map(Boolean);
const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const KEYS = ['a', 'b', 'a.b', 'b.a', 'a.b.a', ''] as const;
const PATTERNS = ['a', 'b', 'a.b', '*', '#', 'a.*', '*.b', 'a.#', '#.a', '*.#'] as const;

const on = fc.nat(CHANNELS - 1);
const queue = fc.oneof({ weight: 3, arbitrary: fc.constant<Name>('q0') }, oneOf(...QUEUES));
const headers = fc.dictionary(oneOf('h', 'i'), oneOf('1', '2'), { maxKeys: 2, noNullPrototype: true });

/** Only what is said: an option that is not set is not there. */
function said<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const options = (type: 'classic' | 'quorum'): fc.Arbitrary<QueueOptions<string>> =>
  fc
    .record({
      type: fc.constant(type),
      deadLetterTo: sometimes<string>(oneOf(...QUEUES), 60),
      messageTtlMs: sometimes(fc.constant(TTL_MS), 10),
      maxLength: sometimes(fc.nat(4), 30),
      overflow: sometimes(
        type === 'quorum'
          ? oneOf('drop-head' as const, 'reject-publish' as const)
          : oneOf('drop-head' as const, 'reject-publish' as const, 'reject-publish-dlx' as const),
        60,
      ),
      deliveryLimit: type === 'quorum' ? sometimes(fc.nat(2), 50) : fc.constant(undefined),
      singleActiveConsumer: sometimes(fc.constant(true), 20),
      maxPriority: type === 'classic' ? sometimes(fc.constant(3), 15) : fc.constant(undefined),
    })
    .map(said);

const exchange: fc.Arbitrary<ExchangeShape> = oneOf(
  'direct' as const,
  'fanout' as const,
  'topic' as const,
  'headers' as const,
).chain((type) => {
  const match = sometimes(oneOf('all', 'any'), 70).map(
    (how): Record<string, string> => (how === undefined ? {} : { 'x-match': how }),
  );
  const binding: fc.Arbitrary<ExchangeShape['bind'][number]> =
    type === 'headers'
      ? fc.record({
          queue,
          headers: fc.tuple(headers, match).map(([some, how]): Record<string, string> => ({ ...some, ...how })),
        })
      : fc.record({ queue, key: type === 'topic' ? oneOf(...PATTERNS) : oneOf(...KEYS) });
  return fc.record({ type: fc.constant(type), bind: fc.array(binding, { minLength: 1, maxLength: 4 }) });
});

const shape = fc
  .tuple(
    oneOf('classic' as const, 'quorum' as const, 'mixed' as const),
    fc.tuple(oneOf('classic' as const, 'quorum' as const), oneOf('classic' as const, 'quorum' as const)),
    exchange,
  )
  .chain(([kind, mixed, ex]) => {
    const [first, other] = kind === 'mixed' ? mixed : ([kind, kind] as const);
    return fc
      .record({ q0: options(first), q1: options(other), q2: options(first) })
      .map((queues): BrokerShape => ({ profile: '3.10', queues, exchanges: { [EXCHANGE]: ex } }));
  });

const publish = fc.record({
  do: fc.constant('publish' as const),
  on,
  to: fc.oneof(
    { weight: 3, arbitrary: fc.record({ queue }) },
    { weight: 2, arbitrary: fc.record({ key: oneOf(...KEYS), headers }) },
  ),
  count: oneOf(1, 1, 2, 3, 4),
  mandatory: rarely(30),
  expires: rarely(4),
  priority: sometimes(fc.nat(5), 40),
  persistent: fc.boolean(),
});
const consume = fc.record({
  do: fc.constant('consume' as const),
  on,
  queue,
  prefetch: oneOf(0, 1, 1, 2, 3),
  autoAck: rarely(10),
  priority: oneOf(0, 0, 0, 1, 2),
});
const settle = fc.record({
  do: fc.constant('settle' as const),
  on,
  how: oneOf('ack' as const, 'nack' as const, 'nack' as const, 'reject' as const),
  which: fc.oneof(
    { weight: 30, arbitrary: fc.constant('outstanding' as const) },
    oneOf('settled' as const, 'unknown' as const, 'all' as const),
  ),
  pick: fc.nat(5),
  multiple: rarely(25),
  requeue: fc.boolean(),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 24, arbitrary: publish },
  { weight: 14, arbitrary: consume },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('get' as const), on, queue, autoAck: rarely(20) }) },
  { weight: 36, arbitrary: settle },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('cancel' as const), pick: fc.nat(5) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('close' as const), on }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('drop' as const), connection: fc.nat(1), abrupt: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
);

const sequence = fc.tuple(shape, fc.array(operation, { minLength: 8, maxLength: 30, size: 'max' }));

/** The sequence of this seed. */
export function sequenceOf(seed: number): Sequence {
  const [[shape, all]] = fc.sample(sequence, { seed, numRuns: 1 }) as [[BrokerShape, Operation[]]];
  const expires =
    Object.values(shape.queues).some(({ messageTtlMs }) => messageTtlMs !== undefined) ||
    all.some((each) => each.do === 'publish' && each.expires);
  // Where nothing expires there is nothing to wait for.
  return { seed, shape, operations: expires ? all : all.filter((each) => each.do !== 'wait'), expires };
}
