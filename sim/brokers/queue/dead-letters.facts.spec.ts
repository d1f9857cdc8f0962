import { describe, expect, test } from 'vitest';
import { Bench, envelope, idOf } from './bench.fixture.ts';
import type { Profile } from './profile.ts';
import type { QueueOptions } from './settings.ts';

function withDead(options: QueueOptions<string>, profile?: Profile): Bench {
  const queues = { work: { deadLetterTo: 'dead', ...options }, dead: {} };
  return new Bench(profile === undefined ? { queues } : { queues, profile });
}

describe('fact 15: what is dead-lettered, and why', () => {
  test('fact 15: what is rejected without requeue', () => {
    const bench = withDead({});
    const { channel } = bench.consume();
    bench.put('m1');
    channel.nack(1, { requeue: false });
    expect(bench.journal).toEqual(['m1 from work to dead: rejected']);
    expect(bench.ready('dead')).toEqual(['m1']);
  });

  test('fact 15: what expires, by the time of the queue or its own', () => {
    const bench = withDead({ messageTtlMs: 5 });
    bench.put('m1');
    bench.broker.publish(envelope('m2', 2000), ['work']);
    bench.nowUs = 4999;
    bench.queue().expire(bench.nowUs);
    expect(bench.journal).toEqual([]);
    bench.nowUs = 5000;
    bench.queue().expire(bench.nowUs);
    expect(bench.journal).toEqual(['m1 from work to dead: expired', 'm2 from work to dead: expired']);
  });

  test.each([
    ['classic', ['m2 from work to dead: expired'], 0],
    ['quorum', ['m2 from work to dead: expired'], 1],
  ] as const)('fact 15: what has expired behind the one that is got, which a %s queue tells', (type, told, left) => {
    const bench = withDead({ type });
    bench.put('m1');
    bench.broker.publish(envelope('m2', 2000), ['work']);
    bench.nowUs = 5000;
    expect(bench.queue().get(bench.nowUs)?.left).toBe(left);
    expect(bench.journal).toEqual(told);
  });

  test('fact 15: the head of a queue that is too long', () => {
    const bench = withDead({ maxLength: 2 });
    bench.put('m1', 'm2', 'm3');
    expect(bench.journal).toEqual(['m1 from work to dead: maxlen']);
    expect([bench.ready(), bench.ready('dead')]).toEqual([['m2', 'm3'], ['m1']]);
  });

  test('fact 15: what came back more often than the limit', () => {
    const bench = withDead({ deliveryLimit: 1 });
    const { channel } = bench.consume();
    bench.put('m1');
    channel.nack(1);
    channel.nack(2);
    expect(bench.journal).toEqual(['m1 from work to dead: delivery_limit']);
    expect(bench.ready('dead')).toEqual(['m1']);
  });

  test('fact 15: what a full queue of dead letters refuses, and hands on itself, is not in it', () => {
    const dead = { maxLength: 1, overflow: 'reject-publish-dlx', deadLetterTo: 'last' } as const;
    const bench = new Bench({ queues: { work: { deadLetterTo: 'dead' }, dead, last: {} } });
    const { channel } = bench.consume({ prefetch: 2 });
    bench.put('m1', 'm2');
    for (const tag of [1, 2]) channel.nack(tag, { requeue: false });
    expect([bench.ready('dead'), bench.ready('last')]).toEqual([['m1'], ['m2']]);
    expect(bench.journal).toEqual([
      'm1 from work to dead: rejected',
      'm2 from work to dead: rejected',
      'm2 from dead to last: maxlen',
    ]);
  });

  test('fact 15: but not what is acked or requeued', () => {
    const bench = withDead({});
    const { channel } = bench.consume({ prefetch: 2 });
    bench.put('m1', 'm2');
    channel.ack(1);
    channel.nack(2);
    channel.close();
    expect(bench.journal).toEqual([]);
  });

  test('fact 15: what has expired by now is one, and is not got', () => {
    const bench = withDead({});
    bench.broker.publish(envelope('m1', 1000), ['work']);
    bench.put('m2');
    bench.nowUs = 1000;
    bench.channel().get(bench.queue());
    expect(bench.journal).toEqual(['m1 from work to dead: expired']);
    expect(bench.ready()).toEqual([]);
  });

  test('fact 15: a dead letter comes unflagged and does not expire by its own time again', () => {
    const bench = withDead({});
    bench.broker.publish(envelope('m1', 1000), ['work']);
    bench.nowUs = 1000;
    bench.queue().expire(bench.nowUs);
    bench.nowUs = 9_000_000;
    const { delivered } = bench.consume({ queue: 'dead' });
    expect(delivered.map((one) => [idOf(one), one.redelivered])).toEqual([['m1', false]]);
  });
});

describe('fact 16: without a dead-letter queue', () => {
  test.each([
    ['rejected', {}],
    ['expired', { messageTtlMs: 1 }],
    ['maxlen', { maxLength: 0 }],
    ['delivery_limit', { deliveryLimit: 0 }],
  ] as const)('fact 16: what is given up (%s) is gone', (reason, options) => {
    const bench = new Bench({ queues: { work: options, dead: {} } });
    bench.put('m1');
    const tag = bench.channel();
    const got = reason === 'expired' ? undefined : tag.get(bench.queue());
    if (got) tag.nack(got.tag, { requeue: reason === 'delivery_limit' });
    bench.nowUs = 1000;
    bench.queue().expire(bench.nowUs);
    expect(bench.journal).toEqual([`m1 dropped by work: ${reason}`]);
    expect([bench.ready(), bench.ready('dead')]).toEqual([[], []]);
    expect(bench.broker.brokenLaw).toBe(undefined);
  });
});

/** How often a message is handed out that comes back each time, by a nack or with its channel. */
function deliveries(options: QueueOptions<string>, by: 'nack' | 'close', profile?: Profile): number {
  const bench = withDead(options, profile);
  bench.put('m1');
  let count = 0;
  for (; bench.ready().length > 0 && count < 60; count++) {
    const { channel } = bench.consume();
    if (by === 'nack') channel.nack(1);
    channel.close();
  }
  return count;
}

/** As `deliveries`, with one consumer that nacks whatever it gets. */
function nackLoop(options: QueueOptions<string>, profile?: Profile): number {
  const bench = withDead(options, profile);
  const { channel, delivered } = bench.consume();
  bench.put('m1');
  for (let tag = 1; tag <= 60 && delivered.length >= tag; tag++) channel.nack(tag);
  return Math.min(delivered.length, 60);
}

describe('fact 19: the delivery limit', () => {
  test.each([0, 1, 3])('fact 19: a limit of %i allows one delivery more', (deliveryLimit) => {
    expect(deliveries({ deliveryLimit }, 'close')).toBe(deliveryLimit + 1);
    expect(nackLoop({ deliveryLimit })).toBe(deliveryLimit + 1);
  });

  test.each([
    ['3.13', 'quorum', 60],
    ['4.2', 'quorum', 21],
    ['4.3', 'quorum', 21],
    ['3.13', 'classic', 60],
    ['4.2', 'classic', 60],
    ['4.3', 'classic', 60],
  ] as const)('fact 19: by default, profile %s, %s queue: %i deliveries (60: endless)', (profile, type, expected) => {
    expect(deliveries({ type }, 'close', profile)).toBe(expected);
  });

  test('fact 19: no profile means 4.2', () => {
    expect([nackLoop({ type: 'quorum' }), nackLoop({ type: 'quorum' }, '4.2')]).toEqual([21, 21]);
  });

  test('fact 19: since 4.3 a nack does not count, a lost channel does', () => {
    const limited: QueueOptions<string> = { type: 'quorum', deliveryLimit: 2 };
    expect(nackLoop(limited, '4.2')).toBe(3);
    expect(nackLoop(limited, '4.3')).toBe(60);
    expect(deliveries(limited, 'close', '4.3')).toBe(3);
  });
});

describe('fact 20: expiry', () => {
  test('fact 20: acts at the head, so what expires sooner waits behind what expires later', () => {
    const bench = withDead({});
    bench.broker.publish(envelope('late', 9000), ['work']);
    bench.broker.publish(envelope('soon', 1000), ['work']);
    bench.nowUs = 5000;
    bench.queue().expire(bench.nowUs);
    expect(bench.ready()).toEqual(['late', 'soon']);
    const { channel, delivered } = bench.consume();
    channel.ack(1);
    expect(delivered.map(idOf)).toEqual(['late']);
    expect(bench.journal).toEqual(['soon from work to dead: expired']);
  });

  test('fact 20: the lower of the two times counts', () => {
    const bench = withDead({ messageTtlMs: 5 });
    bench.broker.publish(envelope('m1', 2000), ['work']);
    expect(bench.queue().expiresUs).toBe(2000);
    bench.broker.publish(envelope('m2', 9000), ['work']);
    bench.nowUs = 2000;
    bench.queue().expire(bench.nowUs);
    expect(bench.queue().expiresUs).toBe(5000);
  });

  test('fact 20: what is requeued keeps its time', () => {
    const bench = withDead({ messageTtlMs: 5 });
    const { channel } = bench.consume();
    bench.put('m1');
    bench.nowUs = 4000;
    channel.close();
    expect(bench.queue().expiresUs).toBe(5000);
  });
});
