/** Dead letters through exchanges that clients name. */
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../message.ts';
import type { Channel } from './channel.ts';
import { deathFields } from './deaths.ts';
import type { Profile } from './profile.ts';
import { plainTable } from './topology/table.ts';
import { Clients, ME } from './topology/told.fixture.ts';

type Given = Record<string, unknown>;

/** A queue `work` with dead letters, and others that are bound to the exchange `dlx`. */
function withDlx(given: Given, type = 'direct', profile: Profile = '4.2'): Clients {
  const clients = new Clients({ profile });
  clients.exchange('dlx', type);
  clients.declare('work', { durable: true }, { 'x-dead-letter-exchange': 'dlx', ...given });
  for (const name of ['a', 'b']) {
    clients.declare(name);
    clients.bind(name, 'dlx', name);
  }
  return clients;
}

function publish(clients: Clients, key: string, headers: Given = {}, exchange = ''): void {
  const { otherKeys, bcc, queues } = clients.broker.resolve({ exchange, key, headers });
  const { message, ...rest } = clients.envelope('m1');
  const { BCC: _, ...told } = headers;
  const envelope: Envelope = { ...rest, message: { ...message, headers: told }, exchange, routingKey: key };
  clients.broker.publish({ ...envelope, otherKeys, bcc }, queues);
}

function reject(clients: Clients, queue: string): Channel {
  const channel = clients.channel();
  const got = channel.get(clients.queue(queue));
  channel.reject(got?.tag ?? 0, { requeue: false });
  return channel;
}

const deathsIn = (clients: Clients, queue: string, at = 0): unknown[] => {
  const deaths = (clients.queue(queue).ready[at]?.envelope.message.headers['x-death'] ?? []) as Given[];
  return deaths.map((death) => [
    death['queue'],
    death['reason'],
    death['count'],
    death['exchange'],
    death['routing-keys'],
  ]);
};

describe('dead letters through an exchange', () => {
  test('with the key of the queue, by the rules of the exchange; the record tells how it came to the queue', () => {
    const clients = withDlx({ 'x-dead-letter-routing-key': 'a' });
    clients.bind('work', 'amq.topic', '#');
    publish(clients, 'order.placed', {}, 'amq.topic');
    reject(clients, 'work');
    expect([clients.ready('a'), clients.ready('b')]).toEqual([['m1'], []]);
    expect(deathsIn(clients, 'a')).toEqual([['work', 'rejected', 1, 'amq.topic', ['order.placed']]]);
    const { exchange, routingKey } = clients.queue('a').ready[0]?.envelope ?? {};
    expect([exchange, routingKey]).toEqual(['dlx', 'a']);
  });

  test('without one, with the keys that it came with: CC and BCC too, of which BCC is told to nobody', () => {
    const clients = withDlx({});
    publish(clients, 'work', { CC: ['a'], BCC: ['b'] });
    reject(clients, 'work');
    expect([clients.ready('a'), clients.ready('b')]).toEqual([
      ['m1', 'm1'],
      ['m1', 'm1'],
    ]);
    const dead = clients.queue('b').ready[1]?.envelope.message.headers;
    expect([dead?.['CC'], dead?.['BCC']]).toEqual([['a'], undefined]);
    expect(deathsIn(clients, 'b', 1)).toEqual([['work', 'rejected', 1, '', ['work', 'a']]]);
  });

  test.each([
    ['3.10', undefined, undefined],
    ['3.13', ['a'], 'work'],
    ['4.2', ['a'], 'work'],
  ] as const)('a key of its own stands for all others; in %s the header CC then says %j', (profile, cc, last) => {
    const clients = withDlx({ 'x-dead-letter-routing-key': 'b' }, 'direct', profile);
    publish(clients, 'work', { CC: ['a'] });
    reject(clients, 'work');
    expect([clients.ready('a'), clients.ready('b')]).toEqual([['m1'], ['m1']]);
    const headers = clients.queue('b').ready[0]?.envelope.message.headers;
    expect([headers?.['CC'], headers?.['x-last-death-queue']]).toEqual([cc, last]);
  });

  test('to each queue that is bound; to none when there is no such exchange, or nothing is bound', () => {
    const clients = withDlx({}, 'fanout');
    publish(clients, 'work');
    reject(clients, 'work');
    expect(clients.journal).toEqual(['m1 from work to a: rejected', 'm1 from work to b: rejected']);
    clients.topology.deleteQueue('a', {}, ME);
    clients.topology.deleteQueue('b', {}, ME);
    publish(clients, 'work');
    reject(clients, 'work');
    clients.topology.deleteExchange('dlx');
    publish(clients, 'work');
    reject(clients, 'work');
    expect(clients.journal.slice(-2)).toEqual(['m1 dropped by work: rejected', 'm1 dropped by work: rejected']);
  });

  test('through an internal exchange and an alternate one', () => {
    const clients = new Clients({ queues: { dead: {} } });
    clients.exchange('rest', 'fanout');
    clients.bind('dead', 'rest');
    clients.exchange('dlx', 'direct', { internal: true }, { 'alternate-exchange': 'rest' });
    clients.declare('work', {}, { 'x-dead-letter-exchange': 'dlx' });
    publish(clients, 'work');
    reject(clients, 'work');
    expect(clients.ready('dead')).toEqual(['m1']);
  });

  test('a circle without a rejection ends; other queues of the exchange get theirs', () => {
    const clients = new Clients();
    clients.exchange('dlx', 'fanout');
    clients.declare('work', {}, { 'x-dead-letter-exchange': 'dlx', 'x-message-ttl': 1 });
    clients.declare('other');
    for (const name of ['work', 'other']) clients.bind(name, 'dlx');
    publish(clients, 'work');
    clients.waitUntil(1000);
    expect([clients.ready(), clients.ready('other')]).toEqual([[], ['m1']]);
    expect(clients.journal).toEqual(['m1 from work to other: expired']);
    publish(clients, 'work');
    reject(clients, 'work');
    expect([clients.ready(), clients.ready('other')]).toEqual([['m1'], ['m1', 'm1']]);
  });

  test('at least once: what has nowhere to go is kept until it has, and each queue takes it once', () => {
    const clients = new Clients();
    const kept = {
      'x-queue-type': 'quorum',
      'x-overflow': 'reject-publish',
      'x-dead-letter-strategy': 'at-least-once',
    };
    clients.declare('work', { durable: true }, { ...kept, 'x-dead-letter-exchange': 'dlx' });
    publish(clients, 'work');
    reject(clients, 'work');
    expect(clients.broker.unfinished).toEqual(['a dead letter of work has nowhere to go']);
    clients.exchange('dlx', 'fanout');
    clients.declare('a');
    clients.declare('b', {}, { 'x-max-length': 0, 'x-overflow': 'reject-publish' });
    for (const name of ['a', 'b']) clients.bind(name, 'dlx');
    clients.waitUntil(180_000_000);
    expect([clients.ready('a'), clients.broker.unfinished]).toEqual([
      ['m1'],
      ['a dead letter of work waits for room in b'],
    ]);
    clients.topology.deleteQueue('b', {}, ME);
    clients.declare('b');
    clients.bind('b', 'dlx');
    clients.waitUntil(400_000_000);
    expect([clients.ready('a'), clients.ready('b'), clients.broker.unfinished]).toEqual([['m1'], ['m1'], []]);
  });
});

test('what a client is told of deaths is a field table with the types that the broker gives', () => {
  const clients = withDlx({ 'x-dead-letter-routing-key': 'a', 'x-message-ttl': 1000 });
  publish(clients, 'work');
  clients.waitUntil(1_000_000);
  const { envelope } = clients.queue('a').ready[0] ?? {};
  const fields = deathFields(envelope as Envelope);
  expect(plainTable(fields)).toEqual(envelope?.message.headers);
  expect(fields['x-death']).toMatchObject({
    type: 'array',
    value: [{ type: 'table', value: { count: { type: 'long' }, time: { type: 'timestamp' } } }],
  });
  expect(deathFields(clients.envelope('m2'))).toEqual({});
});
