import { describe, expect, test } from 'vitest';
import { argumentsOf, consumerPriority, settingsOf } from './arguments.ts';
import { plainTable, tableOf } from './table.ts';
import { refused } from './told.fixture.ts';

const why = (given: Record<string, unknown>): string => refused(() => settingsOf('q', tableOf(given)));

describe('arguments of a queue', () => {
  test('say what the queue does', () => {
    const given = {
      'x-message-ttl': 1,
      'x-expires': 2,
      'x-max-length': 3,
      'x-max-length-bytes': 4,
      'x-overflow': 'reject-publish-dlx',
      'x-dead-letter-exchange': 'dlx',
      'x-dead-letter-routing-key': 'k',
      'x-max-priority': 5,
      'x-single-active-consumer': true,
      'x-queue-mode': 'lazy',
      'x-anything': { else: 1 },
    };
    expect(settingsOf('q', tableOf(given))).toEqual({
      type: 'classic',
      messageTtlMs: 1,
      expiresMs: 2,
      maxLength: 3,
      maxLengthBytes: 4,
      overflow: 'reject-publish-dlx',
      deadLetterExchange: 'dlx',
      deadLetterKey: 'k',
      maxPriority: 5,
      singleActiveConsumer: true,
    });
    const quorum = { 'x-queue-type': 'quorum', 'x-delivery-limit': 6, 'x-dead-letter-strategy': 'at-least-once' };
    expect(settingsOf('q', tableOf(quorum))).toEqual({
      type: 'quorum',
      deliveryLimit: 6,
      deadLetterStrategy: 'at-least-once',
    });
  });

  test.each([
    ['x-message-ttl', 'soon', '"expected integer, got longstr"'],
    ['x-message-ttl', 1.5, '"expected integer, got double"'],
    ['x-message-ttl', -1, '{value_negative,-1}'],
    ['x-message-ttl', 315_360_000_001, '{value_too_large,315360000001}'],
    ['x-expires', 0, '{value_zero,0}'],
    ['x-expires', -5, '{value_negative,-5}'],
    ['x-max-length', -1, '{value_negative,-1}'],
    ['x-max-length-bytes', true, '"expected integer, got bool"'],
    ['x-max-priority', 256, '{max_value_exceeded,256}'],
    ['x-overflow', 'spill', 'invalid_overflow'],
    ['x-overflow', 1, '{unacceptable_type,signedint}'],
    ['x-dead-letter-routing-key', 'k', 'routing_key_but_no_dlx_defined'],
    ['x-single-active-consumer', 'yes', '{unacceptable_type,longstr}'],
    ['x-queue-mode', 'busy', '"unsupported queue mode \'busy\'"'],
    ['x-queue-type', 'heap', '"unsupported queue type \'heap\'"'],
  ])('%s: %j is refused', (name, value, term) => {
    expect(why({ [name]: value })).toBe(
      `406 PRECONDITION_FAILED - invalid arg '${name}' for queue 'q' in vhost '/': ${term}`,
    );
  });

  test.each([
    ['classic', 'x-delivery-limit', 3],
    ['classic', 'x-dead-letter-strategy', 'at-least-once'],
    ['classic', 'x-max-in-memory-length', 3],
    ['classic', 'x-max-in-memory-bytes', 3],
    ['classic', 'x-quorum-initial-group-size', 3],
    ['classic', 'x-max-age', '1h'],
    ['classic', 'x-stream-max-segment-size-bytes', 3],
    ['classic', 'x-initial-cluster-size', 3],
    ['quorum', 'x-max-priority', 3],
    ['quorum', 'x-queue-mode', 'lazy'],
    ['quorum', 'x-queue-version', 2],
    ['quorum', 'x-queue-master-locator', 'min-masters'],
    ['quorum', 'x-max-age', '1h'],
    ['quorum', 'x-stream-max-segment-size-bytes', 3],
    ['quorum', 'x-initial-cluster-size', 3],
  ])('a %s queue takes no %s', (type, name, value) => {
    expect(why({ 'x-queue-type': type, [name]: value })).toBe(
      `406 PRECONDITION_FAILED - invalid arg '${name}' for queue 'q' in vhost '/' of queue type rabbit_${type}_queue`,
    );
  });

  test('what was declared at the start has arguments that say the same', () => {
    const o = { messageTtlMs: 5, maxLength: 2, overflow: 'reject-publish', deadLetterTo: 'dead' } as const;
    const given = argumentsOf(o);
    expect(plainTable(given)).toEqual({
      'x-message-ttl': 5,
      'x-max-length': 2,
      'x-overflow': 'reject-publish',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': 'dead',
    });
    const { deadLetterTo, ...same } = o;
    const told = settingsOf('q', given);
    expect(told).toEqual({ ...same, type: 'classic', deadLetterExchange: '', deadLetterKey: deadLetterTo });
  });

  test("a consumer's priority is a whole number, 0 when it says nothing", () => {
    expect([consumerPriority('q', {}), consumerPriority('q', tableOf({ 'x-priority': -3 }))]).toEqual([0, -3]);
    expect(refused(() => consumerPriority('q', tableOf({ 'x-priority': 'high' })))).toBe(
      `406 PRECONDITION_FAILED - invalid arg 'x-priority' for queue 'q' in vhost '/': "expected integer, got longstr"`,
    );
  });
});

test('a table keeps its values: texts, numbers, booleans, nothing, bytes, lists and tables', () => {
  const plain = { a: 'x', b: 1, c: 5_000_000_000, d: 1.5, e: true, f: null, g: [1, 'y'], h: { i: 2 }, j: 7n };
  const table = tableOf({ ...plain, left: undefined });
  expect(plainTable(table)).toEqual(plain);
  expect(Object.values(table).map(({ type }) => type)).toEqual([
    'longstr',
    'signedint',
    'long',
    'double',
    'bool',
    'void',
    'array',
    'table',
    'long',
  ]);
  expect(tableOf({ b: new Uint8Array([1]) })['b']?.type).toBe('binary');
});
