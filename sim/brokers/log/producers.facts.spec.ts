import { describe, expect, test } from 'vitest';
import { type Bench, oneTopic, taken } from './bench.fixture.ts';
import { sequenceOf } from './record.ts';

const OUT_OF_ORDER = { error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
const LAST = 2_147_483_647;

const by = (firstSequence: number, o: { id?: number; epoch?: number; transactional?: boolean } = {}) => ({
  producer: { id: 7, epoch: 0, firstSequence, transactional: false, ...o },
});

/** Sends batches of one record each, of these sequences. */
function sendAll(bench: Bench, from: number, to: number): void {
  for (let n = from; n <= to; n++) bench.put(`m${n}`, by(n));
}

describe('fact 29: a batch of an idempotent producer is stored once', () => {
  test('fact 29: a batch that comes again is answered with the offset that it has', () => {
    const bench = oneTopic();
    bench.put('m0 m1', by(0));
    bench.put('m2', by(2));
    expect(bench.send('m0 m1', by(0))).toMatchObject({ baseOffset: 0, duplicate: true, appended: [] });
    expect(bench.read()).toBe('m0 m1 m2');
  });

  test('fact 29: with acks=all it is answered when the followers have it, as the first one is', () => {
    const bench = oneTopic();
    const told: string[] = [];
    for (const which of ['first', 'again']) {
      const { whenReplicated } = taken(bench.send('m0 m1', by(0)));
      whenReplicated?.((error) => told.push(error ?? which));
    }
    expect(told).toEqual([]);
    bench.replicate();
    expect(told).toEqual(['first', 'again']);
  });

  test('fact 29: it is looked for in the last five batches; an older one is out of order', () => {
    const bench = oneTopic();
    sendAll(bench, 0, 5);
    expect(bench.send('m1', by(1))).toMatchObject({ baseOffset: 1, duplicate: true });
    expect(bench.send('m0', by(0))).toEqual(OUT_OF_ORDER);
  });

  test('fact 29: a gap in the sequences is refused, and so is a batch that was cut otherwise', () => {
    const bench = oneTopic();
    bench.put('m0 m1', by(0));
    expect(bench.send('m3', by(3))).toEqual(OUT_OF_ORDER);
    expect(bench.send('m1', by(1))).toEqual(OUT_OF_ORDER);
    bench.put('m2 m3', by(2));
    expect(bench.read()).toBe('m0 m1 m2 m3');
  });

  test('fact 29: producers, epochs and partitions are told apart; a new epoch begins at 0', () => {
    const bench = oneTopic({ partitions: 2 });
    bench.put('a', by(0));
    bench.put('b', by(0, { id: 8 }));
    bench.put('c', { ...by(0), partition: 1 });
    expect(bench.send('x', by(1, { epoch: 1 }))).toEqual(OUT_OF_ORDER);
    bench.put('d', by(0, { epoch: 1 }));
    expect(bench.send('x', by(1, { epoch: 0 }))).toEqual({ error: 'INVALID_PRODUCER_EPOCH' });
    expect(bench.read()).toBe('a b d');
  });

  test('fact 29: what the application sends again is a record of its own', () => {
    const bench = oneTopic();
    bench.put('m0', by(0));
    bench.put('m0', by(1));
    expect(bench.read()).toBe('m0 m0');
  });

  test('fact 29: without an epoch and sequence nothing is looked for', () => {
    const bench = oneTopic();
    bench.put('m0');
    bench.put('m0');
    expect(bench.read()).toBe('m0 m0');
  });

  test('fact 29: a new leader knows what it has itself', () => {
    const bench = oneTopic();
    bench.put('m0', by(0));
    bench.send('m1', { acks: 1, ...by(1) });
    bench.failover();
    expect(bench.send('m0', by(0))).toMatchObject({ duplicate: true, baseOffset: 0 });
    expect(bench.send('m2', by(2))).toEqual(OUT_OF_ORDER);
    bench.put('m1', by(1));
    bench.failover();
    expect(bench.send('m1', by(1))).toMatchObject({ duplicate: true, baseOffset: 1 });
    expect(bench.read()).toBe('m0 m1');
  });

  test('after 2 147 483 647 the sequence is 0', () => {
    const bench = oneTopic();
    const { appended } = taken(bench.send('a b', by(LAST - 1)));
    expect(appended.map(sequenceOf)).toEqual([LAST - 1, LAST]);
    bench.put('c', by(0));
    expect(bench.send('d', by(2))).toEqual(OUT_OF_ORDER);
    expect(bench.read()).toBe('a b c');
  });
});
