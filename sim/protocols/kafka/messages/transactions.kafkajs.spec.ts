/** Idempotent and transactional producers, and authentication, as kafkajs speaks them. */
import { expect, test } from 'vitest';
import { agreesWithKafkajs, THROTTLE_MS } from '../kafkajs.fixture.ts';
import { readPlainToken, saslAuthenticate, saslHandshake } from './sasl.ts';
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, initProducerId } from './transactions.ts';
import { txnOffsetCommit } from './txn-offset-commit.ts';

const producer = { transactionalId: 'billing-tx', producerId: 4711, producerEpoch: 3 };

agreesWithKafkajs({
  api: initProducerId,
  args: { transactionalId: 'billing-tx', transactionTimeout: 60_000 },
  request: () => ({
    transactionalId: 'billing-tx',
    transactionTimeoutMs: 60_000,
    producerId: -1,
    producerEpoch: -1,
  }),
  response: () => ({ throttleTimeMs: THROTTLE_MS, errorCode: 51, producerId: 4711, producerEpoch: 3 }),
  decoded: () => ({ errorCode: 51, producerId: '4711', producerEpoch: 3 }),
});

agreesWithKafkajs({
  api: addPartitionsToTxn,
  args: { ...producer, topics: [{ topic: 'orders', partitions: [2, 0] }] },
  request: () => ({ ...producer, topics: [{ name: 'orders', partitions: [2, 0] }] }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    results: [{ name: 'orders', resultsByPartition: [{ partitionIndex: 2, partitionErrorCode: 51 }] }],
  }),
  decoded: () => ({ errors: [{ topic: 'orders', partitionErrors: [{ partition: 2, errorCode: 51 }] }] }),
});

agreesWithKafkajs({
  api: addOffsetsToTxn,
  args: { ...producer, groupId: 'billing' },
  request: () => ({ ...producer, groupId: 'billing' }),
  response: () => ({ throttleTimeMs: THROTTLE_MS, errorCode: 47 }),
  decoded: () => ({ errorCode: 47 }),
});

agreesWithKafkajs({
  api: endTxn,
  args: { ...producer, transactionResult: true },
  request: () => ({ ...producer, committed: true }),
  response: () => ({ throttleTimeMs: THROTTLE_MS, errorCode: 48 }),
  decoded: () => ({ errorCode: 48 }),
});

agreesWithKafkajs({
  api: txnOffsetCommit,
  args: {
    ...producer,
    groupId: 'billing',
    topics: [{ topic: 'orders', partitions: [{ partition: 2, offset: 43, metadata: null }] }],
  },
  request: () => ({
    ...producer,
    groupId: 'billing',
    generationId: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [
      {
        name: 'orders',
        partitions: [{ partitionIndex: 2, committedOffset: 43, committedLeaderEpoch: -1, committedMetadata: null }],
      },
    ],
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    topics: [{ name: 'orders', partitions: [{ partitionIndex: 2, errorCode: 25 }] }],
  }),
  decoded: () => ({ topics: [{ topic: 'orders', partitions: [{ partition: 2, errorCode: 25 }] }] }),
});

agreesWithKafkajs({
  api: saslHandshake,
  args: { mechanism: 'PLAIN' },
  request: () => ({ mechanism: 'PLAIN' }),
  response: () => ({ errorCode: 33, mechanisms: ['PLAIN'] }),
  decoded: () => ({ errorCode: 33, enabledMechanisms: ['PLAIN'] }),
});

const token = Buffer.from('\0alice\0secret');
const sized = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(0, 0, 0, bytes.length), bytes]);

agreesWithKafkajs({
  api: saslAuthenticate,
  args: { authBytes: sized(token) },
  request: () => ({ authBytes: token }),
  response: () => ({ errorCode: 58, errorMessage: 'no', authBytes: Buffer.from('a'), sessionLifetimeMs: 3_600_000 }),
  decoded: () => ({
    errorCode: 58,
    errorMessage: 'no',
    authBytes: sized(Buffer.from('a')),
    sessionLifetimeMs: '3600000',
  }),
});

test('the token of PLAIN', () => {
  expect(readPlainToken(token)).toEqual({ authorizationId: '', username: 'alice', password: 'secret' });
  for (const other of ['', 'alice', '\0alice', '\0alice\0', '\0\0secret', '\0alice\0secret\0'])
    expect(readPlainToken(Buffer.from(other))).toBeUndefined();
});
