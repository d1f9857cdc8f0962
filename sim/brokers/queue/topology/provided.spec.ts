/** Queues that are there from the start, and become what a client first declares them as. */
import { expect, test } from 'vitest';
import { QueueBroker } from '../broker.ts';

const owner = { label: 'me', user: 'guest' };

function broker(): QueueBroker {
  const journal = {
    deadLettered: () => {},
    dropped: () => {},
    arriving: (_: unknown, __: string, enqueue: () => void) => enqueue(),
    headExpires: () => {},
    later: () => {},
  };
  return new QueueBroker({ queues: { work: {} }, provided: ['work'] }, journal, () => 0);
}

const message = { id: 'm', type: 'T', body: {}, headers: {}, parsed: true };
const envelope = { message, text: '{}', lineage: 'T#m', entry: 0, expirationUs: undefined, durable: true };
const quorum = { 'x-queue-type': { type: 'longstr', value: 'quorum' } } as const;

test('it takes messages before, and keeps them', () => {
  const of = broker();
  of.publish(envelope, ['work']);
  expect(of.topology.declareQueue({ name: 'work', durable: true, arguments: quorum }, owner)).toMatchObject({
    messages: 1,
  });
  expect(of.queue('work').isQuorum).toBe(true);
});

test('the first who declares it says what it is; the next has to say the same', () => {
  const of = broker();
  of.topology.declareQueue({ name: 'work', durable: false }, owner);
  expect(() => of.topology.declareQueue({ name: 'work', durable: true }, owner)).toThrow(/inequivalent arg 'durable'/);
});

test('to look at it says nothing', () => {
  const of = broker();
  of.topology.declareQueue({ name: 'work', passive: true }, owner);
  of.topology.declareQueue({ name: 'work', durable: true, arguments: quorum }, owner);
  expect(of.queue('work').isQuorum).toBe(true);
});
