import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from './replay.ts';
import { clip, visible } from './text.ts';
import { duration, gap } from './time.ts';
import { wordsOf } from './words.ts';

const say = (kind: string, data: unknown): string =>
  wordsOf({ n: 0, timeUs: 0, process: 'billing/0', kind, data, causes: [] });
const seen = (component: string, channel: string, value: unknown, about: object = {}): unknown => ({
  component,
  channels: [channel],
  value,
  about,
});
const payment = { type: 'PaymentRequested', id: 'p1' };

test.each([
  [
    'delivered',
    seen('mq', 'payments', payment, { redelivered: true }),
    'PaymentRequested p1 delivered from payments (redelivered)',
  ],
  [
    'nacked',
    seen('mq', 'payments', payment, { requeue: false }),
    'PaymentRequested p1 nacked on payments (not requeued)',
  ],
  [
    'deadLettered',
    seen('mq', 'payments', payment, { reason: 'rejected', to: 'dead' }),
    'PaymentRequested p1 dead-lettered from payments to dead (rejected)',
  ],
  [
    'settledLate',
    seen('mq', 'payments', payment),
    'PaymentRequested p1 settled too late: it had been taken back on payments',
  ],
  [
    'channelClosed',
    seen('mq', 'payments', 'consumer time-out'),
    'channel closed: a delivery from payments was not settled in time',
  ],
  ['inserted', seen('db', 'charges', {}, { key: 'c1' }), 'row inserted into charges c1'],
  ['applied', seen('card', 'charge', {}), 'charge on card applied'],
  ['appended', seen('bank', 'a-1', { id: 'a-1@2', event: { type: 'Deposited' } }), 'Deposited a-1@2 appended to bank'],
  [
    'observed',
    seen('bank', 'a-1', { id: 'a-1@2', event: { type: 'Deposited' } }),
    'Deposited a-1@2 observed from bank',
  ],
  ['read', seen('bank', 'a-1', { stream: 'a-1', version: 2 }), 'a-1 read up to version 2 from bank'],
  [
    'snapshotted',
    seen('bank', 'a-1', { stream: 'a-1', version: 2, state: {} }),
    'snapshot of a-1 at version 2 saved to bank',
  ],
  ['crashed', { death: 'process', why: 'fault' }, 'crashed (process: fault)'],
  ['fault', { sentence: 'mq is silent from 1 s to 2 s', kind: 'outage' }, 'mq is silent from 1 s to 2 s'],
  ['started', { incarnation: 2 }, 'started again (incarnation 2)'],
  ['started', { incarnation: 1, version: 2 }, 'started, version 2'],
  ['stopping', { graceUs: 10_000_000 }, 'is asked to stop within 10 s'],
  ['stopped', { why: 'grace is over' }, 'stopped (grace is over)'],
  ['sent', { item: 'p1', nth: 2 }, 'sends p1, try 2'],
  ['of another day', { a: 1, b: 'x' }, 'of another day a 1, b x'],
  ['toString', null, 'toString'],
])('%s', (kind, data, words) => {
  expect(say(kind, data)).toBe(words);
});

test('no data makes it fail, run over, or leave its line', () => {
  const kinds = fc.constantFrom(
    'delivered',
    'inserted',
    'called',
    'appended',
    'snapshotted',
    'started',
    'stopping',
    'stopped',
    'crashed',
    'fault',
    'sent',
    'outage',
    'odd',
  );
  fc.assert(
    fc.property(kinds, fc.anything(), (kind, data) => {
      const words = say(kind, data);
      expect(words.length).toBeLessThanOrEqual(180);
      expect(words).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    }),
    { numRuns: 500 },
  );
});

test('virtual time', () => {
  expect([0, 867, 12_345, 1_011_285, 5_000_000, 125_000_000, 120_000_000].map(duration)).toEqual([
    '0 µs',
    '867 µs',
    '12.3 ms',
    '1.011 s',
    '5 s',
    '2 min 5 s',
    '2 min',
  ]);
  expect([50_000, 5_000_000, 90_000_000].map(gap)).toEqual(['+50 ms', '+5 s', '+1.5 min']);
});

test('what cannot be seen is shown, and what is cut ends in an ellipsis', () => {
  expect(visible('a\u0000b\ud800\u202e👩‍🚀\n')).toBe('a\\u0000b\\ud800\\u202e👩‍🚀\n');
  expect(clip('12345', 5)).toBe('12345');
  expect(clip('1234👩x', 6)).toBe('1234…');
});

test('a path is one word of a shell', () => {
  expect(shellWord('out/a-b.json')).toBe('out/a-b.json');
  expect(shellWord("a b'; rm -rf $HOME")).toBe("'a b'\\''; rm -rf $HOME'");
  expect(shellWord('')).toBe("''");
});
