import { describe, expect, test } from 'vitest';
import { Bench, envelope, idOf } from './bench.fixture.ts';
import type { ExchangeShape } from './routing.ts';

describe('fact 13: a message that no queue takes', () => {
  test('fact 13: is confirmed, and dropped as the configuration says', () => {
    const bench = new Bench({ queues: { work: {} } });
    const published = bench.broker.publish(envelope('m1'), []);
    expect(published).toEqual({ queues: [], returned: false, nackedBy: undefined });
    expect(bench.journal).toEqual(['m1 dropped by nobody: unroutable']);
  });

  test('fact 13: is returned first when it is mandatory', () => {
    const bench = new Bench({ queues: { work: {} } });
    const published = bench.broker.publish(envelope('m1'), [], { mandatory: true });
    expect(published).toEqual({ queues: [], returned: true, nackedBy: undefined });
  });

  test('fact 13: a mandatory one that is routed is not returned', () => {
    const bench = new Bench({ queues: { work: {} } });
    const published = bench.broker.publish(envelope('m1'), ['work'], { mandatory: true });
    expect(published).toEqual({ queues: ['work'], returned: false, nackedBy: undefined });
    expect(bench.journal).toEqual([]);
  });
});

describe('fact 14: a confirm means that every queue took it', () => {
  const queues = { a: {}, b: { maxLength: 1, overflow: 'reject-publish' } } as const;

  test('fact 14: each of its queues holds a copy, and each copy is settled on its own', () => {
    const bench = new Bench({ queues });
    expect(bench.broker.publish(envelope('m1'), ['a', 'b'])).toMatchObject({ queues: ['a', 'b'], nackedBy: undefined });
    expect([bench.ready('a'), bench.ready('b')]).toEqual([['m1'], ['m1']]);
    const { channel, delivered } = bench.consume({ queue: 'a' });
    channel.ack(1);
    expect(delivered.map(idOf)).toEqual(['m1']);
    expect([bench.ready('a'), bench.ready('b')]).toEqual([[], ['m1']]);
  });

  test('fact 14: one queue that refuses it is a nack, though the others hold their copies', () => {
    const bench = new Bench({ queues });
    bench.broker.publish(envelope('m1'), ['b']);
    expect(bench.broker.publish(envelope('m2'), ['a', 'b'])).toMatchObject({ queues: ['a'], nackedBy: 'b' });
    expect([bench.ready('a'), bench.ready('b')]).toEqual([['m2'], ['m1']]);
    expect(bench.journal).toEqual([]);
  });
});

describe('fact 23: routing', () => {
  const bind: ExchangeShape['bind'] = [
    { queue: 'a', key: 'order.*', headers: { kind: 'pdf' } },
    { queue: 'b', key: 'order.#', headers: { kind: 'png' } },
  ];
  const { broker } = new Bench({
    queues: { a: {}, b: {} },
    exchanges: {
      topic: { type: 'topic', bind },
      direct: { type: 'direct', bind },
      fanout: { type: 'fanout', bind },
      headers: { type: 'headers', bind },
    },
  });

  test('fact 23: the default exchange routes by the name of the queue', () => {
    expect(broker.route('', 'a', {})).toEqual(['a']);
    expect(broker.route('', 'order.*', {})).toEqual([]);
  });

  test.each([
    ['topic', 'order.placed', ['a', 'b']],
    ['topic', 'order', ['b']],
    ['direct', 'order.placed', []],
    ['direct', 'order.*', ['a']],
    ['fanout', 'anything', ['a', 'b']],
    ['headers', 'anything', ['b']],
  ] as const)('fact 23: exchange %s takes key %s to %o', (exchange, key, queues) => {
    expect(broker.route(exchange, key, { kind: 'png' })).toEqual(queues);
  });

  test('fact 23: an exchange that is not there is an error, not a drop', () => {
    expect(() => broker.route('toppic', 'a', {})).toThrow(
      expect.objectContaining({ code: 'EDDY_NO_SUCH_EXCHANGE', data: { exchange: 'toppic' } }) as Error,
    );
  });
});
