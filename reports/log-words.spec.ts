import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordsOf } from './words.ts';

const say = (kind: string, data: unknown): string =>
  wordsOf({ n: 0, timeUs: 0, process: 'log', kind, data, causes: [] });
const at = { topic: 'orders', partition: 0 };

test.each<[string, object, string, object?]>([
  ['joined', { group: 'g', member: 'm' }, 'm joins group g'],
  ['left', { group: 'g', member: 'm' }, 'm leaves group g'],
  [
    'expelled',
    { group: 'g', member: 'm', why: 'its session timed out' },
    'm is put out of group g: its session timed out',
  ],
  [
    'rebalanced',
    { group: 'g', generation: 2, assignment: { m: { orders: [0, 1] }, n: {} } },
    'group g, generation 2: m has orders/0, orders/1; n has nothing',
  ],
  ['coordinatorMoved', { group: 'g', node: 1 }, 'group g is coordinated by broker 1 now'],
  ['assigned', { topic: 'orders', partitions: [0, 2], generation: 3 }, 'takes up orders/0, orders/2 (generation 3)'],
  ['revoked', { topic: 'orders', partitions: [0] }, 'gives up orders/0'],
  ['lost', { topic: 'orders', partitions: [0] }, 'has lost orders/0'],
  ['sought', { ...at, from: 3, to: 5, why: 'reset' }, 'goes on at 5 in orders/0 (reset)'],
  ['offsetsCommitted', { ...at, group: 'g', offset: 4 }, 'commits 4 in orders/0 for group g (lag 1)', { lag: 1 }],
  [
    'offsetsRefused',
    { ...at, offset: 4 },
    'commit of 4 in orders/0 refused: ILLEGAL_GENERATION',
    { error: 'ILLEGAL_GENERATION' },
  ],
  [
    'leaderChanged',
    { ...at, leader: 2, epoch: 1, unclean: true },
    'orders/0 is led by broker 2 now (epoch 1, unclean)',
  ],
  ['leaderChanged', { ...at, epoch: 1 }, 'orders/0 has no leader'],
  [
    'truncated',
    { ...at, node: 0, from: 4, to: 2, lost: ['A#1', 'A#2'] },
    'orders/0 on broker 0 cut from 4 back to 2: A#1, A#2 lost',
  ],
  ['truncated', { ...at, node: 0, from: 4, to: 2, lost: [] }, 'orders/0 on broker 0 cut from 4 back to 2'],
  ['logStart', { ...at, from: 0, to: 4 }, 'orders/0 begins at 4 now, not at 0'],
  ['partitionsAdded', { topic: 'orders', from: 2, to: 6 }, 'orders has 6 partitions now, not 2'],
  ['transactionBegan', { transactionalId: 't', epoch: 0 }, 'transaction of t (epoch 0) begins'],
  [
    'transactionAborted',
    { transactionalId: 't', epoch: 0, why: 'timed out' },
    'transaction of t (epoch 0) is aborted: timed out',
  ],
  ['fenced', { transactionalId: 't', why: 'new producer' }, 'who held t is fenced: new producer'],
])('%s', (kind, value, words, about = {}) => {
  expect(say(kind, { component: 'log', channels: ['orders'], value, about })).toBe(words);
});

test('whatever the data holds, it is words', () => {
  const kinds = fc.constantFrom('rebalanced', 'assigned', 'truncated', 'leaderChanged', 'transactionAborted', 'lost');
  fc.assert(
    fc.property(kinds, fc.anything(), fc.anything(), (kind, value, about) => {
      expect(say(kind, { value, about })).not.toContain('\n');
    }),
  );
});
