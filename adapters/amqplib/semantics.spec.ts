/** RabbitMQ's semantics, as amqplib's users meet them. */
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { service } from '../../sim/services/service.ts';
import { rabbit } from '../amqplib.ts';
import { mq, playWith, sleep, told, worker } from './world.fixture.ts';

const nothing = async (): Promise<void> => {};

/** What one client sees that does this; an error ends it. */
async function seen(
  act: (channel: Channel, see: (what: unknown) => void, model: ChannelModel) => Promise<unknown>,
  broker = mq,
): Promise<unknown[]> {
  const all: unknown[] = [];
  const see = (what: unknown): void => void all.push(what);
  const client = service('client', { broker }, async ({ broker }) => {
    const model = await broker.connect();
    model.on('error', (error: Error) => see(`connection: ${error.message}`));
    const channel = await model.createChannel();
    channel.on('error', (error: Error) => see(error.message));
    await act(channel, see, model).catch((error: Error) => see(`rejected: ${error.message}`));
  });
  await playWith({ services: [client], send: nothing });
  return all;
}

const body = (text: string): Buffer => Buffer.from(JSON.stringify(text));
const textOf = (msg: ConsumeMessage | null): string => String(msg && JSON.parse(msg.content.toString()));

describe('queues', () => {
  test('are declared again as they are, and not otherwise', async () => {
    expect(
      await seen(async (channel, see) => {
        see(await channel.assertQueue('q', { durable: true }));
        see(await channel.assertQueue('q', { durable: true }));
        await channel.assertQueue('q', { durable: false });
      }),
    ).toEqual([
      { queue: 'q', messageCount: 0, consumerCount: 0 },
      { queue: 'q', messageCount: 0, consumerCount: 0 },
      expect.stringContaining(
        "406 (PRECONDITION-FAILED) with message \"PRECONDITION_FAILED - inequivalent arg 'durable'",
      ),
      expect.stringContaining('rejected: Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED)'),
    ]);
  });

  test('that are not there are not found', async () => {
    expect(await seen((channel) => channel.checkQueue('none'))).toEqual([
      `Channel closed by server: 404 (NOT-FOUND) with message "NOT_FOUND - no queue 'none' in vhost '/'"`,
      `rejected: Operation failed: QueueDeclare; 404 (NOT-FOUND) with message "NOT_FOUND - no queue 'none' in vhost '/'"`,
    ]);
  });

  test('of the broker’s naming are the last declared, and go with their connection', async () => {
    const [name, ok] = (await seen(async (channel, see) => {
      const { queue } = await channel.assertQueue('', { exclusive: true });
      see(queue);
      see(await channel.checkQueue(queue));
    })) as [string, { queue: string }];
    expect(name).toMatch(/^amq\.gen-/);
    expect(ok.queue).toBe(name);
  });

  test('are purged and deleted', async () => {
    expect(
      await seen(async (channel, see) => {
        await channel.assertQueue('q');
        for (const text of ['a', 'b']) channel.sendToQueue('q', body(text));
        await sleep(10);
        see(await channel.purgeQueue('q'));
        channel.sendToQueue('q', body('c'));
        await sleep(10);
        see(await channel.deleteQueue('q'));
      }),
    ).toEqual([{ messageCount: 2 }, { messageCount: 1 }]);
  });

  test('that are deleted tell their consumers', async () => {
    expect(
      await seen(async (channel, see, model) => {
        await channel.assertQueue('q');
        await channel.consume('q', (msg) => see(msg));
        await (await model.createChannel()).deleteQueue('q');
        await sleep(10);
      }),
    ).toEqual([null]);
  });
});

describe('exchanges', () => {
  test('route by what is bound to them, also through one another', async () => {
    expect(
      await seen(async (channel, see) => {
        await channel.assertExchange('events', 'topic');
        await channel.assertExchange('all', 'fanout');
        await channel.bindExchange('all', 'events', 'order.#');
        await channel.assertQueue('q');
        await channel.bindQueue('q', 'all', '');
        await channel.consume('q', (msg) => msg && see([msg.fields.exchange, msg.fields.routingKey, textOf(msg)]), {
          noAck: true,
        });
        channel.publish('events', 'order.placed', body('one'));
        channel.publish('events', 'invoice.sent', body('two'));
        await sleep(10);
        await channel.unbindQueue('q', 'all', '');
        channel.publish('events', 'order.placed', body('three'));
        await sleep(10);
      }),
    ).toEqual([['events', 'order.placed', 'one']]);
  });

  test('that are not there close the channel', async () => {
    expect(
      await seen(async (channel) => {
        channel.publish('none', 'k', body('x'));
        await sleep(10);
      }),
    ).toEqual([`Channel closed by server: 404 (NOT-FOUND) with message "NOT_FOUND - no exchange 'none' in vhost '/'"`]);
  });

  test('return what they cannot route, if it is mandatory, before they confirm it', async () => {
    expect(
      await seen(async (_, see, model) => {
        const channel = await model.createConfirmChannel();
        channel.on('return', (msg) =>
          see(['returned', (msg.fields as { replyText?: string }).replyText, textOf(msg as never)]),
        );
        channel.publish('', 'nowhere', body('lost'), { mandatory: true }, () => see('confirmed'));
        channel.publish('', 'nowhere', body('dropped'), {}, () => see('confirmed'));
        await channel.waitForConfirms();
      }),
    ).toEqual([['returned', 'NO_ROUTE', 'lost'], 'confirmed', 'confirmed']);
  });
});

describe('consumers', () => {
  test('have no more in hand than their prefetch', async () => {
    let inHand = 0;
    let most = 0;
    const record = await playWith({
      items: ['p1', 'p2', 'p3', 'p4'],
      services: [
        worker(
          async (msg, channel) => {
            most = Math.max(most, ++inHand);
            await sleep(100);
            inHand--;
            channel.ack(msg);
          },
          { prefetch: 2 },
        ),
      ],
    });
    expect(most).toBe(2);
    expect(told(record, 'acked')).toHaveLength(4);
  });

  test('that are cancelled get nothing more, and keep what they have', async () => {
    expect(
      await seen(async (channel, see) => {
        await channel.assertQueue('q');
        const held: ConsumeMessage[] = [];
        const { consumerTag } = await channel.consume('q', (msg) => msg && held.push(msg));
        channel.sendToQueue('q', body('a'));
        await sleep(10);
        await channel.cancel(consumerTag);
        channel.sendToQueue('q', body('b'));
        await sleep(10);
        see(held.map(textOf));
        see((await channel.checkQueue('q')).messageCount);
        channel.ack(held[0] as ConsumeMessage);
        const got = await channel.get('q', { noAck: true });
        see(got && [got.fields.messageCount, textOf(got as never)]);
        see(await channel.get('q'));
      }),
    ).toEqual([['a'], 1, [0, 'b'], false]);
  });

  test('acknowledge several at once, or give them all back', async () => {
    expect(
      await seen(async (channel, see) => {
        await channel.assertQueue('q');
        const held: ConsumeMessage[] = [];
        await channel.consume('q', (msg) => msg && held.push(msg));
        for (const text of ['a', 'b', 'c']) channel.sendToQueue('q', body(text));
        await sleep(10);
        channel.ack(held[1] as ConsumeMessage, true);
        await sleep(10);
        channel.nackAll(true);
        await sleep(10);
        see(held.map((msg) => [textOf(msg), msg.fields.redelivered]));
        await channel.recover();
        await sleep(10);
        see(held.length);
      }),
    ).toEqual([
      [
        ['a', false],
        ['b', false],
        ['c', false],
        ['c', true],
      ],
      5,
    ]);
  });

  test('that acknowledge twice lose their channel', async () => {
    const [error] = await seen(async (channel) => {
      await channel.assertQueue('q');
      await channel.consume('q', (msg) => {
        if (!msg) return;
        channel.ack(msg);
        channel.ack(msg);
      });
      channel.sendToQueue('q', body('a'));
      await sleep(10);
    });
    expect(error).toBe(
      'Channel closed by server: 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - unknown delivery tag 1"',
    );
  });

  test('exclude others, and may not use a tag twice', async () => {
    expect(
      await seen(async (channel, see, model) => {
        await channel.assertQueue('q');
        await channel.consume('q', () => {}, { exclusive: true });
        const other = await model.createChannel();
        other.on('error', (error: Error) => see(error.message));
        await other.consume('q', () => {});
      }),
    ).toEqual([
      expect.stringContaining(
        `403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - queue 'q' in vhost '/' in exclusive use"`,
      ),
      expect.stringContaining('rejected'),
    ]);
  });

  test('of replies get them directly', async () => {
    expect(
      await seen(async (channel, see, model) => {
        const replyTo = 'amq.rabbitmq.reply-to';
        const server = await model.createChannel();
        await server.assertQueue('rpc');
        await server.consume(
          'rpc',
          (msg) => {
            if (msg) server.sendToQueue(msg.properties.replyTo as string, body(`${textOf(msg)}!`));
          },
          { noAck: true },
        );
        // Nobody has to wait for the consumer's name.
        void channel.consume(replyTo, (msg) => see(textOf(msg)), { noAck: true });
        channel.sendToQueue('rpc', body('hello'), { replyTo });
        await sleep(20);
      }),
    ).toEqual(['hello!']);
  });

  test('lose their channel when they settle nothing for half an hour', async () => {
    const old = rabbit('old', { profile: '3.13' });
    expect(
      await seen(async (channel, see) => {
        await channel.assertQueue('q');
        await channel.consume('q', () => see('delivered'));
        channel.sendToQueue('q', body('a'));
        await sleep(40 * 60_000);
      }, old as never),
    ).toEqual(['delivered', expect.stringContaining('406 (PRECONDITION-FAILED)')]);
  });
});

describe('channels', () => {
  test('close alone: the others of the connection go on, and the number is free again', async () => {
    expect(
      await seen(async (channel, see, model) => {
        const other = await model.createChannel();
        await channel.checkQueue('none').catch(() => {});
        await other.assertQueue('q');
        const again = await model.createChannel();
        see((again as unknown as { ch: number }).ch);
        see((await again.checkQueue('q')).queue);
      }),
    ).toEqual([expect.stringContaining('404'), 1, 'q']);
  });

  test('carry large messages in several frames', async () => {
    expect(
      await seen(async (channel, see) => {
        await channel.assertQueue('q');
        await channel.consume('q', (msg) => see(msg?.content.length), { noAck: true });
        channel.sendToQueue('q', Buffer.alloc(500_000, 'x'));
        channel.sendToQueue('q', Buffer.alloc(0));
        await sleep(20);
      }),
    ).toEqual([500_000, 0]);
  });
});
