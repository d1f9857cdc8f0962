/** amqplib as it is, over real sockets, against the queue broker; and what is no client at all. */
import { connect as dial, type Socket } from 'node:net';
import { once } from 'node:events';
import { type ChannelModel, type ConfirmChannel, connect, type ConsumeMessage } from 'amqplib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseFault } from '../../sim/faults/parse.ts';
import { amqpEndpoint } from './endpoints.ts';
import { serve, type Serving } from './server.ts';

let serving: Serving | undefined;
let struck: string[] = [];
const errors: unknown[] = [];
const clients: ChannelModel[] = [];
const sockets: Socket[] = [];

beforeEach(() => {
  struck = [];
  errors.length = 0;
});

afterEach(async () => {
  for (const client of clients.splice(0)) await client.close().catch(() => {});
  for (const socket of sockets.splice(0)) socket.destroy();
  await serving?.close();
  serving = undefined;
  expect(errors).toEqual([]);
});

async function startServing(...plan: readonly string[]): Promise<void> {
  await startServingAt(undefined, ...plan);
}

async function startServingAt(startsMs: number | undefined, ...plan: readonly string[]): Promise<void> {
  serving = await serve([amqpEndpoint(0)], {
    ...(startsMs !== undefined && { startsMs }),
    hosts: [{ name: 'localhost', address: '127.0.0.1' }],
    plan: plan.map(parseFault),
    heard: { struck: (sentence) => struck.push(sentence), failed: (error) => errors.push(error) },
  });
}

const port = (): number => serving?.listening[0]?.port ?? 0;

/** A channel with confirms on a connection of that name; what breaks it is no error here. */
async function channel(name: string): Promise<ConfirmChannel & { readonly gone: Promise<unknown> }> {
  const clientProperties = { connection_name: name };
  const client = await connect({ hostname: '127.0.0.1', port: port() }, { clientProperties });
  clients.push(client);
  const gone = new Promise((resolve) => {
    client.on('error', () => {});
    client.on('close', resolve);
  });
  const opened = await client.createConfirmChannel();
  opened.on('error', () => {});
  await opened.assertQueue('payments');
  return Object.assign(opened, { gone });
}

async function send(through: ConfirmChannel, text: string): Promise<void> {
  through.sendToQueue('payments', Buffer.from(text), { type: 'Paid', messageId: text });
  await through.waitForConfirms();
}

/** When a message dies that the broker gives up. */
async function deathMs(): Promise<number> {
  const worker = await channel('worker');
  await worker.assertQueue('dead');
  await worker.assertQueue('short', { deadLetterExchange: '', deadLetterRoutingKey: 'dead', maxLength: 0 });
  worker.sendToQueue('short', Buffer.from('m'));
  await worker.waitForConfirms();
  const died = await new Promise<ConsumeMessage | null>((resolve) => void worker.consume('dead', resolve));
  const [death] = died?.properties.headers?.['x-death'] ?? [];
  return Number((death?.time as { value?: unknown } | undefined)?.value) * 1_000;
}

/** The next message; it is not acked. */
function next(from: ConfirmChannel): Promise<ConsumeMessage> {
  return new Promise((resolve) => {
    void from.consume('payments', (message) => message && resolve(message));
  });
}

test('publishes, confirms, delivers, acks', async () => {
  await startServing();
  const [billing, worker] = [await channel('billing'), await channel('worker')];
  await send(billing, 'p1');
  const message = await next(worker);
  expect(message.content.toString()).toBe('p1');
  worker.ack(message);
  expect((await billing.checkQueue('payments')).messageCount).toBe(0);
});

test('a client that vanishes gives back what it had not acked', async () => {
  await startServing();
  const [billing, worker, other] = [await channel('billing'), await channel('worker'), await channel('other')];
  await send(billing, 'p1');
  expect((await next(worker)).fields.redelivered).toBe(false);
  // The library waits for ever for a connection that it did not close by itself.
  clients.splice(1, 1);
  const { stream } = worker.connection as unknown as { stream: Socket };
  stream.resetAndDestroy();
  const again = await next(other);
  expect([again.content.toString(), again.fields.redelivered]).toEqual(['p1', true]);
});

test.each([
  '1st delivery of Paid#billing.1 to worker: ack is lost',
  '1st delivery of Paid#billing.1 to worker: crash before ack',
  '1st delivery of Paid#billing.1 to worker: disconnect from mq before ack',
])('%s: the connection breaks, and the message comes again', async (sentence) => {
  await startServing(sentence);
  const [billing, worker, other] = [await channel('billing'), await channel('worker'), await channel('other')];
  await send(billing, 'p1');
  worker.ack(await next(worker));
  await worker.gone;
  expect((await next(other)).fields.redelivered).toBe(true);
  expect(struck).toEqual([sentence]);
});

test('poison spoils the bytes of a body, of each delivery or of one', async () => {
  await startServing(
    'every delivery of Paid#billing.1: poison, not parseable',
    '1st delivery of Paid#billing.2 to worker: poison, kills the process',
  );
  const [billing, worker, other] = [await channel('billing'), await channel('worker'), await channel('other')];
  await send(billing, '{"n":1}');
  const spoiled = await next(worker);
  expect(() => JSON.parse(spoiled.content.toString()) as unknown).toThrow();
  worker.ack(spoiled);
  await send(billing, '{"n":2}');
  await worker.gone;
  expect((await next(other)).content.toString()).toBe('{"n":2}');
  expect(struck).toHaveLength(2);
});

test('a lost confirm breaks the connection, and the message is there', async () => {
  await startServing('work of billing: confirm of publish is lost');
  const [billing, worker] = [await channel('billing'), await channel('worker')];
  await expect(send(billing, 'p1')).rejects.toThrow();
  expect((await next(worker)).content.toString()).toBe('p1');
});

test('a broker that refuses breaks connections, and is there again afterwards', async () => {
  await startServing('mq is refusing from 300 ms to 500 ms');
  const billing = await channel('billing');
  await billing.gone;
  for (;;) {
    // Refused until the outage is over.
    const again = await channel('billing').catch(() => undefined);
    if (again) return;
  }
});

test('what is sent while the network is cut comes when the cut is over', async () => {
  const sentence = 'network between billing and mq is cut from 200 ms to 500 ms';
  await startServing(sentence);
  const billing = await channel('billing');
  for (let nth = 0; struck.length === 0; nth++) await send(billing, `p${nth}`);
  expect(struck).toEqual([sentence]);
  await send(billing, 'afterwards');
});

/** Writes these bytes, and reads until the other side has closed. */
async function answerTo(...writes: readonly Uint8Array[]): Promise<Buffer> {
  const socket = dial({ host: '127.0.0.1', port: port() });
  sockets.push(socket);
  const read: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => void read.push(bytes));
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const bytes of writes) socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(read);
}

const HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

/** The code of the connection.close (10, 50) with which the answer ends. */
function closeCode(answer: Buffer): number | undefined {
  const at = answer.indexOf(Buffer.from([0, 10, 0, 50]));
  return at < 0 ? undefined : answer.readUInt16BE(at + 4);
}

/** Of this type on this channel, as long as it says, with that last octet. */
function frame(type: number, length: number, end = 0xce): Buffer {
  const bytes = Buffer.alloc(length + 8);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt32BE(length, 3);
  bytes.writeUInt8(end, length + 7);
  return bytes;
}

test('what is no client gets the protocol error, and the others go on', async () => {
  await startServing();
  const billing = await channel('billing');
  expect(await answerTo(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toEqual(HEADER);
  expect(closeCode(await answerTo(HEADER, frame(1, 200_000)))).toBe(501);
  expect(closeCode(await answerTo(HEADER, frame(1, 4, 0)))).toBe(501);
  expect(closeCode(await answerTo(HEADER, frame(3, 4)))).toBe(505);
  await send(billing, 'p1');
});

test('random bytes end neither the server nor its other connections', async () => {
  await startServing();
  const billing = await channel('billing');
  let state = 12_345;
  const draw = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16;
  for (let nth = 0; nth < 60; nth++) {
    const noise = Buffer.from(Array.from({ length: 1 + (draw() % 300) }, draw));
    const socket = dial({ host: '127.0.0.1', port: port() });
    sockets.push(socket);
    socket.on('error', () => {});
    await once(socket, 'connect');
    if (nth % 2 === 0) socket.write(HEADER);
    socket.end(noise);
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
  }
  await send(billing, 'p1');
});

test('its clock is the real one, or begins where it is told to', async () => {
  const aroundMs = Date.now();
  await startServing();
  expect(await deathMs()).toBeGreaterThanOrEqual(Math.floor(aroundMs / 1_000) * 1_000);
  await serving?.close();
  await startServingAt(Date.UTC(2031, 5, 1));
  expect(new Date(await deathMs()).getUTCFullYear()).toBe(2031);
});
