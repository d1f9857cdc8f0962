/** Produce and Fetch as kafkajs speaks them, with records in the format of each version. */
import { agreesWithKafkajs, THROTTLE_MS } from '../kafkajs.fixture.ts';
import { magicOfFetch, writeRecords } from '../records/records.ts';
import { batchOf, type RecordBatch, type WireRecord } from '../records/types.ts';
import { fetch } from './fetch.ts';
import { listOffsets } from './list-offsets.ts';
import { produce } from './produce.ts';

const TIME_MS = 1_700_000_000_000;

const messages = [
  { key: 'order-1', value: 'first', timestamp: TIME_MS, headers: { type: 'Placed', again: ['a', 'b'] } },
  { key: 'order-2', value: 'zweite ö', timestamp: TIME_MS + 250, headers: {} },
  { key: null, value: null, timestamp: TIME_MS + 70_000 },
];

const headersOf: WireRecord['headers'][] = [
  [
    { key: 'type', value: Buffer.from('Placed') },
    { key: 'again', value: Buffer.from('a') },
    { key: 'again', value: Buffer.from('b') },
  ],
  [],
  [],
];

const bytesOf = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));

const records = (baseOffset: number): WireRecord[] =>
  messages.map(({ key, value, timestamp }, n) => ({
    offset: baseOffset + n,
    timestampMs: timestamp,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headersOf[n] as WireRecord['headers'],
  }));

const produced: RecordBatch = batchOf(records(0), {
  partitionLeaderEpoch: 0,
  isTransactional: true,
  producerId: 4711,
  producerEpoch: 3,
  baseSequence: 12,
});

/** Messages of a producer have no offsets yet: kafkajs writes -1 in version 2, and counts before. */
const unnumbered = batchOf(records(0).map((record) => ({ ...record, offset: -1 })));

function recordsSent(version: number): Buffer {
  if (version >= 3) return writeRecords([produced], 2);
  return version === 2 ? writeRecords([unnumbered], 1) : writeRecords([produced], 0);
}

agreesWithKafkajs({
  api: produce,
  args: {
    transactionalId: 'billing-tx',
    producerId: 4711,
    producerEpoch: 3,
    acks: -1,
    timeout: 30_000,
    compression: 0,
    topicData: [
      { topic: 'orders', partitions: [{ partition: 2, firstSequence: 12, messages }] },
      { topic: 'none', partitions: [] },
    ],
  },
  request: (version) => ({
    transactionalId: 'billing-tx',
    acks: -1,
    timeoutMs: 30_000,
    topicData: [
      {
        name: 'orders',
        partitionData: [
          {
            index: 2,
            records: recordsSent(version),
          },
        ],
      },
      { name: 'none', partitionData: [] },
    ],
  }),
  response: () => ({
    responses: [
      {
        name: 'orders',
        partitionResponses: [
          {
            index: 2,
            errorCode: 5,
            baseOffset: 8_589_934_592_001,
            logAppendTimeMs: -1,
            logStartOffset: 17,
            recordErrors: [],
            errorMessage: null,
          },
        ],
      },
    ],
    throttleTimeMs: THROTTLE_MS,
  }),
  decoded: () => ({
    topics: [
      {
        topicName: 'orders',
        partitions: [
          {
            partition: 2,
            errorCode: 5,
            offset: '8589934592001',
            baseOffset: '8589934592001',
            timestamp: '-1',
            logAppendTime: '-1',
            logStartOffset: '17',
          },
        ],
      },
    ],
  }),
});

const MARKS = [{ type: Buffer.from('Placed'), again: [Buffer.from('a'), Buffer.from('b')] }, {}, {}];

const batchContext = {
  firstOffset: '40',
  firstTimestamp: String(TIME_MS),
  partitionLeaderEpoch: 6,
  inTransaction: true,
  isControlBatch: false,
  lastOffsetDelta: 2,
  producerId: '4711',
  producerEpoch: 3,
  timestampType: 0,
  magicByte: 2,
};

function decodedMessages(version: number): object[] {
  const magicByte = magicOfFetch(version);
  return messages.map(({ key, value, timestamp }, n) => ({
    offset: String(40 + n),
    magicByte,
    attributes: 0,
    key: bytesOf(key),
    value: bytesOf(value),
    ...(magicByte > 0 && { timestamp: String(timestamp) }),
    ...(magicByte === 2 && {
      headers: MARKS[n],
      isControlRecord: false,
      batchContext: { ...batchContext, firstSequence: 12, maxTimestamp: String(TIME_MS + 70_000) },
    }),
  }));
}

const fetched = [
  batchOf(records(40), {
    partitionLeaderEpoch: 6,
    isTransactional: true,
    producerId: 4711,
    producerEpoch: 3,
    baseSequence: 12,
  }),
];

agreesWithKafkajs({
  api: fetch,
  args: {
    maxWaitTime: 5000,
    minBytes: 1,
    maxBytes: 1_048_576,
    isolationLevel: 1,
    rackId: 'rack-a',
    topics: [
      { topic: 'orders', partitions: [{ partition: 2, fetchOffset: '40', maxBytes: 65_536 }] },
      { topic: 'bills', partitions: [] },
    ],
    forgottenTopics: [{ topic: 'gone', partitions: [1, 2] }],
  },
  request: (version) => ({
    replicaId: -1,
    maxWaitMs: 5000,
    minBytes: 1,
    maxBytes: 1_048_576,
    isolationLevel: 1,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        topic: 'orders',
        partitions: [
          {
            partition: 2,
            currentLeaderEpoch: -1,
            fetchOffset: 40,
            logStartOffset: -1,
            partitionMaxBytes: 65_536,
          },
        ],
      },
      { topic: 'bills', partitions: [] },
    ],
    forgottenTopicsData: [{ topic: 'gone', partitions: [1, 2] }],
    rackId: version >= 11 ? 'rack-a' : '',
  }),
  response: (version) => ({
    throttleTimeMs: THROTTLE_MS,
    errorCode: 0,
    sessionId: 99,
    responses: [
      {
        topic: 'orders',
        partitions: [
          {
            partitionIndex: 2,
            errorCode: 3,
            highWatermark: 43,
            lastStableOffset: 42,
            logStartOffset: 11,
            abortedTransactions: [{ producerId: 4711, firstOffset: 41 }],
            preferredReadReplica: -1,
            records: writeRecords(fetched, magicOfFetch(version)),
          },
        ],
      },
    ],
  }),
  decoded: (version) => ({
    errorCode: 0,
    sessionId: 99,
    responses: [
      {
        topicName: 'orders',
        partitions: [
          {
            partition: 2,
            errorCode: 3,
            highWatermark: '43',
            lastStableOffset: '42',
            lastStartOffset: '11',
            abortedTransactions: [{ producerId: '4711', firstOffset: '41' }],
            preferredReadReplica: -1,
            messages: decodedMessages(version),
          },
        ],
      },
    ],
  }),
});

agreesWithKafkajs({
  api: listOffsets,
  args: {
    isolationLevel: 1,
    topics: [{ topic: 'orders', partitions: [{ partition: 2, timestamp: -2, maxNumOffsets: 3 }] }],
  },
  request: () => ({
    replicaId: -1,
    isolationLevel: 1,
    topics: [
      {
        name: 'orders',
        partitions: [{ partitionIndex: 2, currentLeaderEpoch: -1, timestamp: -2, maxNumOffsets: 3 }],
      },
    ],
  }),
  response: () => ({
    throttleTimeMs: THROTTLE_MS,
    topics: [
      {
        name: 'orders',
        partitions: [
          {
            partitionIndex: 2,
            errorCode: 3,
            oldStyleOffsets: [43, 11],
            timestamp: TIME_MS,
            offset: 11,
            leaderEpoch: 6,
          },
        ],
      },
    ],
  }),
  decoded: () => ({
    responses: [
      {
        topic: 'orders',
        partitions: [{ partition: 2, errorCode: 3, offsets: ['43', '11'], timestamp: String(TIME_MS), offset: '11' }],
      },
    ],
  }),
});
