import { describe, expect, test } from 'vitest';
import { idOf, oneQueue } from './bench.fixture.ts';

describe('fact 7: what is requeued returns to its place', () => {
  test('fact 7: before what came later, behind what came earlier', () => {
    const bench = oneQueue();
    const { channel, consumer } = bench.consume({ prefetch: 3 });
    bench.put('m1', 'm2', 'm3', 'm4');
    channel.cancel(consumer);
    channel.nack(3);
    channel.nack(1);
    channel.nack(2);
    expect(bench.ready()).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  test('fact 7: at once it is the next one again, so a nack loop starves what is behind it', () => {
    const bench = oneQueue();
    const { channel, delivered } = bench.consume();
    bench.put('m1', 'm2');
    for (let tag = 1; tag <= 3; tag++) channel.nack(tag);
    expect(delivered.map(idOf)).toEqual(['m1', 'm1', 'm1', 'm1']);
  });

  test('fact 7: several that return at once are handed out in their order, to another consumer', () => {
    const bench = oneQueue();
    const first = bench.consume({ prefetch: 3 });
    bench.put('m1', 'm2', 'm3');
    const second = bench.consume({ prefetch: 2 });
    first.channel.close();
    expect(second.delivered.map(idOf)).toEqual(['m1', 'm2']);
    expect(bench.ready()).toEqual(['m3']);
  });

  test('fact 7: and before what waits, to the consumer that returned them', () => {
    const bench = oneQueue();
    const { channel, delivered } = bench.consume({ prefetch: 2 });
    bench.put('m1', 'm2', 'm3', 'm4');
    channel.nack(2, { multiple: true });
    expect(delivered.slice(2).map(idOf)).toEqual(['m1', 'm2']);
  });
});

describe('fact 9: prefetch', () => {
  test('fact 9: is per consumer, not per channel', () => {
    const bench = oneQueue();
    const channel = bench.channel();
    const [a, b] = [bench.consume({ channel, prefetch: 2 }), bench.consume({ channel, prefetch: 1 })];
    bench.put('m1', 'm2', 'm3', 'm4');
    expect([a, b].map(({ delivered }) => delivered.map(idOf))).toEqual([['m1', 'm3'], ['m2']]);
    channel.ack(2);
    expect(b.delivered.map(idOf)).toEqual(['m2', 'm4']);
  });

  test('fact 9: 0 is unlimited on a classic queue and 2000 on a quorum queue', () => {
    const counts = (['classic', 'quorum'] as const).map((type) => {
      const bench = oneQueue({ type });
      const { delivered } = bench.consume({ prefetch: 0 });
      bench.put(...Array.from({ length: 2100 }, (_, n) => `m${n}`));
      return delivered.length;
    });
    expect(counts).toEqual([2100, 2000]);
  });

  test('fact 9: basic.get ignores it', () => {
    const bench = oneQueue();
    const { channel, consumer, delivered } = bench.consume({ prefetch: 1 });
    bench.put('m1', 'm2', 'm3');
    expect(channel.get(bench.queue())).toMatchObject({ tag: 2, redelivered: false });
    expect(consumer.outstanding).toBe(1);
    channel.ack(1);
    expect(delivered.map(idOf)).toEqual(['m1', 'm3']);
    expect(channel.get(bench.queue())).toBe(undefined);
  });
});

describe('consumers', () => {
  test('fact 10: cancelling one leaves what it has in flight with it', () => {
    const bench = oneQueue();
    const { channel, consumer, delivered } = bench.consume();
    bench.put('m1', 'm2');
    channel.cancel(consumer);
    expect(bench.ready()).toEqual(['m2']);
    channel.ack(1);
    expect(bench.queue().totals.settled).toBe(1);
    expect(delivered.map(idOf)).toEqual(['m1']);
  });
});
