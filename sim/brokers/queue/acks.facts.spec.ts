import { describe, expect, test } from 'vitest';
import { idOf, oneQueue } from './bench.fixture.ts';

const unknownTag = expect.objectContaining({ code: 'EDDY_PRECONDITION_FAILED' }) as Error;

describe('fact 1: delivery tags are per channel', () => {
  test('fact 1: each channel counts from 1, so the tag of one acks another message on the other', () => {
    const bench = oneQueue();
    const [a, b] = [bench.consume(), bench.consume()];
    bench.put('m1', 'm2');
    expect([a, b].map(({ delivered }) => delivered.map((one) => [idOf(one), one.tag]))).toEqual([
      [['m1', 1]],
      [['m2', 1]],
    ]);
    b.channel.ack(a.delivered[0]?.tag ?? 0);
    b.channel.close();
    a.channel.close();
    expect(bench.ready()).toEqual(['m1']);
  });

  test('fact 1: a tag that only another channel knows closes the channel', () => {
    const bench = oneQueue();
    const [a, b] = [bench.consume({ prefetch: 2 }), bench.consume()];
    bench.put('m1', 'm2', 'm3');
    expect(() => b.channel.ack(2)).toThrow(unknownTag);
    expect(b.channel).toMatchObject({ isOpen: false, closedBy: unknownTag });
    expect(a.channel).toMatchObject({ isOpen: true, outstanding: 2 });
  });
});

describe('fact 2: a tag is settled once', () => {
  test('fact 2: a second ack closes the channel, and what else it had comes again', () => {
    const bench = oneQueue();
    const { channel } = bench.consume({ prefetch: 2 });
    bench.put('m1', 'm2');
    channel.ack(1);
    expect(() => channel.ack(1)).toThrow(unknownTag);
    expect(channel.isOpen).toBe(false);
    expect(bench.ready()).toEqual(['m2']);
    expect(bench.queue().totals.settled).toBe(1);
  });

  test.each([
    ['ack', { multiple: false }],
    ['ack', { multiple: true }],
    ['nack', { multiple: false }],
    ['nack', { multiple: true }],
  ] as const)('fact 2: %s %o of a tag that was never given out closes the channel and settles nothing', (how, o) => {
    const bench = oneQueue();
    const { channel } = bench.consume({ prefetch: 2 });
    bench.put('m1', 'm2');
    expect(() => (how === 'ack' ? channel.ack(7, o.multiple) : channel.nack(7, o))).toThrow(unknownTag);
    expect(channel.isOpen).toBe(false);
    expect(bench.ready()).toEqual(['m1', 'm2']);
  });

  test('fact 2: a closed channel settles nothing more', () => {
    const bench = oneQueue();
    const { channel } = bench.consume();
    bench.put('m1');
    channel.close();
    expect(() => channel.ack(1)).toThrow(expect.objectContaining({ code: 'EDDY_CHANNEL_CLOSED' }) as Error);
    expect(bench.ready()).toEqual(['m1']);
  });
});

describe('fact 3: multiple', () => {
  test('fact 3: an ack with multiple settles every outstanding tag up to the given one and no other', () => {
    const bench = oneQueue();
    const { channel } = bench.consume({ prefetch: 4 });
    bench.put('m1', 'm2', 'm3', 'm4');
    channel.ack(2);
    channel.ack(3, true);
    expect(bench.queue().totals.settled).toBe(3);
    channel.close();
    expect(bench.ready()).toEqual(['m4']);
  });

  test('fact 3: tag 0 with multiple means all that is outstanding, even nothing', () => {
    const bench = oneQueue();
    const { channel } = bench.consume({ prefetch: 3 });
    bench.put('m1', 'm2', 'm3');
    channel.ack(0, true);
    channel.ack(0, true);
    expect(channel).toMatchObject({ isOpen: true, outstanding: 0 });
    expect(bench.queue().totals.settled).toBe(3);
  });

  test('fact 3: a nack with multiple gives them all up, the first one first', () => {
    const bench = oneQueue();
    const { channel } = bench.consume({ prefetch: 3 });
    bench.put('m1', 'm2', 'm3');
    channel.nack(2, { multiple: true, requeue: false });
    expect(bench.journal).toEqual(['m1 dropped by work: rejected', 'm2 dropped by work: rejected']);
    expect(channel.outstanding).toBe(1);
  });
});

describe('fact 4: auto-ack', () => {
  test('fact 4: is done as the message goes out, without a limit in flight', () => {
    const bench = oneQueue();
    const { channel, delivered } = bench.consume({ prefetch: 1, autoAck: true });
    bench.put('m1', 'm2', 'm3');
    expect(delivered.map(idOf)).toEqual(['m1', 'm2', 'm3']);
    expect(bench.queue()).toMatchObject({ unacked: 0, totals: { settled: 3 } });
    channel.close();
    expect(bench.ready()).toEqual([]);
  });

  test('fact 4: so its tag cannot be acked', () => {
    const bench = oneQueue();
    const { channel } = bench.consume({ autoAck: true });
    bench.put('m1');
    expect(() => channel.ack(1)).toThrow(unknownTag);
  });

  test('fact 4: basic.get takes it too', () => {
    const bench = oneQueue();
    bench.put('m1');
    const channel = bench.channel();
    channel.get(bench.queue(), { autoAck: true });
    expect(bench.queue()).toMatchObject({ unacked: 0, totals: { settled: 1 } });
  });
});

describe('fact 5: what closes gives back', () => {
  test('fact 5: all that the channel had unacked, from consumers and from basic.get, and nothing of other channels', () => {
    const bench = oneQueue();
    bench.put('m1', 'm2', 'm3', 'm4');
    const other = bench.consume();
    const channel = bench.channel();
    channel.get(bench.queue());
    bench.consume({ channel, prefetch: 2 });
    expect(bench.ready()).toEqual([]);
    channel.close();
    expect(bench.ready()).toEqual(['m2', 'm3', 'm4']);
    expect(other.channel).toMatchObject({ isOpen: true, outstanding: 1 });
  });

  test('fact 5: a closed channel is handed nothing more', () => {
    const bench = oneQueue();
    const { channel, delivered } = bench.consume({ prefetch: 0 });
    channel.close();
    bench.put('m1');
    expect(delivered).toEqual([]);
    expect(bench.ready()).toEqual(['m1']);
  });
});

describe('fact 6: the redelivered flag', () => {
  test.each(['nack', 'close', 'unknown tag'] as const)('fact 6: a return by %s sets it', (how) => {
    const bench = oneQueue();
    const first = bench.consume();
    bench.put('m1');
    if (how === 'nack') first.channel.nack(1);
    else if (how === 'close') first.channel.close();
    else expect(() => first.channel.ack(9)).toThrow(unknownTag);
    const again = how === 'nack' ? first : bench.consume();
    expect(first.delivered[0]?.redelivered).toBe(false);
    expect(again.delivered.at(-1)?.redelivered).toBe(true);
  });

  test('fact 6: not set does not mean first: the same message published again comes unflagged', () => {
    const bench = oneQueue();
    const { channel, delivered } = bench.consume();
    bench.put('m1', 'm1');
    channel.ack(1);
    expect(delivered.map((one) => [idOf(one), one.redelivered])).toEqual([
      ['m1', false],
      ['m1', false],
    ]);
  });

  test('fact 6: a message that waited behind a returned one comes unflagged', () => {
    const bench = oneQueue();
    const { channel, delivered } = bench.consume();
    bench.put('m1', 'm2');
    channel.nack(1);
    channel.ack(2);
    expect(delivered.map((one) => [idOf(one), one.redelivered])).toEqual([
      ['m1', false],
      ['m1', true],
      ['m2', false],
    ]);
  });
});
