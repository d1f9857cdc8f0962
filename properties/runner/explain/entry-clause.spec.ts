/** What an entry says in a sentence about the past. */
import { expect, test } from 'vitest';
import { queueBroker } from '../../../sim/brokers/queue/component.ts';
import { service } from '../../../sim/services/service.ts';
import { entriesOf, play } from '../../../sim/world.fixture.ts';
import { clauseOf } from './entry-clause.ts';

const mq = queueBroker('mq', {
  queues: {
    short: { messageTtlMs: 100 },
    round: { messageTtlMs: 100, deadLetterTo: 'round' },
    full: { maxLength: 1 },
    refused: {},
    tried: { type: 'quorum', deliveryLimit: 1 },
    brief: { durable: false },
    away: { deadLetterTo: 'dead', messageTtlMs: 100 },
    sent: { deadLetterTo: 'dead' },
    thrice: { type: 'quorum', deliveryLimit: 1, deadLetterTo: 'dead' },
    dead: {},
  },
});

/** Gives everything back, or up. */
const worker = service('worker', { mq }, ({ mq }) => {
  mq.consume('refused').subscribe(({ nack }) => void nack({ requeue: false }).catch(() => {}));
  mq.consume('sent').subscribe(({ nack }) => void nack({ requeue: false }).catch(() => {}));
  for (const queue of ['tried', 'thrice'] as const)
    mq.consume(queue).subscribe(({ nack }) => void nack().catch(() => {}));
});

test.each([
  ['nowhere', 'dropped M#nowhere1 from mq (no queue is bound for it)'],
  ['short', 'dropped M#short1 from mq.short (expired, and nothing takes its dead letters)'],
  ['round', 'dropped M#round1 from mq.round (dead letters went round in a cycle)'],
  ['full', 'dropped M#full1 from mq.full (the queue was full, and nothing takes its dead letters)'],
  ['refused', 'dropped M#refused1 from mq.refused (rejected, and nothing takes its dead letters)'],
  ['tried', 'dropped M#tried1 from mq.tried (it had come back too often, and nothing takes its dead letters)'],
  ['brief', 'dropped M#brief1 from mq.brief (it was not on disk when the broker restarted)'],
])('a message that is dropped says why: %s', async (queue, says) => {
  const record = await play({
    uses: { mq },
    services: [worker],
    items: [`${queue}1`, `${queue}2`],
    send: (item, ports) => ports.mq.publish({ key: item.slice(0, -1) as 'full' }, {}, { id: item, type: 'M' }),
    faults: queue === 'brief' ? ['mq is restarting from 1 s to 2 s'] : [],
  });
  expect(entriesOf(record, 'dropped').map(clauseOf)).toContain(says);
});

test.each([
  ['away', 'dead-lettered M#away1 from mq.away (expired)'],
  ['sent', 'dead-lettered M#sent1 from mq.sent (rejected)'],
  ['thrice', 'dead-lettered M#thrice1 from mq.thrice (it had come back too often)'],
])('a dead letter says why it is one: %s', async (queue, says) => {
  const record = await play({
    uses: { mq },
    services: [worker],
    items: [`${queue}1`],
    send: (item, ports) => ports.mq.publish({ key: item.slice(0, -1) as 'sent' }, {}, { id: item, type: 'M' }),
  });
  expect(entriesOf(record, 'deadLettered').map(clauseOf)).toEqual([says]);
});
