/** A message that its queue takes late, published with amqplib: what is sent behind it on the connection waits. */
import { expect, test } from 'vitest';
import { entriesOf, happened } from '../../sim/world.fixture.ts';
import { type Here, playWith, withConfirms, worker } from './world.fixture.ts';

const LATE = '1st arrival of A#p1 in work: comes 3 s late';

const acking = worker((msg, channel) => channel.ack(msg));

/** `delivered A at 3 s`, in order. */
async function told(send: (id: string, here: Here) => Promise<void>): Promise<string[]> {
  const record = await playWith({ services: [acking], send, faults: [LATE] });
  expect(record.outcome).toBe('quiet');
  return entriesOf(record, 'published', 'delivered', 'confirmed').map(
    (entry) =>
      `${entry.kind} ${(happened(entry).value as { type: string }).type} at ${Math.floor(entry.timeUs / 1e6)} s`,
  );
}

const body = Buffer.from('{}');

test('its confirm, and all behind it, come when it is there', async () => {
  const send = (_: string, { mq }: Here): Promise<void> =>
    withConfirms(mq, async (channel) => {
      for (const type of ['A', 'B']) channel.sendToQueue('work', body, { type });
      await channel.waitForConfirms();
    });
  // The broker answers confirms in no certain order.
  expect((await told(send)).toSorted()).toEqual([
    'confirmed A at 3 s',
    'confirmed B at 3 s',
    'delivered A at 3 s',
    'delivered B at 3 s',
    'published A at 0 s',
    'published B at 3 s',
  ]);
});

test('a connection that is closed in order meanwhile has sent what it sent', async () => {
  const send = async (_: string, { mq }: Here): Promise<void> => {
    const model = await mq.connect();
    const channel = await model.createChannel();
    await channel.assertQueue('work');
    for (const type of ['A', 'B']) channel.sendToQueue('work', body, { type });
    await channel.close();
    await model.close();
  };
  expect(await told(send)).toEqual([
    'published A at 0 s',
    'published B at 3 s',
    'delivered A at 3 s',
    'delivered B at 3 s',
  ]);
});
