import { describe, expect, test } from 'vitest';
import { firstValueFrom, timer } from 'rxjs';
import { virtualTime } from '../../kernel/rx-scheduler.ts';
import { service } from '../../services/service.ts';
import { ending, entriesOf, play, story } from '../../world.fixture.ts';
import { Bench, envelope, oneQueue } from './bench.fixture.ts';
import type { Delivered } from './channel.ts';
import { queueBroker } from './component.ts';
import type { Profile } from './profile.ts';
import type { QueueOptions } from './settings.ts';

const MINUTE = 60_000_000;

/** Two deliveries, the second ten minutes after the first, on a channel that was opened half a minute before. */
function twoInHand(
  options: QueueOptions<string>,
  profile: Profile,
): { bench: Bench; channel: ReturnType<Bench['channel']>; cancelled: string[] } {
  const bench = oneQueue(options, profile);
  const channel = bench.channel();
  const cancelled: string[] = [];
  channel.consume(
    bench.queue(),
    { prefetch: 9 },
    () => {},
    () => cancelled.push('cancelled'),
  );
  bench.nowUs = MINUTE / 2;
  bench.put('m1');
  bench.nowUs = 10.5 * MINUTE;
  bench.put('m2');
  return { bench, channel, cancelled };
}

describe('fact 22: a delivery that is not settled in time', () => {
  test.each([
    ['3.13', 'classic'],
    ['3.13', 'quorum'],
    ['4.2', 'classic'],
    ['4.2', 'quorum'],
  ] as const)(
    'fact 22: profile %s, %s queue: closes its channel after 30 minutes, at the next full one',
    (profile, type) => {
      const { bench, channel } = twoInHand({ type }, profile);
      expect(channel.overdueUs).toBe(31 * MINUTE);
      bench.nowUs = 31 * MINUTE - 1;
      channel.findOverdue();
      expect(channel.isOpen).toBe(true);
      bench.nowUs = 31 * MINUTE;
      channel.findOverdue();
      expect(channel).toMatchObject({ isOpen: false, closedBy: { code: 'EDDY_PRECONDITION_FAILED' } });
      expect(bench.ready()).toEqual(['m1', 'm2']);
    },
  );

  test('fact 22: only the oldest is looked at: when it is settled in time, the next one has its own 30 minutes', () => {
    const { bench, channel } = twoInHand({}, '4.2');
    bench.nowUs = 20 * MINUTE;
    channel.ack(1);
    expect(channel.overdueUs).toBe(41 * MINUTE);
  });

  test('fact 22: since 4.3 a quorum queue takes it back to the instant, cancels the consumer, and leaves it the others', () => {
    const { bench, channel, cancelled } = twoInHand({ type: 'quorum' }, '4.3');
    expect(channel.overdueUs).toBe(30.5 * MINUTE);
    bench.nowUs = 30.5 * MINUTE;
    channel.findOverdue();
    expect(cancelled).toEqual(['cancelled']);
    expect(channel.isOpen).toBe(true);
    expect(bench.ready()).toEqual(['m1']);
    bench.put('m3');
    expect(bench.ready()).toEqual(['m1', 'm3']);
    expect([channel.ack(1), channel.ack(2)]).toEqual([false, true]);
    expect(bench.queue()).toMatchObject({ unacked: 0, totals: { settled: 1 } });
    expect(channel.overdueUs).toBe(Infinity);
  });

  test('fact 22: it comes flagged, and does not count towards the delivery limit', () => {
    const { bench, channel } = twoInHand({ type: 'quorum', deliveryLimit: 0 }, '4.3');
    bench.nowUs = 30.5 * MINUTE;
    channel.findOverdue();
    const { delivered } = bench.consume();
    expect(delivered.map(({ redelivered }) => redelivered)).toEqual([true]);
    channel.close();
    expect(bench.journal).toEqual(['m2 dropped by work: delivery_limit']);
    expect(bench.queue().brokenLaw).toBe(undefined);
  });

  test('fact 22: what is taken back no longer fills a prefetch that was shared behind it', () => {
    const bench = new Bench({ queues: { work: { type: 'quorum' }, other: {} }, profile: '4.3' });
    const channel = bench.channel();
    channel.consume(bench.queue(), { prefetch: 1 }, () => {});
    bench.put('m1');
    channel.qos(1, { global: true });
    const others: Delivered[] = [];
    channel.consume(bench.queue('other'), { prefetch: 9 }, (delivered) => others.push(delivered));
    for (const id of ['o1', 'o2']) bench.broker.publish(envelope(id), ['other']);
    expect(others).toHaveLength(0);
    bench.nowUs = 31 * MINUTE;
    channel.findOverdue();
    expect(others).toHaveLength(1);
  });

  test('fact 22: what was got without a consumer never filled it', () => {
    const bench = new Bench({ queues: { work: { type: 'quorum' }, other: {} }, profile: '4.3' });
    const channel = bench.channel();
    channel.qos(1, { global: true });
    const others: Delivered[] = [];
    channel.consume(bench.queue('other'), { prefetch: 9 }, (delivered) => others.push(delivered));
    for (const id of ['o1', 'o2']) bench.broker.publish(envelope(id), ['other']);
    bench.put('m1');
    channel.get(bench.queue());
    bench.nowUs = 31 * MINUTE;
    channel.findOverdue();
    expect(bench.ready()).toEqual(['m1']);
    expect(others).toHaveLength(1);
  });

  test('fact 22: since 4.3 a classic queue waits for ever', () => {
    expect(twoInHand({ type: 'classic' }, '4.3').channel.overdueUs).toBe(Infinity);
  });

  test('fact 22: a queue may set another time, or none', () => {
    expect(twoInHand({ consumerTimeoutMs: 60_000 }, '4.2').channel.overdueUs).toBe(2 * MINUTE);
    expect(twoInHand({ consumerTimeoutMs: Infinity }, '4.2').channel.overdueUs).toBe(Infinity);
  });
});

describe('fact 22: in a run', () => {
  /** A consumer that takes 40 minutes over its first delivery; how its acks end. */
  async function slowly(profile: Profile) {
    const mq = queueBroker('mq', { queues: { work: { type: 'quorum' } }, profile });
    const acks: string[] = [];
    const slow = service('slow', { mq }, ({ mq }) => {
      mq.consume('work').subscribe((delivery) => {
        const work = async (): Promise<void> => {
          if (!delivery.redelivered) await firstValueFrom(timer(40 * 60_000, virtualTime));
          acks.push(await ending(delivery.ack()));
        };
        void work();
      });
    });
    const record = await play({
      uses: { mq },
      services: [slow],
      send: (item, { mq }) => mq.publish({ key: 'work' }, {}, { id: item, type: 'T' }),
    });
    return { acks, record };
  }

  test('fact 22: the channel is closed, the message comes again, and the late ack is refused', async () => {
    const { acks, record } = await slowly('4.2');
    expect(acks).toEqual(['resolved', 'EDDY_STALE_DELIVERY']);
    expect(story(record, 'delivered')).toEqual(['delivered p1 by slow/0', 'delivered p1 by slow/0, again']);
    expect(entriesOf(record, 'channelClosed', 'consumerCancelled').map(({ kind }) => kind)).toEqual(['channelClosed']);
  });

  test('fact 22: since 4.3 the consumer is cancelled and consumes again; the late ack is taken and settles nothing', async () => {
    const { acks, record } = await slowly('4.3');
    expect(acks).toEqual(['resolved', 'resolved']);
    expect(story(record, 'acked', 'settledLate')).toEqual(['acked p1 by slow/0', 'settledLate p1 by slow/0']);
    expect(entriesOf(record, 'channelClosed', 'consumerCancelled').map(({ kind }) => kind)).toEqual([
      'consumerCancelled',
    ]);
  });

  test('a time-out alone keeps no run alive: who never settles is stuck', async () => {
    const mq = queueBroker('mq', { queues: { work: {} } });
    const never = service('never', { mq }, ({ mq }) => void mq.consume('work').subscribe(() => {}));
    const record = await play({
      uses: { mq },
      services: [never],
      send: (item, { mq }) => mq.publish({ key: 'work' }, {}, { id: item, type: 'T' }),
    });
    expect(record.outcome).toBe('stuck');
    expect(record.timeUs).toBeLessThan(MINUTE);
  });
});
