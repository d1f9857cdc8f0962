/** Connections of amqplib: heartbeats in virtual time, alarms, reconnects, idle hours. */
import { type ChannelModel, connect } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { service } from '../../sim/services/service.ts';
import { entriesOf } from '../../sim/world.fixture.ts';
import { rabbit } from '../amqplib.ts';
import { mq, playWith, sleep, told, worker } from './world.fixture.ts';

/** Connects, and notes when it hears of an error: `Heartbeat timeout at 180 s`. */
function listener(heard: string[], heartbeat?: number) {
  return service('listener', { mq }, async ({ mq }) => {
    const model = await mq.connect(`amqp://mq${heartbeat === undefined ? '' : `?heartbeat=${heartbeat}`}`);
    model.on('error', (error: Error) => heard.push(`${error.message} at ${Math.round(performance.now() / 1000)} s`));
    await model.createChannel();
  });
}

const nothing = async (): Promise<void> => {};

describe('heartbeats', () => {
  test('a connection that is idle is quiet, and costs few steps', async () => {
    const heard: string[] = [];
    const record = await playWith({ services: [listener(heard)], send: () => sleep(3_600_000) });
    expect(record.outcome).toBe('quiet');
    expect(heard).toEqual([]);
    expect(record.steps).toBeLessThan(200);
  });

  test('a channel that nobody uses is closed and another opened, again and again: the run comes to its end', async () => {
    const pool = service('pool', { mq }, async ({ mq }) => {
      const model = await mq.connect();
      let channel = await model.createChannel();
      setInterval(async () => {
        await channel.close();
        channel = await model.createChannel();
      }, 60_000);
    });
    const record = await playWith({ services: [pool], send: nothing });
    expect(record.outcome).toBe('quiet');
    expect(record.timeUs).toBeLessThan(3_600_000_000);
  });

  test('are missed while the broker is silent, by the client’s own clock', async () => {
    const heard: string[] = [];
    const faults = ['mq is silent from 1 s to 600 s'];
    await playWith({ services: [listener(heard, 10)], send: nothing, faults });
    expect(heard).toEqual(['Heartbeat timeout at 30 s']);
  });

  test('are not missed in a short silence', async () => {
    const heard: string[] = [];
    await playWith({ services: [listener(heard, 10)], send: nothing, faults: ['mq is silent from 1 s to 9 s'] });
    expect(heard).toEqual([]);
  });

  test('are missed also long after all has fallen asleep', async () => {
    const heard: string[] = [];
    const faults = ['mq is silent from 5000 s to 5400 s'];
    await playWith({ services: [listener(heard)], send: nothing, faults });
    expect(heard).toEqual(['Heartbeat timeout at 5160 s']);
  });

  test('come also to a client that sends and is sent nothing else', async () => {
    const heard: string[] = [];
    const publisher = service('publisher', { mq }, async ({ mq }) => {
      const model = await mq.connect('amqp://mq?heartbeat=10');
      model.on('error', (error: Error) => heard.push(error.message));
      const channel = await model.createChannel();
      for (let n = 0; n < 50; n++) {
        channel.sendToQueue('work', Buffer.from('{}'), { type: 'T' });
        await sleep(3000);
      }
    });
    const record = await playWith({ services: [publisher], send: nothing });
    expect(heard).toEqual([]);
    expect(entriesOf(record, 'published')).toHaveLength(50);
  });
});

describe('an alarm', () => {
  const small = rabbit('small', { queues: { work: {} }, alarm: { above: 2 } });

  test('is told to whoever publishes, who waits until it is over', async () => {
    const heard: string[] = [];
    const at = (): number => Math.floor(performance.now() / 1000);
    const publisher = service('publisher', { mq: small }, async ({ mq }) => {
      const model = await mq.connect();
      model.on('blocked', (reason: string) => heard.push(`blocked: ${reason} at ${at()} s`));
      model.on('unblocked', () => heard.push(`unblocked at ${at()} s`));
      const channel = await model.createConfirmChannel();
      for (const id of ['m1', 'm2', 'm3', 'm4', 'm5'])
        channel.sendToQueue('work', Buffer.from('{}'), { messageId: id });
      await channel.waitForConfirms();
      heard.push(`confirmed at ${at()} s`);
    });
    const reader = service('reader', { mq: small }, async ({ mq }) => {
      await sleep(20_000);
      const channel = await (await mq.connect()).createChannel();
      await channel.consume('work', (msg) => msg && channel.ack(msg));
    });
    const record = await playWith({ services: [publisher, reader], send: nothing });
    // The fourth makes the broker full again before the fifth.
    expect(heard).toEqual([
      'blocked: low on memory at 0 s',
      'unblocked at 20 s',
      'blocked: low on memory at 20 s',
      'unblocked at 20 s',
      'confirmed at 20 s',
    ]);
    expect(told(record, 'acked')).toHaveLength(5);
  });

  test('holds up whatever is sent on the same connection behind what was published', async () => {
    const faults = ['mq is blocking publishers from 1 ms to 8 s'];
    const forwarding = worker(
      (msg, channel) => {
        channel.sendToQueue('dead', Buffer.from('{}'), { type: 'Done' });
        channel.ack(msg);
      },
      { prepare: (channel) => channel.assertQueue('dead') },
    );
    const record = await playWith({ services: [forwarding], faults });
    const acked = entriesOf(record, 'acked')[0]?.timeUs ?? 0;
    expect(acked).toBeGreaterThan(8_000_000);
    expect(record.outcome).toBe('quiet');
  });
});

describe('a client that connects again', () => {
  const reconnecting = service('reconnecting', { mq }, async ({ mq }) => {
    const begin = async (): Promise<void> => {
      try {
        const model = await mq.connect();
        model.on('error', () => {});
        model.on('close', () => void setTimeout(() => void begin(), 1000));
        const channel = await model.createChannel();
        await channel.assertQueue('work');
        await channel.consume('work', (msg) => msg && channel.ack(msg));
      } catch {
        setTimeout(() => void begin(), 1000);
      }
    };
    await begin();
  });

  /** The same by amqplib's own means. */
  const recovering = service('reconnecting', { mq }, async ({ mq }) => {
    const recovering = await mq.connect(undefined, {
      recovery: {
        initialDelay: 1000,
        setup: async (model: ChannelModel) => {
          model.on('error', () => {});
          const channel = await model.createChannel();
          await channel.assertQueue('work');
          await channel.consume('work', (msg) => msg && channel.ack(msg));
        },
      },
    });
    recovering.on('error', () => {});
  });

  test.each([
    ['by its own code', reconnecting],
    ['by the library’s recovery', recovering],
  ])('%s comes through an outage, and takes what waited', async (_, client) => {
    const faults = ['mq is refusing from 5 ms to 10 s', '1st delivery of T#p1 to reconnecting: ack is lost'];
    const record = await playWith({ services: [client], faults });
    expect(record.outcome).toBe('quiet');
    expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
    expect(entriesOf(record, 'crashed')).toEqual([]);
    expect(told(record, 'delivered', 'acked')).toEqual([
      'delivered p1 by reconnecting/0',
      'delivered p1 by reconnecting/0, again',
      'acked p1 by reconnecting/0',
    ]);
  });
});

test.each([
  [true, 'open'],
  [{}, 'open'],
  [false, 'closed'],
  [undefined, 'closed'],
  [null, 'closed'],
  [{ enabled: false }, 'closed'],
])('with `recovery: %o` a connection is %s behind an outage', async (recovery, expected) => {
  let end = '';
  const client = service('client', { mq }, async ({ mq }) => {
    const model = await mq.connect(undefined, { recovery } as never);
    model.on('error', () => {});
    await sleep(60_000);
    end = await model.createChannel().then(
      () => 'open',
      () => 'closed',
    );
  });
  await playWith({ services: [client], send: nothing, faults: ['mq is refusing from 5 s to 10 s'] });
  expect(end).toBe(expected);
});

describe('who is let in', () => {
  const ends = async (work: () => Promise<unknown>): Promise<string> => {
    let end = '';
    const client = service('client', { mq }, async () => {
      end = await work().then(
        () => 'resolved',
        (error: Error) => error.message,
      );
    });
    await playWith({ services: [client], send: nothing });
    return end;
  };

  test('anybody by name, to the one virtual host', async () => {
    expect(await ends(() => connect('amqp://somebody:secret@mq'))).toBe('resolved');
    expect(await ends(() => connect('amqps://mq'))).toBe('resolved');
    expect(await ends(() => connect('amqp://localhost'))).toBe('resolved');
    expect(await ends(() => connect('amqp://mq/other'))).toContain('got <ConnectionClose');
    expect(await ends(() => connect('amqp://elsewhere'))).toContain('ECONNREFUSED');
  });
});

describe('a sender that waits for no confirm', () => {
  const sends = (isInOrder: boolean) =>
    playWith({
      services: [worker((msg, channel) => channel.ack(msg))],
      send: async (item, { mq }) => {
        await sleep(100);
        const model = await mq.connect();
        const channel = await model.createChannel();
        channel.sendToQueue('work', Buffer.from('{}'), { messageId: item, type: 'T' });
        if (isInOrder) await channel.close();
        await model.close();
      },
    });

  test('loses nothing when it closes its channel first', async () => {
    expect(told(await sends(true), 'acked')).toEqual(['acked p1 by worker/0']);
  });

  test('loses what its channel has not written yet when it closes the connection alone', async () => {
    expect(told(await sends(false), 'published')).toEqual([]);
  });
});
