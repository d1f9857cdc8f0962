import { describe, expect, test } from 'vitest';
import { Bench, envelope, oneQueue } from './bench.fixture.ts';
import type { QueueOptions } from './settings.ts';

const withDead = (options: QueueOptions<string>): Bench =>
  new Bench({ queues: { work: { deadLetterTo: 'dead', ...options }, dead: {} } });

/** Publishes as many, and tells which were refused. */
const refused = (bench: Bench, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `m${n}`).filter(
    (id) => bench.broker.publish(envelope(id), ['work']).nackedBy !== undefined,
  );

describe('fact 21: length limits', () => {
  test.each(['classic', 'quorum'] as const)('fact 21: a %s queue drops its head unless told otherwise', (type) => {
    const bench = withDead({ type, maxLength: 2 });
    expect(refused(bench, 4)).toEqual([]);
    expect(bench.journal).toEqual(['m0 from work to dead: maxlen', 'm1 from work to dead: maxlen']);
    expect(bench.ready()).toEqual(['m2', 'm3']);
  });

  test('fact 21: only what is ready counts, not what is in flight', () => {
    const bench = withDead({ maxLength: 1 });
    bench.consume({ prefetch: 2 });
    expect(refused(bench, 3)).toEqual([]);
    expect(bench.journal).toEqual([]);
    bench.put('m4');
    expect(bench.journal).toEqual(['m2 from work to dead: maxlen']);
  });

  test('fact 21: what a waiting consumer takes was never in the queue', () => {
    const bench = withDead({ maxLength: 0 });
    const { delivered } = bench.consume();
    expect(refused(bench, 2)).toEqual([]);
    expect(delivered).toHaveLength(1);
    expect(bench.journal).toEqual(['m1 from work to dead: maxlen']);
  });

  test('fact 21: reject-publish refuses the newest and dead-letters nothing', () => {
    const bench = withDead({ maxLength: 2, overflow: 'reject-publish' });
    expect(refused(bench, 4)).toEqual(['m2', 'm3']);
    expect(bench.journal).toEqual([]);
    expect([bench.ready(), bench.ready('dead')]).toEqual([['m0', 'm1'], []]);
    bench.channel().get(bench.queue());
    expect(refused(bench, 2)).toEqual(['m1']);
  });

  test('fact 21: reject-publish-dlx refuses it and dead-letters it too', () => {
    const bench = withDead({ maxLength: 2, overflow: 'reject-publish-dlx' });
    expect(refused(bench, 3)).toEqual(['m2']);
    expect(bench.journal).toEqual(['m2 from work to dead: maxlen']);
    expect([bench.ready(), bench.ready('dead')]).toEqual([['m0', 'm1'], ['m2']]);
    expect(bench.broker.brokenLaw).toBe(undefined);
  });

  test('fact 17, fact 21: a quorum queue knows no reject-publish-dlx, and drops its head', () => {
    const bench = withDead({ type: 'quorum', maxLength: 2, overflow: 'reject-publish-dlx' });
    expect(refused(bench, 3)).toEqual([]);
    expect(bench.journal).toEqual(['m0 from work to dead: maxlen']);
  });

  test('fact 21: a quorum queue refuses only beyond its limit, and takes again when a fifth of it is free', () => {
    const bench = oneQueue({ type: 'quorum', maxLength: 5, overflow: 'reject-publish' });
    expect(refused(bench, 8)).toEqual(['m6', 'm7']);
    const channel = bench.channel();
    channel.get(bench.queue());
    expect(refused(bench, 1)).toEqual(['m0']);
    channel.get(bench.queue());
    expect(refused(bench, 1)).toEqual([]);
    expect(bench.queue().length).toBe(5);
  });

  test('fact 21: one full queue does not keep the others from taking the message, though its publisher gets a nack', () => {
    const bench = new Bench({ queues: { a: {}, b: { maxLength: 1, overflow: 'reject-publish' }, c: {} } });
    bench.broker.publish(envelope('m1'), ['b']);
    expect(bench.broker.publish(envelope('m2'), ['a', 'b', 'c'])).toEqual({
      queues: ['a', 'c'],
      returned: false,
      nackedBy: 'b',
    });
    expect([bench.ready('a'), bench.ready('b'), bench.ready('c')]).toEqual([['m2'], ['m1'], ['m2']]);
  });

  test('fact 21: what returns to a classic queue that is full again drops the head before anybody is served', () => {
    const journals = (['classic', 'quorum'] as const).map((type) => {
      const bench = withDead({ type, maxLength: 1 });
      const { channel } = bench.consume();
      bench.put('m0', 'm1');
      channel.nack(1);
      return bench.journal;
    });
    expect(journals).toEqual([['m0 from work to dead: maxlen'], []]);
  });
});
