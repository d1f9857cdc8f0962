/** amqplib, unmodified, inside a run: what it sends and gets, and what the history says of it. */
import type { Channel } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { happened, entriesOf } from '../sim/world.fixture.ts';
import { playWith, told, withConfirms, worker } from './amqplib/world.fixture.ts';

const acking = worker((msg, channel) => channel.ack(msg));

describe('a message from end to end', () => {
  test('is published, confirmed, delivered and acknowledged, under its own id and type', async () => {
    const record = await playWith({ services: [acking], items: ['p1', 'p2'] });
    expect(record.outcome).toBe('quiet');
    expect(told(record, 'published', 'confirmed', 'delivered', 'acked')).toEqual([
      'published p1 by workload',
      'confirmed p1 by workload',
      'delivered p1 by worker/0',
      'acked p1 by worker/0',
      'published p2 by workload',
      'confirmed p2 by workload',
      'delivered p2 by worker/0',
      'acked p2 by worker/0',
    ]);
    const [published] = entriesOf(record, 'published');
    expect(published && happened(published)).toMatchObject({
      component: 'mq',
      channels: ['work'],
      value: { id: 'p1', type: 'T', key: 'work', body: { item: 'p1' }, headers: { messageId: 'p1' } },
      about: { lineage: 'T#p1' },
    });
  });

  test('comes with the properties, headers and bytes that it was sent with', async () => {
    const seen: unknown[] = [];
    const bytes = Buffer.from([0, 255, 1, 254]);
    const headers = { text: 'é', whole: 7, large: 2 ** 40, share: 0.5, no: null, list: [1, 'a'], deep: { yes: true } };
    await playWith({
      services: [
        worker((msg, channel) => {
          channel.ack(msg);
          seen.push([...msg.content], msg.properties.headers, msg.properties.correlationId, msg.fields.routingKey);
        }),
      ],
      send: (item, { mq }) =>
        withConfirms(mq, async (channel) => {
          channel.sendToQueue('work', bytes, { messageId: item, type: 'T', headers, correlationId: 'c' });
          await channel.waitForConfirms();
        }),
    });
    expect(seen).toEqual([[...bytes], headers, 'c', 'work']);
  });

  test('comes again, flagged, when it is given back', async () => {
    const record = await playWith({
      services: [worker((msg, channel) => (msg.fields.redelivered ? channel.ack(msg) : channel.nack(msg)))],
    });
    expect(told(record, 'delivered', 'nacked', 'acked')).toEqual([
      'delivered p1 by worker/0',
      'nacked p1 by worker/0',
      'delivered p1 by worker/0, again',
      'acked p1 by worker/0',
    ]);
  });

  test('goes to the dead letters of its queue when it is rejected', async () => {
    const queue = { deadLetterExchange: '', deadLetterRoutingKey: 'dead' };
    const deaths: unknown[] = [];
    const readsDead = async (channel: Channel): Promise<void> => {
      await channel.assertQueue('dead');
      await channel.consume('dead', (msg) => {
        if (!msg) return;
        deaths.push(msg.properties.headers?.['x-death'], msg.properties.headers?.['mine'], msg.properties.expiration);
        channel.ack(msg);
      });
    };
    const record = await playWith({
      services: [worker((msg, channel) => channel.reject(msg, false), { queue, prepare: readsDead })],
      send: (item, { mq }) =>
        withConfirms(
          mq,
          async (channel) => {
            const o = { messageId: item, type: 'T', headers: { mine: 1 }, expiration: 60_000 };
            channel.sendToQueue('work', Buffer.from('{}'), o);
            await channel.waitForConfirms();
          },
          queue,
        ),
    });
    expect(told(record, 'nacked', 'deadLettered', 'acked')).toEqual([
      'deadLettered p1 by mq',
      'nacked p1 by worker/0',
      'acked p1 by worker/0',
    ]);
    expect(deaths).toEqual([
      [
        {
          count: 1,
          reason: 'rejected',
          queue: 'work',
          exchange: '',
          'routing-keys': ['work'],
          time: { '!': 'timestamp', value: 1_767_225_600 },
          'original-expiration': '60000',
        },
      ],
      1,
      undefined,
    ]);
  });
});
