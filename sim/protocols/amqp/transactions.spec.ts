/** tx.select, commit and rollback: what is published and settled takes effect at the commit. */
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../simulate.ts';
import { entriesOf } from '../../world.fixture.ts';
import { frame } from './codec/frames.ts';
import { writeMethod } from './codec/method.ts';
import { writeHeader } from './codec/properties.ts';
import { raw, type RawClient, sleep } from './raw.fixture.ts';

function publish(client: RawClient, id: string, routingKey = 'work', mandatory = false): void {
  client.write(frame(1, 1, writeMethod('basic.publish', { routingKey, mandatory })));
  client.write(frame(2, 1, writeHeader({ bodySize: 2, properties: { messageId: id, type: 'T' } })));
  client.write(frame(3, 1, Buffer.from('{}')));
}

async function inTransaction(
  act: (client: RawClient) => unknown,
  faults?: readonly string[],
): Promise<{ heard: string[]; record: RunRecord }> {
  const { client, record } = await raw(
    async (client) => {
      client.open();
      client.method(1, 'channel.open');
      client.method(1, 'tx.select');
      await act(client);
      await sleep(50);
    },
    undefined,
    faults,
  );
  return { heard: client.heard.slice(5), record };
}

const told = (record: RunRecord): string[] =>
  entriesOf(record, 'published', 'delivered', 'acked').map(
    ({ kind, data }) => `${kind} ${(data as { value: { id: string } }).value.id}`,
  );

describe('a transaction', () => {
  test('publishes at its commit', async () => {
    const { heard, record } = await inTransaction(async (client) => {
      publish(client, 'a');
      await sleep(50);
      client.method(1, 'basic.get', { queue: 'work', noAck: true });
      await sleep(50);
      client.method(1, 'tx.commit');
      client.method(1, 'basic.get', { queue: 'work', noAck: true });
    });
    expect(heard).toEqual(['basic.get-empty', 'tx.commit-ok', 'basic.get-ok', 'content', 'content']);
    expect(told(record)).toEqual(['published a', 'delivered a']);
  });

  test('publishes nothing that was rolled back', async () => {
    const { heard, record } = await inTransaction((client) => {
      publish(client, 'a');
      client.method(1, 'tx.rollback');
      publish(client, 'b');
      client.method(1, 'tx.commit');
    });
    expect(heard).toEqual(['tx.rollback-ok', 'tx.commit-ok']);
    expect(told(record)).toEqual(['published b']);
  });

  test('settles at its commit; what was rolled back is still in hand', async () => {
    const { heard, record } = await inTransaction(async (client) => {
      publish(client, 'a');
      client.method(1, 'tx.commit');
      client.method(1, 'basic.get', { queue: 'work' });
      await sleep(50);
      client.method(1, 'basic.ack', { deliveryTag: 1 });
      client.method(1, 'tx.rollback');
      await sleep(50);
      client.method(1, 'basic.ack', { deliveryTag: 1 });
      client.method(1, 'tx.commit');
    });
    expect(heard.filter((each) => each !== 'content')).toEqual([
      'tx.commit-ok',
      'basic.get-ok',
      'tx.rollback-ok',
      'tx.commit-ok',
    ]);
    expect(told(record)).toEqual(['published a', 'delivered a', 'acked a']);
    expect(record.outcome).toBe('quiet');
  });

  test('returns what is mandatory and goes nowhere', async () => {
    const { heard } = await inTransaction((client) => {
      publish(client, 'a', 'nowhere', true);
      client.method(1, 'tx.commit');
    });
    expect(heard.toSorted()).toEqual(['basic.return 312 NO_ROUTE', 'content', 'content', 'tx.commit-ok']);
  });

  test('is committed when its queues have what it published, in order', async () => {
    const late = '1st arrival of T#client.0.1.1 in work: comes 500 ms late';
    const { heard, record } = await inTransaction(
      async (client) => {
        for (const id of ['a', 'b']) publish(client, id);
        client.method(1, 'tx.commit');
        await sleep(400);
        expect(client.heard).not.toContain('tx.commit-ok');
        await sleep(200);
        for (const _ of ['a', 'b']) client.method(1, 'basic.get', { queue: 'work', noAck: true });
      },
      [late],
    );
    expect(heard.filter((each) => each !== 'content')).toEqual(['tx.commit-ok', 'basic.get-ok', 'basic.get-ok']);
    expect(told(record)).toEqual(['published a', 'published b', 'delivered a', 'delivered b']);
  });

  test('is for channels without confirms, that asked for it', async () => {
    const { client } = await raw((client) => {
      client.open();
      client.method(1, 'channel.open');
      client.method(1, 'tx.commit');
      client.method(2, 'channel.open');
      client.method(2, 'confirm.select');
      client.method(2, 'tx.select');
    });
    expect(client.heard.filter((each) => each.startsWith('channel.close'))).toEqual([
      'channel.close 406 PRECONDITION_FAILED - channel is not transactional',
      'channel.close 406 PRECONDITION_FAILED - cannot switch from confirm to tx mode',
    ]);
  });
});
