/** For specs: a broker, a worker that consumes from `work`, and a sender that waits for confirms, all with amqplib. */
import type { Channel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { type Service, service } from '../../sim/services/service.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { entriesOf, happened, play } from '../../sim/world.fixture.ts';
import { rabbit, type RabbitPort } from '../amqplib.ts';

export const mq = rabbit('mq', { queues: ['work', 'dead'] });
const uses = { mq };
export type Here = { readonly mq: RabbitPort };

/** Opens its channel, declares `work`, and hands over what comes. */
export function worker(
  handle: (msg: ConsumeMessage, channel: Channel) => unknown,
  o: {
    name?: string;
    queue?: Options.AssertQueue;
    consume?: Options.Consume;
    prefetch?: number;
    prepare?: (channel: Channel) => Promise<unknown>;
  } = {},
): Service {
  return service(o.name ?? 'worker', uses, async ({ mq }) => {
    const model = await mq.connect();
    model.on('error', () => {});
    // As many do: the process ends with its connection, and is started again.
    model.on('close', () => void Promise.reject(new Error('connection lost')));
    const channel = await model.createChannel();
    channel.on('error', () => {});
    if (o.prefetch !== undefined) await channel.prefetch(o.prefetch);
    await o.prepare?.(channel);
    await channel.assertQueue('work', o.queue);
    await channel.consume('work', (msg) => msg && void handle(msg, channel), o.consume);
  });
}

/** A sender that connects for each item, and closes when it has been confirmed. */
export async function send(item: string, { mq }: Here, o: Options.Publish = {}): Promise<void> {
  await withConfirms(mq, async (channel) => {
    channel.publish('', 'work', Buffer.from(JSON.stringify({ item })), {
      messageId: item,
      type: 'T',
      persistent: true,
      ...o,
    });
    await channel.waitForConfirms();
  });
}

export async function withConfirms(
  mq: RabbitPort,
  work: (channel: ConfirmChannel) => Promise<unknown>,
  queue?: Options.AssertQueue,
): Promise<void> {
  const model = await mq.connect();
  model.on('error', () => {});
  const channel = await model.createConfirmChannel();
  channel.on('error', () => {});
  await channel.assertQueue('work', queue);
  await work(channel);
  // amqplib's `close` never settles when the connection is lost meanwhile.
  void model.close().catch(() => {});
}

export function playWith(o: {
  services?: readonly Service[];
  items?: readonly string[];
  faults?: readonly string[];
  send?: (item: string, ports: Here) => Promise<void>;
}): Promise<RunRecord> {
  return play({ uses, send, ...o });
}

/** What happened to messages: `delivered p1 to worker/0`. */
export function told(record: RunRecord, ...kinds: readonly string[]): string[] {
  return entriesOf(record, ...kinds).map((entry) => {
    const { value, about } = happened(entry);
    const again = about?.['redelivered'] === true ? ', again' : '';
    return `${entry.kind} ${(value as { id: string }).id} by ${entry.process}${again}`;
  });
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
