/** kafkajs' compressed batches are read; it reads compressed ones, markers and batches of which compaction took a part. */
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { writeResponse } from '../requests.ts';
import { fetch } from '../messages/fetch.ts';
import { type ProduceRequest, produce } from '../messages/produce.ts';
import { openRequest, readBody, type OpenedRequest } from '../requests.ts';
import { controlBatch } from './control.ts';
import { readProduced } from './produced.ts';
import { magicOfFetch, writeRecords } from './records.ts';
import { batchOf, type RecordBatch, type WireRecord } from './types.ts';

interface Exchange {
  readonly request: object;
  readonly response: { decode(bytes: Buffer): Promise<DecodedFetch> };
}

interface DecodedFetch {
  readonly responses: readonly [{ readonly partitions: readonly [{ readonly messages: readonly DecodedMessage[] }] }];
}

interface DecodedMessage {
  readonly offset: string;
  readonly value: Buffer | null;
  readonly isControlRecord?: boolean;
}

interface Definition {
  protocol(o: { version: number }): (args: object) => Exchange;
}

const load = createRequire(import.meta.url);
const { requests } = load('kafkajs/src/protocol/requests') as { requests: { Produce: Definition; Fetch: Definition } };
const createRequest = load('kafkajs/src/protocol/request') as (o: object) => Promise<{ buffer: Buffer }>;

const GZIP = 1;
const TIME_MS = 1_700_000_000_000;

const messages = Array.from({ length: 5 }, (_, n) => ({
  key: `k${n}`,
  value: `${'same '.repeat(20)}${n}`,
  timestamp: TIME_MS + n,
}));

test.each([2, 3, 7])('Produce v%i: what kafkajs has compressed is read', async (version) => {
  const { request } = requests.Produce.protocol({ version })({
    acks: 1,
    timeout: 1000,
    compression: GZIP,
    topicData: [{ topic: 'orders', partitions: [{ partition: 0, messages }] }],
  });
  const { buffer } = await createRequest({ correlationId: 1, clientId: 'c', request });
  const opened = openRequest(buffer.subarray(4)) as OpenedRequest;
  const { value } = readBody(produce, opened) as { value: ProduceRequest };
  const bytes = value.topicData[0]?.partitionData[0]?.records as Buffer;
  expect(bytes.length).toBeLessThan(messages.length * 100);
  const read = readProduced(version, bytes) as { batches: readonly RecordBatch[] };
  expect(read.batches).toMatchObject([{ compression: 'gzip', magic: version === 2 ? 1 : 2 }]);
  // Numbered from 0 within a batch or wrapper, whatever that is numbered.
  expect(read.batches[0]?.records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
  expect(
    read.batches[0]?.records.map(({ key, value, timestampMs }) => [String(key), String(value), timestampMs]),
  ).toEqual(messages.map(({ key, value, timestamp }) => [key, value, timestamp]));
});

const records = messages.map(
  ({ key, value, timestamp }, n): WireRecord => ({
    offset: 40 + n,
    timestampMs: timestamp,
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: [],
  }),
);

async function readByKafkajs(version: number, bytes: Buffer): Promise<readonly DecodedMessage[]> {
  const header = { apiKey: 1, apiVersion: version, correlationId: 1, clientId: null };
  const partition = {
    partitionIndex: 0,
    errorCode: 0,
    highWatermark: 100,
    lastStableOffset: 100,
    logStartOffset: 0,
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: bytes,
  };
  const responses = [{ topic: 'orders', partitions: [partition] }];
  const frame = writeResponse(fetch, header, { throttleTimeMs: 0, errorCode: 0, sessionId: 0, responses });
  const { response } = requests.Fetch.protocol({ version })({ maxWaitTime: 1, minBytes: 1, topics: [] });
  return (await response.decode(frame.subarray(8))).responses[0].partitions[0].messages;
}

test.each([0, 1, 2, 3, 4, 11])('Fetch v%i: kafkajs reads what is compressed', async (version) => {
  const bytes = writeRecords([batchOf(records, { compression: 'gzip' })], magicOfFetch(version));
  expect(bytes.length).toBeLessThan(messages.length * 100);
  const read = await readByKafkajs(version, bytes);
  expect(read.map(({ offset, value }) => [offset, String(value)])).toEqual(
    messages.map(({ value }, n) => [String(40 + n), value]),
  );
});

test('kafkajs tells markers from records, and reads on behind what compaction took', async () => {
  const producer = { producerId: 3, producerEpoch: 1 };
  const batches = [
    batchOf(records.slice(1, 3), {
      ...producer,
      baseOffset: 40,
      lastOffset: 44,
      baseSequence: 0,
      isTransactional: true,
    }),
    controlBatch({
      ...producer,
      type: 'abort',
      offset: 45,
      timestampMs: TIME_MS,
      coordinatorEpoch: 0,
      partitionLeaderEpoch: 0,
    }),
    batchOf([], { baseOffset: 46, lastOffset: 47 }),
    batchOf([{ ...(records[0] as WireRecord), offset: 48 }]),
  ];
  const read = await readByKafkajs(11, writeRecords(batches, 2));
  expect(read.map(({ offset, isControlRecord }) => [offset, isControlRecord])).toEqual([
    ['41', false],
    ['42', false],
    ['45', true],
    ['48', false],
  ]);
});
