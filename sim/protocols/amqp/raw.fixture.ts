/** For specs: clients that write bytes of their own to a broker, and what they are answered. */
import net from 'node:net';
import { QueueRuntime } from '../../brokers/queue/runtime.ts';
import { type Component, makeable } from '../../component.ts';
import { service } from '../../services/service.ts';
import type { RunRecord } from '../../simulate.ts';
import { play } from '../../world.fixture.ts';
import { FRAME, frame, FrameReader } from './codec/frames.ts';
import { type Arguments, readMethod, writeMethod } from './codec/method.ts';
import type { MethodName } from './codec/methods.ts';
import type { Access } from './handshake.ts';
import { AmqpSession } from './session.ts';

const HEADER = Buffer.from('AMQP\0\0\x09\x01', 'latin1');

export function broker(access?: Access): Component<{ readonly name: string }> {
  return makeable({ name: 'mq' }, (simulation) => {
    const runtime = new QueueRuntime('mq', { queues: { work: {} } }, undefined, simulation, () => ({ name: 'mq' }));
    runtime.listen((wire) => new AmqpSession(runtime, wire, access), [5672]);
    return runtime;
  });
}

export class RawClient {
  /** Names of the methods that came, with reply codes and texts where they have some. */
  readonly heard: string[] = [];
  /** What came that was no frame. */
  readonly rest: number[] = [];
  isClosed = false;
  readonly #socket: net.Socket;
  readonly #reader = new FrameReader();

  constructor() {
    this.#socket = net.connect(5672, 'mq');
    this.#socket.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => (this.isClosed = true));
    // As Node closes by itself what it did not allow to stay half open.
    this.#socket.on('end', () => this.#socket.end());
  }

  #take(bytes: Buffer): void {
    // What it offers to log in by begins so too, and may be cut there.
    if (!this.#reader.peek(1) && bytes.subarray(0, 4).toString() === 'AMQP') {
      this.rest.push(...bytes);
      return;
    }
    this.#reader.add(bytes);
    for (let next = this.#reader.next(); next; next = this.#reader.next()) {
      if (next.type === FRAME.heartbeat) this.heard.push('heartbeat');
      if (next.type === FRAME.header || next.type === FRAME.body) this.heard.push('content');
      if (next.type !== FRAME.method) continue;
      const { name, args } = readMethod(next.payload);
      const code = 'replyCode' in args ? ` ${args.replyCode} ${args.replyText}` : '';
      this.heard.push(`${name}${code}`);
    }
  }

  write(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  method<N extends MethodName>(channel: number, name: N, args: Partial<Arguments<N>> = {}): void {
    this.write(frame(FRAME.method, channel, writeMethod(name, args)));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  end(): void {
    this.#socket.end();
  }

  /** The whole handshake at once, as clients may send it. */
  open(response = '\0guest\0guest', virtualHost = '/', mechanism = 'PLAIN'): void {
    this.write(HEADER);
    this.method(0, 'connection.start-ok', {
      clientProperties: { capabilities: { type: 'table', value: CAPABILITIES } },
      mechanism,
      response: Buffer.from(response, 'latin1'),
      locale: 'en_US',
    });
    this.method(0, 'connection.tune-ok', { channelMax: 2047, frameMax: 131_072, heartbeat: 60 });
    this.method(0, 'connection.open', { virtualHost });
  }
}

const CAPABILITIES = { authentication_failure_close: { type: 'bool', value: true } };

export const OPENED = ['connection.start', 'connection.tune', 'connection.open-ok'];

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** One run in which a client does this, and then waits. */
export async function raw(
  act: (client: RawClient) => unknown,
  access?: Access,
  faults: readonly string[] = [],
): Promise<{ client: RawClient; record: RunRecord }> {
  let client: RawClient | undefined;
  const mq = broker(access);
  const service_ = service('client', { mq }, async () => {
    client = new RawClient();
    await act(client);
    await sleep(1000);
  });
  const record = await play({ uses: {}, send: async () => {}, services: [service_], faults });
  return { client: client as RawClient, record };
}
