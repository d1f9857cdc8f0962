/** Which delivery a frame belongs to, though amqplib writes the frames of all handlers in one turn. */
import amqplib from 'amqplib/callback_api';
import type { ConsumeMessage } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { service } from '../../sim/services/service.ts';
import { entriesOf, happened } from '../../sim/world.fixture.ts';
import { mq, playWith, send, sleep, told, worker } from './world.fixture.ts';

/** The lineages of what was published to `dead`. */
const lineages = (record: Awaited<ReturnType<typeof playWith>>): unknown[] =>
  entriesOf(record, 'published')
    .map(happened)
    .filter(({ channels }) => channels.includes('dead'))
    .map(({ about }) => about?.['lineage'])
    .toSorted((a, b) => (String(a) < String(b) ? -1 : 1));

const items = ['p1', 'p2', 'p3'];
const DONE = { type: 'Done' };

describe('what handlers publish that go on in the same turn', () => {
  test('belongs to each one’s own delivery', async () => {
    let go: () => void = () => {};
    const all = new Promise<void>((resolve) => (go = resolve));
    let waiting = 0;
    const record = await playWith({
      items,
      services: [
        worker(
          async (msg, channel) => {
            if (++waiting === items.length) go();
            await all;
            channel.sendToQueue('dead', Buffer.from('{}'), DONE);
            channel.ack(msg);
          },
          { prepare: (channel) => channel.assertQueue('dead') },
        ),
      ],
    });
    expect(lineages(record)).toEqual(['T#p1/Done#1', 'T#p2/Done#1', 'T#p3/Done#1']);
    expect(told(record, 'acked')).toHaveLength(3);
  });

  test('belongs to the delivery whose content was read last, where one loop works for all', async () => {
    const record = await playWith({
      items,
      services: [
        worker(
          (() => {
            const waiting: ConsumeMessage[] = [];
            let isAtWork = false;
            return async (msg: ConsumeMessage, channel: Parameters<Parameters<typeof worker>[0]>[1]) => {
              waiting.push(msg);
              if (isAtWork) return;
              isAtWork = true;
              await sleep(200);
              for (let next = waiting.shift(); next; next = waiting.shift()) {
                channel.sendToQueue('dead', Buffer.from(next.content), DONE);
                await sleep(1);
                channel.ack(next);
              }
            };
          })(),
          { prepare: (channel) => channel.assertQueue('dead') },
        ),
      ],
    });
    expect(lineages(record)).toEqual(['T#p1/Done#1', 'T#p2/Done#1', 'T#p3/Done#1']);
  });

  test('and a message that was fetched by get belongs to whoever reads it', async () => {
    const getting = service('getter', { mq }, async ({ mq }) => {
      const channel = await (await mq.connect()).createChannel();
      await channel.assertQueue('work');
      await channel.assertQueue('dead');
      for (let got = 0; got < items.length; ) {
        const msg = await channel.get('work');
        if (msg) {
          got++;
          channel.sendToQueue('dead', msg.content, DONE);
          channel.ack(msg);
        } else await sleep(50);
      }
    });
    const record = await playWith({ items, services: [getting] });
    expect(lineages(record)).toEqual(['T#p1/Done#1', 'T#p2/Done#1', 'T#p3/Done#1']);
    expect(told(record, 'acked')).toHaveLength(3);
  });
});

test('code that uses the callback API, and connects by itself, reaches the same broker', async () => {
  const seen: string[] = [];
  const own = service('own', {}, () => {
    amqplib.connect('amqp://mq', (_, model) =>
      model.createChannel((_error, channel) =>
        channel.assertQueue('work', {}, () =>
          channel.consume('work', (msg) => {
            if (!msg) return;
            seen.push(msg.content.toString());
            channel.ack(msg);
          }),
        ),
      ),
    );
  });
  const record = await playWith({ items: ['p1'], services: [own], send });
  expect(seen).toEqual(['{"item":"p1"}']);
  expect(told(record, 'delivered', 'acked')).toEqual(['delivered p1 by own/0', 'acked p1 by own/0']);
});

test('where nobody tells of reading, the poison that kills strikes as soon as the message is there', async () => {
  const own = service('own', {}, async () => {
    const { connect } = await import('amqplib');
    const channel = await (await connect('amqp://mq')).createChannel();
    await channel.assertQueue('work', { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 1 } });
    await channel.consume('work', (msg) => msg && channel.ack(msg));
  });
  const record = await playWith({
    services: [own],
    faults: ['every delivery of T#p1: poison, kills the process'],
    send: async (item, { mq }) => {
      await sleep(100);
      const channel = await (await mq.connect()).createConfirmChannel();
      channel.sendToQueue('work', Buffer.from('{}'), { messageId: item, type: 'T' });
      await channel.waitForConfirms();
    },
  });
  expect(told(record, 'delivered')).toHaveLength(2);
  expect(told(record, 'acked')).toEqual([]);
});
