/** Every kind of fault of a queue broker, on the connections of amqplib. */
import type { ConfirmChannel } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { service } from '../../sim/services/service.ts';
import type { RunRecord } from '../../sim/simulate.ts';
import { entriesOf } from '../../sim/world.fixture.ts';
import { mq, playWith, told } from './world.fixture.ts';

/** Takes what comes, publishes what it led to, waits for the confirm, and acknowledges; it ends with its connection. */
const relay = service('relay', { mq }, async ({ mq }) => {
  const model = await mq.connect();
  model.on('error', () => {});
  model.on('close', () => void Promise.reject(new Error('connection lost')));
  const channel = await model.createConfirmChannel();
  channel.on('error', () => {});
  await channel.prefetch(1);
  await channel.assertQueue('dead');
  await channel.assertQueue('work', { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 } });
  await channel.consume('work', (msg) => {
    if (msg) void forward(channel, msg.content, msg.properties.messageId as string).then(() => channel.ack(msg));
  });
});

async function forward(channel: ConfirmChannel, content: Buffer, id: string): Promise<void> {
  const { item } = JSON.parse(content.toString()) as { item?: unknown };
  if (typeof item !== 'string') throw new Error('no item');
  channel.sendToQueue('dead', Buffer.from(JSON.stringify({ item })), { type: 'Done', messageId: `${id}-done` });
  await channel.waitForConfirms();
}

const run = (...faults: string[]): Promise<RunRecord> =>
  playWith({
    services: [relay],
    faults,
    send: async (item, { mq }) => {
      const model = await mq.connect();
      model.on('error', () => {});
      const channel = await model.createConfirmChannel();
      channel.on('error', () => {});
      await channel.assertQueue('work', { arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 3 } });
      channel.sendToQueue('work', Buffer.from(JSON.stringify({ item })), { messageId: item, type: 'T' });
      await channel.waitForConfirms();
      // amqplib's `close` never settles when the connection is lost meanwhile.
      void model.close().catch(() => {});
    },
  });

/** What the sends of p1 ended with, in order. */
const failures = (record: RunRecord): unknown[] =>
  entriesOf(record, 'sendFailed').map(({ data }) => (data as { why: string }).why);

const effects = ({ faults }: RunRecord): string[] =>
  faults.map(({ reached, tookEffect }) => (tookEffect ? 'took effect' : reached ? 'no effect' : 'not reached'));

describe('takes effect, and the message still comes through', () => {
  test.each([
    '1st send of p1: disconnect from mq before publish of T to mq',
    '1st send of p1: disconnect from mq between publish of T to mq and its answer',
    '1st send of p1: disconnect from mq after publish of T to mq',
    '1st send of p1: half-open connection to mq before publish of T to mq',
    '1st send of p1: confirm of publish of T to mq is lost',
    '1st send of p1: publish of T to mq fails',
    '1st send of p1: publish of T to mq takes 3 s longer',
    '1st send of p1: publish of T to mq answers 8 s late',
    '1st send of p1: publish of T to mq answers 90 s late',
    '1st delivery of T#p1 to relay: crash on receipt',
    '1st delivery of T#p1 to relay: host loss on receipt',
    '1st delivery of T#p1 to relay: crash before publish of Done to mq',
    '1st delivery of T#p1 to relay: crash between publish of Done to mq and its answer',
    '1st delivery of T#p1 to relay: crash after publish of Done to mq, before ack',
    '1st delivery of T#p1 to relay: host loss after publish of Done to mq',
    '1st delivery of T#p1 to relay: pause of 90 s before publish of Done to mq',
    '1st delivery of T#p1 to relay: pause of 5 s before ack',
    '1st delivery of T#p1 to relay: disconnect from mq before ack',
    '1st delivery of T#p1 to relay: disconnect from mq between ack and its answer',
    '1st delivery of T#p1 to relay: disconnect from mq after ack',
    '1st delivery of T#p1 to relay: disconnect from mq between publish of Done to mq and its answer',
    '1st delivery of T#p1 to relay: half-open connection to mq before ack',
    '1st delivery of T#p1 to relay: ack is lost',
    '1st delivery of T#p1 to relay: ack takes 3 s longer',
    '1st delivery of T#p1 to relay: graceful stop on receipt',
    '1st delivery of T#p1 to relay: graceful stop after publish of Done to mq, before ack',
    '1st arrival of T#p1 in work: comes again after 20 ms',
    '1st arrival of T#p1 in work: comes 3 s late',
    '2nd delivery of T#p1 to relay: poison, not parseable',
    'every operation of relay/0 takes 500 ms longer from 0 s to 5 s',
    'network between relay and mq is cut from 1 ms to 3 s',
    'network between workload and mq is cut from 11 ms to 90 s',
    'mq is refusing from 1 ms to 2 s',
    'mq is silent from 11 ms to 2 s',
    'mq is silent from 11 ms to 200 s',
    'mq is restarting from 11 ms to 2 s',
    'mq is blocking publishers from 1 ms to 8 s',
  ])('%s', async (fault) => {
    const again = fault.startsWith('2nd delivery') ? ['1st delivery of T#p1 to relay: ack is lost'] : [];
    const record = await run(...again, fault);
    expect(effects(record)).toEqual([...again.map(() => 'took effect'), 'took effect']);
    expect(record.outcome).toBe('quiet');
    expect(told(record, 'acked').length + told(record, 'deadLettered').length).toBeGreaterThan(0);
    expect(entriesOf(record, 'delivered').length).toBeGreaterThan(0);
  });
});

describe('what is lost breaks the connection', () => {
  test('a confirm: the message is stored, its sender does not know, and sends it again', async () => {
    const record = await run('1st send of p1: confirm of publish of T to mq is lost');
    expect(told(record, 'published', 'confirmed').filter((each) => each.endsWith('workload'))).toEqual([
      'published p1 by workload',
      'published p1 by workload',
      'confirmed p1 by workload',
    ]);
    expect(failures(record)).toEqual(['Error']);
  });

  test('a connection that breaks before the effect: nothing is stored', async () => {
    const record = await run('1st send of p1: disconnect from mq before publish of T to mq');
    expect(told(record, 'published').filter((each) => each.endsWith('workload'))).toHaveLength(1);
    expect(failures(record)).toEqual(['Error']);
  });

  test('one that breaks between effect and answer: it is', async () => {
    const record = await run('1st send of p1: disconnect from mq between publish of T to mq and its answer');
    expect(told(record, 'published').filter((each) => each.endsWith('workload'))).toHaveLength(2);
    expect(failures(record)).toEqual(['Error']);
  });

  test('nothing, where the broker falls silent: what is under way takes effect when that is over', async () => {
    const record = await run('1st send of p1: publish of T to mq takes 3 s longer', 'mq is silent from 2 s to 10 s');
    expect(effects(record)).toEqual(['took effect', 'took effect']);
    expect(failures(record)).toEqual([]);
    expect(entriesOf(record, 'published').map(({ timeUs }) => timeUs >= 10_000_000)).toEqual([true, true]);
  });

  test('a publish that the broker refuses is nacked, and the connection stands', async () => {
    const record = await run('1st send of p1: publish of T to mq fails');
    expect(told(record, 'published').filter((each) => each.endsWith('workload'))).toHaveLength(1);
    expect(failures(record)).toEqual(['Error']);
  });

  test.each(['ack is lost', 'crash after publish of Done to mq, before ack'])(
    '%s: the delivery comes again, flagged, to the next process',
    async (what) => {
      const record = await run(`1st delivery of T#p1 to relay: ${what}`);
      expect(told(record, 'delivered', 'acked')).toEqual([
        'delivered p1 by relay/0',
        'delivered p1 by relay/0.2, again',
        'acked p1 by relay/0.2',
      ]);
      expect(entriesOf(record, 'published').map(({ causes }) => causes.length)).toEqual([1, 1, 1]);
    },
  );

  test('a half-open connection keeps what is unacked for a minute', async () => {
    const record = await run('1st delivery of T#p1 to relay: half-open connection to mq before ack');
    const [first, again] = entriesOf(record, 'delivered');
    expect((again?.timeUs ?? 0) - (first?.timeUs ?? 0)).toBeGreaterThanOrEqual(60_000_000);
  });
});

describe('poison', () => {
  test('spoils the bytes of each delivery: each is the end of the process, until the queue gives it up', async () => {
    const record = await run('every delivery of T#p1: poison, not parseable');
    expect(effects(record)).toEqual(['took effect']);
    expect(told(record, 'delivered')).toHaveLength(4);
    expect(entriesOf(record, 'crashed').map(({ data }) => (data as { why: string }).why)).toContain('SyntaxError');
    expect(told(record, 'dropped')).toEqual(['dropped p1 by mq']);
  });

  test('that kills the process strikes whoever reads the content', async () => {
    const record = await run('every delivery of T#p1: poison, kills the process');
    expect(told(record, 'delivered')).toHaveLength(4);
    expect(entriesOf(record, 'crashed').map(({ data }) => (data as { why: string }).why)).toEqual(
      Array.from({ length: 4 }, () => 'poison'),
    );
  });
});
