/** Generated scripts: few names, so that what is asked for is often there, and often another one. */
import fc from 'fast-check';
import { type Command, EXCHANGES, QUEUES, type Script } from './commands.ts';

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const rarely = (percent: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight: percent, arbitrary: fc.constant(true) }, { weight: 100 - percent, arbitrary: fc.constant(false) });
const is = <K extends string>(what: K): fc.Arbitrary<K> => fc.constant(what);

const on = oneOf(0, 0, 0, 0, 1, 2);
const queue = fc.oneof({ weight: 3, arbitrary: oneOf('q0', 'q1') }, oneOf<string>(...QUEUES));
const exchange = fc.oneof({ weight: 9, arbitrary: oneOf<string>(...EXCHANGES) }, oneOf(''));
/** Scripts that run side by side share those that every broker has: nothing is bound to them here. */
const named = fc.oneof({ weight: 8, arbitrary: exchange }, oneOf('amq.direct', 'amq.match'));
const key = oneOf('', 'a', 'b', 'a.b', 'q0', 'q1');
const pattern = oneOf('', 'a', 'b', '*', '#', 'a.*', 'q0');
const type = oneOf('direct', 'direct', 'fanout', 'topic', 'headers');

const queueArguments = oneOf<object>(
  {},
  {},
  {},
  { 'x-dead-letter-exchange': 'e0' },
  { 'x-dead-letter-exchange': 'e1', 'x-dead-letter-routing-key': 'b' },
  { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'q1' },
  { 'x-max-length': 2 },
  { 'x-max-length': 1, 'x-dead-letter-exchange': 'e0' },
  { 'x-max-length-bytes': 5 },
  { 'x-single-active-consumer': true },
  { 'x-queue-type': 'classic' },
  { 'x-max-priority': 3 },
);

const matching = oneOf<object>({}, {}, { h: '1' }, { 'x-match': 'any', h: '1', i: '2' }, { h: null });
const headers = oneOf<object>({}, {}, {}, { h: '1' }, { CC: ['q0', 'b'] }, { BCC: ['q1'], h: '2' }, { CC: 'q0' });

const declares: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: is('queue'),
      on,
      name: queue,
      passive: rarely(10),
      durable: rarely(20),
      exclusive: rarely(15),
      autoDelete: rarely(25),
      arguments: queueArguments,
    }) as fc.Arbitrary<Command>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('exchange'),
      on,
      name: named,
      type,
      passive: rarely(10),
      durable: rarely(20),
      autoDelete: rarely(25),
      internal: rarely(15),
      arguments: oneOf<object>({}, {}, { 'alternate-exchange': 'e1' }, { 'alternate-exchange': 'e2' }),
    }) as fc.Arbitrary<Command>,
  },
);

const binds: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: oneOf('bind' as const, 'bind' as const, 'unbind' as const),
      on,
      queue,
      exchange,
      key: pattern,
      arguments: matching,
    }) as fc.Arbitrary<Command>,
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: oneOf('link' as const, 'link' as const, 'unlink' as const),
      on,
      source: exchange,
      destination: exchange,
      key: pattern,
    }),
  },
);

const removes: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: is('delete queue'), on, queue, ifUnused: rarely(25), ifEmpty: rarely(25) }),
  fc.record({ do: is('delete exchange'), on, name: named, ifUnused: rarely(40) }),
  fc.record({ do: is('purge'), on, queue }),
);

/** Messages get their names by their place in the script. */
const publish = fc.record({
  do: is('publish'),
  on,
  id: is(''),
  exchange: fc.oneof({ weight: 3, arbitrary: is('') }, { weight: 2, arbitrary: oneOf<string>('e0', 'e1') }, exchange),
  key: fc.oneof(oneOf('q0', 'q1'), key),
  headers,
  mandatory: rarely(30),
}) as fc.Arbitrary<Command>;

const consumes: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    // One tag for each queue: what several queues deliver to one consumer's channel comes in any order.
    arbitrary: fc.record({
      do: is('consume'),
      on,
      queue,
      tag: oneOf('c0', 'c1', 'c2'),
      exclusive: rarely(25),
      noAck: rarely(20),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('cancel'), on, tag: oneOf('c0', 'c1', 'c2') }) },
  { weight: 3, arbitrary: fc.record({ do: is('get'), on, queue, noAck: rarely(40) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: oneOf('ack' as const, 'nack' as const, 'reject' as const, 'reject' as const),
      on,
      pick: fc.nat(3),
      requeue: rarely(40),
    }),
  },
);

const rest: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ do: is('recover'), on }),
  fc.record({
    do: oneOf('tx.select' as const, 'tx.commit' as const, 'tx.commit' as const, 'tx.rollback' as const),
    on,
  }),
  fc.record({ do: is('close'), on }),
  fc.record({ do: is('disconnect'), connection: fc.nat(1) }),
);

const command = fc.oneof(
  { weight: 26, arbitrary: declares },
  { weight: 18, arbitrary: binds },
  { weight: 8, arbitrary: removes },
  { weight: 24, arbitrary: publish },
  { weight: 20, arbitrary: consumes },
  { weight: 6, arbitrary: rest },
);

/** What is there from the start, so that a script is more than refusals. */
const START: readonly Command[] = [
  { do: 'queue', on: 0, name: 'q0' },
  { do: 'exchange', on: 0, name: 'e0', type: 'fanout' },
  { do: 'bind', on: 0, queue: 'q0', exchange: 'e0', key: '' },
  { do: 'exchange', on: 0, name: 'e1', type: 'direct', autoDelete: true },
];

const TRANSACTIONAL: readonly Command[] = [{ do: 'tx.select', on: 0 }];

/** The script of this seed; every fourth one publishes and settles in transactions. */
export function scriptOf(seed: number): Script {
  const all = fc.array(command, { minLength: 12, maxLength: 30, size: 'max' });
  const [drawn] = fc.sample(all, { seed, numRuns: 1 }) as [Command[]];
  const told = drawn.map((each, n) => (each.do === 'publish' ? { ...each, id: `m${n}` } : each));
  return { name: `seed ${seed}`, commands: [...START, ...(seed % 4 === 0 ? TRANSACTIONAL : []), ...told] };
}
