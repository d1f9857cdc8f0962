import { describe, expect, test } from 'vitest';
import type { Queue } from '../queue.ts';
import { Clients, ME, OTHER, refused } from './told.fixture.ts';

const LOCKED =
  "405 RESOURCE_LOCKED - cannot obtain exclusive access to locked queue 'q' in vhost '/'. It could be originally declared on another connection or the exclusive property value does not match that of the original declaration.";

describe('queues that are declared', () => {
  test('an unknown one is not found', () => {
    const clients = new Clients();
    const says = "404 NOT_FOUND - no queue 'q' in vhost '/'";
    expect(refused(() => clients.declare('q', { passive: true }))).toBe(says);
    expect(refused(() => clients.topology.queueFor('q', ME))).toBe(says);
    expect(refused(() => clients.topology.queueToGet('q', ME))).toBe(says);
    expect(refused(() => clients.topology.purgeQueue('q', ME))).toBe(says);
    expect(refused(() => clients.bind('q', 'amq.direct'))).toBe(says);
    expect(clients.topology.deleteQueue('q', {}, ME)).toBe(0);
  });

  test('it says how many messages are ready and how many consumers it has', () => {
    const clients = new Clients();
    clients.declare('work');
    clients.put('m1', 'm2', 'm3');
    clients.consume();
    expect(clients.topology.declareQueue({ name: 'work' }, ME)).toEqual({ name: 'work', messages: 2, consumers: 1 });
  });

  test('one that is declared again must be the same', () => {
    const clients = new Clients();
    clients.declare('q', { durable: true }, { 'x-max-length': 5 });
    const failed = "406 PRECONDITION_FAILED - inequivalent arg 'q-arg' for queue 'q' in vhost '/': ";
    const says = (arg: string, rest: string): string => failed.replace('q-arg', arg) + rest;
    const again = (o: object, given: Record<string, unknown>): string => refused(() => clients.declare('q', o, given));
    const same = { 'x-max-length': 5 };
    expect(again({ durable: true }, same)).toBe('');
    expect(again({ durable: true }, { ...same, 'x-queue-type': 'classic', 'x-custom': 1 })).toBe('');
    expect(again({}, same)).toBe(says('durable', "received 'false' but current is 'true'"));
    expect(again({ durable: true, autoDelete: true }, same)).toBe(
      says('auto_delete', "received 'true' but current is 'false'"),
    );
    expect(again({ durable: true }, { 'x-max-length': 6 })).toBe(
      says('x-max-length', "received '6' but current is '5'"),
    );
    expect(again({ durable: true }, {})).toBe(
      says('x-max-length', "received none but current is the value '5' of type 'signedint'"),
    );
    expect(again({ durable: true }, { ...same, 'x-queue-type': 'quorum' })).toBe(
      says('x-queue-type', "received the value 'quorum' of type 'longstr' but current is none"),
    );
    expect(again({ durable: true, exclusive: true }, same)).toBe(LOCKED);
  });

  test('a number is the same in any size', () => {
    const clients = new Clients();
    const declare = (type: 'byte' | 'long' | 'double'): string =>
      refused(() => clients.topology.declareQueue({ name: 'q', arguments: { 'x-expires': { type, value: 5 } } }, ME));
    expect([declare('byte'), declare('long')]).toEqual(['', '']);
    expect(declare('double')).toBe(
      "406 PRECONDITION_FAILED - inequivalent arg 'x-expires' for queue 'q' in vhost '/': received '5' but current is '5'",
    );
  });

  test('what was declared at the start counts as durable, with the arguments that say the same', () => {
    const clients = new Clients({ queues: { q: { deadLetterTo: 'dead', messageTtlMs: 5 }, dead: {} } });
    const given = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead', 'x-message-ttl': 5 };
    expect(refused(() => clients.declare('q', { durable: true }, given))).toBe('');
    expect(refused(() => clients.declare('q', { durable: true }))).toContain("'x-message-ttl'");
  });

  test('names that the broker makes are its own, of whoever asks for them', () => {
    const names = (): string[] => {
      const clients = new Clients();
      return [clients.declare(''), clients.declare(''), clients.declare('', {}, {}, OTHER)];
    };
    const made = names();
    expect(made.every((name) => /^amq\.gen-[\w-]{22}$/.test(name))).toBe(true);
    // On any machine: a saved failure may name it.
    expect(made[0]).toBe('amq.gen-XwIdBqc_4WpXb33ucvJg2g');
    expect(new Set(made).size).toBe(3);
    expect(names()).toEqual(made);
    const clients = new Clients();
    clients.declare('', {}, {}, OTHER);
    expect(clients.declare('')).toBe(made[0]);
    expect(clients.topology.consumerTag(ME)).toMatch(/^amq\.ctag-[\w-]{22}$/);
    expect(refused(() => clients.declare('amq.mine'))).toBe(
      "403 ACCESS_REFUSED - queue name 'amq.mine' contains reserved prefix 'amq.*'",
    );
    expect(refused(() => clients.declare('', { durable: true }, { 'x-queue-type': 'quorum' }))).toBe(
      '406 PRECONDITION_FAILED - Cannot declare a server-named queue for type rabbit_quorum_queue',
    );
  });

  test.each([
    [{ durable: true, autoDelete: true }, 'auto-delete'],
    [{ durable: true, exclusive: true }, 'exclusive-owner'],
    [{}, 'non-durable'],
  ])('a quorum queue cannot be %j', (o, property) => {
    expect(refused(() => new Clients().declare('q', o, { 'x-queue-type': 'quorum' }))).toBe(
      `406 PRECONDITION_FAILED - invalid property '${property}' for queue 'q' in vhost '/'`,
    );
  });
});

describe('exclusive queues', () => {
  test('belong to their connection alone', () => {
    const clients = new Clients();
    clients.declare('q', { exclusive: true });
    clients.bind('q', 'amq.direct');
    expect(refused(() => clients.declare('q', { exclusive: true }))).toBe('');
    expect(refused(() => clients.declare('q'))).toBe(LOCKED);
    const tries = [
      () => clients.declare('q', { exclusive: true }, {}, OTHER),
      () => clients.declare('q', { passive: true }, {}, OTHER),
      () => clients.bind('q', 'amq.direct', '', {}, OTHER),
      () => clients.unbind('q', 'amq.direct', '', {}, OTHER),
      () => clients.topology.purgeQueue('q', OTHER),
      () => clients.topology.deleteQueue('q', {}, OTHER),
      () => clients.topology.queueFor('q', OTHER),
      () => clients.topology.queueToGet('q', OTHER),
    ];
    expect(tries.map(refused)).toEqual(tries.map(() => LOCKED));
    expect(clients.routed('', 'q')).toEqual(['q']);
    expect(refused(() => clients.unbind('q', 'amq.direct', 'not bound', {}, OTHER))).toBe('');
  });

  test('go with their connection, and what is in them', () => {
    const clients = new Clients();
    clients.declare('work', { exclusive: true, durable: true });
    clients.declare('other', { exclusive: true }, {}, OTHER);
    clients.put('m1');
    clients.topology.ownerGone(ME);
    expect([clients.has('work'), clients.has('other')]).toEqual([false, true]);
    expect(clients.journal).toEqual(['m1 dropped by work: owner gone']);
  });
});

describe('queues that go', () => {
  const work = (o: object = {}, given: Record<string, unknown> = {}): Clients => {
    const clients = new Clients();
    clients.declare('work', o, given);
    return clients;
  };

  test('a deletion cancels the consumers and says how much was ready; in use or not empty it may be refused', () => {
    const clients = work();
    clients.put('m1', 'm2');
    let cancelled = 0;
    const channel = clients.channel();
    channel.consume(
      clients.queue(),
      { prefetch: 1 },
      () => {},
      () => cancelled++,
    );
    const remove = (o: object): string => refused(() => clients.topology.deleteQueue('work', o, ME));
    expect(remove({ ifUnused: true })).toBe("406 PRECONDITION_FAILED - queue 'work' in vhost '/' in use");
    expect(remove({ ifEmpty: true })).toBe("406 PRECONDITION_FAILED - queue 'work' in vhost '/' not empty");
    expect(clients.topology.deleteQueue('work', {}, ME)).toBe(1);
    expect([cancelled, clients.journal]).toEqual([1, ['m2 dropped by work: deleted']]);
    expect(channel.ack(1)).toBe(true);
    expect(clients.journal).toHaveLength(1);
  });

  test.each(['nack', 'reject', 'close'] as const)(
    'what comes back by %s to a queue that is gone goes too, and not to its dead letters',
    (how) => {
      const clients = work({}, { 'x-dead-letter-exchange': 'amq.fanout' });
      clients.declare('dead');
      clients.bind('dead', 'amq.fanout');
      clients.put('m1');
      const { channel } = clients.consume();
      clients.topology.deleteQueue('work', {}, ME);
      if (how === 'nack') channel.nack(1);
      else if (how === 'reject') channel.reject(1, { requeue: false });
      else channel.close();
      expect([clients.journal, clients.ready('dead')]).toEqual([['m1 dropped by work: deleted'], []]);
    },
  );

  test('one of that name that is declared anew is another', () => {
    const clients = work();
    clients.put('m1');
    const { channel } = clients.consume();
    const before: Queue = clients.queue();
    clients.topology.deleteQueue('work', {}, ME);
    clients.declare('work');
    channel.nack(1);
    clients.put('m2');
    expect(clients.queue()).not.toBe(before);
    expect(clients.ready()).toEqual(['m2']);
  });

  test('what arrives late at a queue that is gone is lost', () => {
    const clients = work();
    const queue = clients.queue();
    clients.topology.deleteQueue('work', {}, ME);
    queue.enqueue(clients.envelope('m1'), 0);
    expect(clients.journal).toEqual(['m1 dropped by work: deleted']);
  });

  test('a quorum queue is not asked whether it is used or empty', () => {
    const clients = work({ durable: true }, { 'x-queue-type': 'quorum' });
    const remove = (o: object): string => refused(() => clients.topology.deleteQueue('work', o, ME));
    const says = "540 NOT_IMPLEMENTED - cannot delete queue 'work' in vhost '/'. queue.delete operations with ";
    const rest = ' flag set are not supported by quorum queues (connection)';
    expect(remove({ ifUnused: true })).toBe(`${says}if-unused${rest}`);
    expect(remove({ ifEmpty: true })).toBe(`${says}if-empty${rest}`);
  });

  test('a purge takes what is ready, not what is in flight', () => {
    const clients = work();
    clients.put('m1', 'm2', 'm3');
    const { channel } = clients.consume();
    expect(clients.topology.purgeQueue('work', ME)).toBe(2);
    expect(clients.journal).toEqual(['m2 dropped by work: purged', 'm3 dropped by work: purged']);
    // While the queue is there: one that is gone is not looked at.
    expect(clients.broker.brokenLaw).toBe(undefined);
    const { topology } = clients;
    expect(refused(() => topology.deleteQueue('work', { ifEmpty: true }, ME))).toBe('');
    channel.nack(1);
    expect(clients.broker.brokenLaw).toBe(undefined);
  });

  test.each(['cancel', 'close'] as const)('auto-delete: with its last consumer (%s), once it has had one', (how) => {
    const clients = work({ autoDelete: true });
    clients.put('m1', 'm2');
    const hands = [clients.consume(), clients.consume()];
    for (const { channel, consumer } of hands) {
      expect(clients.has('work')).toBe(true);
      if (how === 'cancel') channel.cancel(consumer);
      else channel.close();
    }
    expect(clients.has('work')).toBe(false);
    expect(clients.journal).toEqual(
      how === 'cancel' ? [] : ['m1 dropped by work: auto-deleted', 'm2 dropped by work: auto-deleted'],
    );
  });

  test('an expiry comes when it was not used for so long: no consumer, no declare, no get', () => {
    const clients = work({}, { 'x-expires': 1000 });
    clients.waitUntil(600_000);
    clients.declare('work', { passive: true });
    clients.waitUntil(1_200_000);
    clients.topology.queueToGet('work', ME);
    clients.waitUntil(1_700_000);
    const { channel, consumer } = clients.consume();
    clients.waitUntil(5_000_000);
    channel.cancel(consumer);
    clients.put('m1');
    clients.waitUntil(5_999_999);
    expect(clients.has('work')).toBe(true);
    clients.waitUntil(6_000_000);
    expect([clients.has('work'), clients.journal]).toEqual([false, ['m1 dropped by work: queue expired']]);
  });

  test('an expiry of a quorum queue comes with its next look at the clock; a declare is no use of it, a get is', () => {
    const clients = work({ durable: true }, { 'x-expires': 1000, 'x-queue-type': 'quorum' });
    clients.waitUntil(4_500_000);
    clients.topology.queueToGet('work', ME);
    clients.waitUntil(5_000_000);
    clients.declare('work', { passive: true });
    clients.waitUntil(9_999_999);
    clients.declare('work', { passive: true });
    expect(clients.has('work')).toBe(true);
    clients.waitUntil(10_000_000);
    expect(clients.has('work')).toBe(false);
  });

  test('what is not durable goes when the broker restarts', () => {
    const clients = work();
    clients.declare('kept', { durable: true });
    clients.declare('mine', { durable: true, exclusive: true });
    clients.put('m1');
    clients.broker.restart();
    expect([...clients.broker.queues].map(({ name }) => name)).toEqual(['kept']);
    expect(clients.journal).toEqual(['m1 dropped by work: restart']);
  });

  test('a message that comes late to one that is gone goes with it', () => {
    const clients = work();
    const queue = clients.queue();
    clients.topology.deleteQueue('work', {}, ME);
    queue.enqueue(clients.envelope('m1'), 0);
    expect([queue.length, clients.journal]).toEqual([0, ['m1 dropped by work: deleted']]);
    expect(queue.brokenLaw).toBe(undefined);
  });

  test('a message that was routed to it before is unroutable', () => {
    const clients = work();
    const queues = clients.routed('', 'work');
    clients.topology.deleteQueue('work', {}, ME);
    const message = clients.envelope('m1');
    expect(clients.broker.publish(message, queues, { mandatory: true }).returned).toBe(true);
  });
});
