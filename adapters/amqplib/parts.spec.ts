/** What a broker for amqplib shares with the plain port, and how it is told what a message is. */
import { describe, expect, test } from 'vitest';
import { makePort, type QueuePort } from '../../sim/brokers/queue/port.ts';
import { QueueRuntime } from '../../sim/brokers/queue/runtime.ts';
import { type Component, makeable } from '../../sim/component.ts';
import { AmqpSession } from '../../sim/protocols/amqp/session.ts';
import { service } from '../../sim/services/service.ts';
import { entriesOf, happened, play } from '../../sim/world.fixture.ts';
import { rabbit } from '../amqplib.ts';
import { sleep } from './world.fixture.ts';

describe('one broker for both', () => {
  type Both = Component<QueuePort<string>>;
  const both = makeable<Both, QueuePort<string>>({ name: 'mq' }, (simulation) => {
    const shape = { queues: { work: {}, replies: {} } };
    const runtime = new QueueRuntime<QueuePort<string>>('mq', shape, undefined, simulation, makePort);
    runtime.listen((wire) => new AmqpSession(runtime, wire), [5672]);
    return runtime;
  });

  test('a message of the plain port comes over a wire, and the other way round', async () => {
    const seen: unknown[] = [];
    const wired = service('wired', { both }, async () => {
      const { connect } = await import('amqplib');
      const channel = await (await connect('amqp://mq')).createChannel();
      await channel.consume('work', (msg) => {
        if (!msg) return;
        const { messageId, type, contentType, headers } = msg.properties;
        seen.push([messageId, type, contentType, headers, msg.content.toString()]);
        channel.sendToQueue('replies', Buffer.from('{"n":2}'), { messageId: 'm2', type: 'Reply', correlationId: 'm1' });
        channel.ack(msg);
      });
    });
    const plain = service('plain', { both }, ({ both }) => {
      both.consume('replies').subscribe((delivery) => {
        const { id, type, body, headers } = delivery.message;
        seen.push([id, type, body, headers['correlationId']]);
        void delivery.ack();
      });
    });
    const record = await play({
      uses: { both },
      services: [wired, plain],
      send: (item, { both }) =>
        both.publish({ key: 'work' }, { n: 1 }, { id: item, type: 'Asked', headers: { mine: true } }),
    });
    expect(seen).toEqual([
      ['p1', 'Asked', 'application/json', { mine: true }, '{"n":1}'],
      ['m2', 'Reply', { n: 2 }, 'm1'],
    ]);
    expect(entriesOf(record, 'acked').map((entry) => happened(entry).about?.['lineage'])).toEqual([
      'Asked#p1',
      'Asked#p1/Reply#1',
    ]);
    expect(record.outcome).toBe('quiet');
  });
});

describe('what a message is', () => {
  async function identified(o: Parameters<typeof rabbit>[1], properties: object): Promise<unknown> {
    const mq = rabbit('mq', { queues: ['work'], ...o });
    const record = await play({
      uses: { mq },
      send: async (_, { mq }) => {
        const channel = await (await mq.connect()).createConfirmChannel();
        channel.sendToQueue('work', Buffer.from('{"id":"b","type":"B"}'), properties);
        await channel.waitForConfirms();
      },
    });
    return entriesOf(record, 'published').flatMap((entry) => {
      const { id, type } = happened(entry).value as { id: string; type: string };
      return [id, type];
    });
  }

  test.each([
    ['its properties', { messageId: 'm', type: 'M' }, ['m', 'M']],
    ['CloudEvents before them', { messageId: 'm', type: 'M', headers: { ce_id: 'c', ce_type: 'C' } }, ['c', 'C']],
    ['its body, where it says nothing else', {}, ['b', 'B']],
  ])('is told by %s', async (_, properties, expected) => {
    expect(await identified({}, properties)).toEqual(expected);
  });

  test('or as its user says, who sees the properties among the headers', async () => {
    const identify = ({ headers, body }: { headers: Record<string, unknown>; body: unknown }) => ({
      id: `${headers['correlationId']}-${headers['mine']}`,
      type: (body as { type: string }).type,
    });
    const properties = { correlationId: 'x', headers: { mine: 1 } };
    expect(await identified({ identify: identify as never }, properties)).toEqual(['x-1', 'B']);
  });
});

test('a service that closes its connection when it is asked to stop has nothing pending', async () => {
  const mq = rabbit('mq', { queues: ['work'] });
  const stopping = (isPolite: boolean) =>
    service('stopping', { mq }, async ({ mq }, life) => {
      const model = await mq.connect();
      if (isPolite) life.stopping.addEventListener('abort', () => void model.close());
    });
  for (const isPolite of [true, false]) {
    const record = await play({
      uses: { mq },
      services: [stopping(isPolite)],
      send: () => sleep(60_000),
      faults: ['deploy of stopping at 2 s'],
    });
    expect(entriesOf(record, 'stopped').map(({ data }) => (data as { why: string }).why)).toEqual([
      isPolite ? 'nothing pending' : 'grace is over',
    ]);
  }
});

test('its names are types: others do not compile', () => {
  const mq = rabbit('mq', { queues: ['payments', 'payments.dead'] });
  const declared = rabbit('mq', { queues: { work: { deadLetterTo: 'dead' }, dead: {} } });
  expect(mq.confirmed('payments').says).toBe('message confirmed for mq.payments');
  expect(declared.delivered('dead').says).toBe('message delivered from mq.dead');
  // @ts-expect-error a queue that it does not name
  mq.confirmed('invoices');
  // @ts-expect-error a queue that it does not name
  declared.published('invoices');
});
