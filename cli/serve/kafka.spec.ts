/** kafkajs as it is, over real sockets, against the log broker; and what is no client at all. */
import { once } from 'node:events';
import { connect as dial, type Socket } from 'node:net';
import kafkajs, { type Consumer, type Kafka, type KafkaMessage } from 'kafkajs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { kafkaEndpoint } from './endpoints.ts';
import { serve, type Serving } from './server.ts';

let serving: Serving | undefined;
let struck: string[] = [];
const errors: unknown[] = [];
const clients: { disconnect(): Promise<void> }[] = [];
const sockets: Socket[] = [];

beforeEach(() => {
  struck = [];
  errors.length = 0;
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.disconnect();
  for (const socket of sockets.splice(0)) socket.destroy();
  await serving?.close();
  serving = undefined;
  expect(errors).toEqual([]);
});

async function startServing(...plan: readonly string[]): Promise<void> {
  await startServingAt(undefined, ...plan);
}

async function startServingAt(startsMs: number | undefined, ...plan: readonly string[]): Promise<void> {
  serving = await serve([kafkaEndpoint([0, 0, 0])], {
    ...(startsMs !== undefined && { startsMs }),
    hosts: [{ name: 'localhost', address: '127.0.0.1' }],
    plan: plan.map(parseFault),
    heard: { struck: (sentence) => struck.push(sentence), failed: (error) => errors.push(error) },
  });
}

function client(clientId: string): Kafka {
  const brokers = (serving?.listening ?? []).map(({ host, port }) => `${host}:${port}`);
  return new kafkajs.Kafka({ clientId, brokers, logLevel: kafkajs.logLevel.NOTHING, retry: { initialRetryTime: 20 } });
}

function kept<T extends { disconnect(): Promise<void> }>(one: T): T {
  clients.push(one);
  return one;
}

async function send(clientId: string, ...texts: readonly string[]): Promise<void> {
  const producer = kept(client(clientId).producer());
  await producer.connect();
  await producer.send({ topic: 'orders', messages: texts.map((value) => ({ key: value, value })) });
}

/** What a member of the group is handed, until it has seen so many. */
async function receive(clientId: string, count: number): Promise<{ texts: string[]; consumer: Consumer }> {
  const consumer = kept(client(clientId).consumer({ groupId: 'billing', maxWaitTimeInMs: 50 }));
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  const seen: KafkaMessage[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: ({ message }) => {
        if (seen.push(message) >= count) resolve();
        return Promise.resolve();
      },
    });
  });
  return { texts: seen.map(({ value }) => String(value)).toSorted((a, b) => (a < b ? -1 : 1)), consumer };
}

test('a topic comes to be, takes records, and hands them to a group', async () => {
  await startServing();
  await send('shop', 'o1', 'o2', 'o3');
  expect((await receive('billing', 3)).texts).toEqual(['o1', 'o2', 'o3']);
});

test('clients are told the nodes as they reached them', async () => {
  await startServing();
  const admin = kept(client('admin').admin());
  await admin.connect();
  const { brokers } = await admin.describeCluster();
  expect(brokers).toEqual(serving?.listening.map(({ node, port }) => ({ nodeId: node, host: 'localhost', port })));
});

test('a group goes on where it had committed', async () => {
  await startServing();
  await send('shop', 'o1', 'o2');
  const { consumer } = await receive('billing', 2);
  await consumer.stop();
  await send('shop', 'o3');
  expect((await receive('billing', 1)).texts).toEqual(['o3']);
});

test('topics, settings, records and groups can be administered', async () => {
  await startServing();
  const admin = kept(client('admin').admin());
  await admin.connect();
  await admin.createTopics({
    topics: [{ topic: 'orders', numPartitions: 1, configEntries: [{ name: 'retention.ms', value: '1000000' }] }],
  });
  await expect(admin.createTopics({ topics: [{ topic: 'orders' }] })).resolves.toBe(false);
  await expect(admin.createTopics({ topics: [{ topic: 'no good' }] })).rejects.toThrow();
  await send('shop', 'o1', 'o2', 'o3');
  await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 0, offset: '2' }] });
  expect(await admin.fetchTopicOffsets('orders')).toMatchObject([{ low: '2', high: '3' }]);
  await admin.createPartitions({ topicPartitions: [{ topic: 'orders', count: 3 }] });
  expect((await admin.fetchTopicMetadata({ topics: ['orders'] })).topics[0]?.partitions).toHaveLength(3);
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type, name: 'orders', configEntries: [{ name: 'retention.ms', value: '2000000' }] }],
  });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type, name: 'orders', configNames: ['retention.ms'] }],
  });
  expect(resources[0]?.configEntries).toMatchObject([{ configName: 'retention.ms', configValue: '2000000' }]);
  const { consumer } = await receive('billing', 1);
  expect((await admin.describeGroups(['billing'])).groups).toMatchObject([
    { state: 'Stable', members: [{ clientId: 'billing' }] },
  ]);
  await expect(admin.deleteGroups(['billing'])).rejects.toThrow();
  await consumer.disconnect();
  expect((await admin.listGroups()).groups).toEqual([{ groupId: 'billing', protocolType: 'consumer' }]);
  await admin.deleteGroups(['billing']);
  expect((await admin.listGroups()).groups).toEqual([]);
  await admin.deleteTopics({ topics: ['orders'] });
  expect(await admin.listTopics()).not.toContain('orders');
});

test('a lost answer of a produce: the client sends again, and the record is there twice', async () => {
  const sentence = 'work of shop: confirm of produce is lost';
  await startServing(sentence);
  await send('shop', 'o1');
  expect((await receive('billing', 2)).texts).toEqual(['o1', 'o1']);
  expect(struck).toEqual([sentence]);
});

test('a producer whose place another one has taken hears so in the words of its version', async () => {
  await startServing();
  const begin = async () => {
    const o = { transactionalId: 'shop', maxInFlightRequests: 1, idempotent: true };
    const producer = kept(client('shop').producer(o));
    await producer.connect();
    return producer.transaction();
  };
  const old = await begin();
  await (await begin()).abort();
  // kafkajs asks in versions that know no PRODUCER_FENCED.
  await expect(old.send({ topic: 'orders', messages: [{ value: 'o1' }] })).rejects.toThrow(/old epoch/);
});

test('a broker that falls silent answers when it speaks again', async () => {
  await startServing('log is silent from 0 s to 400 ms');
  await send('shop', 'o1');
  expect(struck).toEqual(['log is silent from 0 s to 400 ms']);
});

/** Writes these bytes, and reads until the other side has closed. */
async function answerTo(bytes: Uint8Array, hangsUp = false): Promise<Buffer> {
  const { host, port } = serving?.listening[0] ?? { host: '', port: 0 };
  const socket = dial({ host, port });
  sockets.push(socket);
  const read: Buffer[] = [];
  socket.on('data', (part: Buffer) => void read.push(part));
  socket.on('error', () => {});
  await once(socket, 'connect');
  if (hangsUp) socket.end(bytes);
  else socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(read);
}

/** A request of that key and version, of a client that says no name. */
function request(key: number, version: number, body = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.alloc(14);
  bytes.writeInt32BE(10 + body.length, 0);
  bytes.writeInt16BE(key, 4);
  bytes.writeInt16BE(version, 6);
  bytes.writeInt32BE(7, 8);
  bytes.writeInt16BE(-1, 12);
  return Buffer.concat([bytes, body]);
}

test('what is no request ends its own connection, and the others go on', async () => {
  await startServing();
  const oversized = Buffer.alloc(4);
  oversized.writeInt32BE(2_000_000_000);
  expect(await answerTo(oversized)).toHaveLength(0);
  expect(await answerTo(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toHaveLength(0);
  expect(await answerTo(request(999, 0))).toHaveLength(0);
  // A Metadata request that says of so many topics and names none.
  expect(await answerTo(request(3, 1, Buffer.from([0, 0, 0, 9])))).toHaveLength(0);
  await send('shop', 'o1');
});

test('random bytes end neither the server nor its other connections', async () => {
  await startServing();
  let state = 54_321;
  const draw = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16;
  for (let nth = 0; nth < 60; nth++) {
    const noise = Buffer.from(Array.from({ length: 1 + (draw() % 300) }, draw));
    await answerTo(nth % 2 === 0 ? noise : request(draw() % 47, draw() % 8, noise), true);
  }
  await send('shop', 'o1');
});

test('what it stamps records with is the real time, or begins where it is told to', async () => {
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
  const stampMs = async (): Promise<number> => {
    const admin = kept(client('admin').admin());
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'orders', configEntries }] });
    await send('shop', 'a');
    const consumer = kept(client('billing').consumer({ groupId: 'billing', maxWaitTimeInMs: 50 }));
    await consumer.connect();
    await consumer.subscribe({ topic: 'orders', fromBeginning: true });
    const eachMessage = (seen: (timestamp: string) => void) => (o: { message: KafkaMessage }) =>
      Promise.resolve(seen(o.message.timestamp));
    return Number(await new Promise<string>((resolve) => void consumer.run({ eachMessage: eachMessage(resolve) })));
  };
  const aroundMs = Date.now();
  await startServing();
  expect(await stampMs()).toBeGreaterThanOrEqual(aroundMs);
  for (const client of clients.splice(0)) await client.disconnect();
  await serving?.close();
  await startServingAt(Date.UTC(2031, 5, 1));
  expect(new Date(await stampMs()).getUTCFullYear()).toBe(2031);
});
