/** A message that a queue takes late: its confirm waits for it, and so does what its publisher has sent behind it. */
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../history/history.ts';
import type { Message } from '../message.ts';
import { service } from '../../services/service.ts';
import { entriesOf, happened, play } from '../../world.fixture.ts';
import { queueBroker } from './component.ts';

const mq = queueBroker('mq', { queues: { work: {}, other: {}, third: {} } });
const uses = { mq };
type Mq = NonNullable<(typeof mq)['~port']>;

const reader = service('reader', uses, ({ mq }) => {
  for (const queue of ['other', 'third'] as const) mq.consume(queue).subscribe(({ ack }) => void ack());
});

/** `B in third at 3 s`, in order. */
async function arriving(shape: { items?: readonly string[]; send?: typeof send; faults: readonly string[] }) {
  const record = await play({ uses, send, services: [reader, forwarder], ...shape });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual(shape.faults.map(() => true));
  const confirmed = entriesOf(record, 'confirmed');
  const told = (entry: Entry): string => {
    const { value, channels } = happened(entry);
    return `${(value as Message).type} in ${channels.join(' ')} at ${Math.floor(entry.timeUs / 1e6)} s`;
  };
  const arrived = entriesOf(record, 'delivered').filter(({ process }) => process === 'reader/0');
  return { arrived: arrived.map(told), confirmed: confirmed.map(told) };
}

/** Publishes three messages behind one another, and waits for no confirm between them. */
const forwarder = service('forwarder', uses, ({ mq }) => {
  mq.consume('work').subscribe(async ({ ack }) => {
    await Promise.all([
      mq.publish({ key: 'other' }, {}, { type: 'A' }),
      mq.publish({ key: 'other' }, {}, { type: 'B' }),
      mq.publish({ key: 'third' }, {}, { type: 'C' }),
    ]);
    await ack();
  });
});

const send = (id: string, { mq }: { mq: Mq }): Promise<void> => mq.publish({ key: 'work' }, {}, { id, type: 'T' });

const A_LATE = '1st arrival of T#p1/A#1 in other: comes 3 s late';

describe('fact 14: a queue takes a message late', () => {
  test('fact 14: its confirm comes when it is there; what was published before does not wait', async () => {
    expect(await arriving({ faults: ['1st arrival of T#p1/B#1 in other: comes 3 s late'] })).toEqual({
      arrived: ['A in other at 0 s', 'C in third at 0 s', 'B in other at 3 s'],
      confirmed: ['T in work at 0 s', 'A in other at 0 s', 'C in third at 0 s', 'B in other at 3 s'],
    });
  });

  test('fact 14: what its publisher has sent behind it waits, to other queues too', async () => {
    const inOrder = ['A in other at 3 s', 'C in third at 3 s', 'B in other at 3 s'];
    expect(await arriving({ faults: [A_LATE] })).toEqual({
      arrived: inOrder,
      confirmed: ['T in work at 0 s', ...inOrder],
    });
  });

  test('fact 14: what waits is lost with its connection; what is late is at the broker, and comes', async () => {
    const { arrived, confirmed } = await arriving({ faults: [A_LATE, 'mq is refusing from 1 s to 2 s'] });
    expect(confirmed).toEqual(['T in work at 0 s', 'A in other at 2 s', 'B in other at 2 s', 'C in third at 2 s']);
    expect(arrived).toEqual(['A in other at 2 s', 'C in third at 2 s', 'B in other at 2 s', 'A in other at 3 s']);
  });

  test('fact 14: the next item of the workload waits for its confirm', async () => {
    const late = '1st arrival of T#p1 in work: comes 3 s late';
    const { confirmed } = await arriving({ items: ['p1', 'p2'], faults: [late] });
    expect(confirmed.filter((each) => each.startsWith('T'))).toEqual(['T in work at 3 s', 'T in work at 3 s']);
  });

  test('fact 14: what others publish passes it: items that are sent at once come from as many producers', async () => {
    for (const item of ['p1', 'p2']) {
      const faults = ['burst of 2 items from p1', `1st arrival of T#${item} in work: comes 3 s late`];
      const { confirmed } = await arriving({ items: ['p1', 'p2'], faults });
      expect(confirmed.filter((each) => each.startsWith('T'))).toEqual(['T in work at 0 s', 'T in work at 3 s']);
    }
  });
});
