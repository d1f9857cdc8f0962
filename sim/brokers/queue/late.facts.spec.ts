/** A message that a queue takes late: its confirm waits for it, and so does what its publisher has sent behind it. */
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../history/history.ts';
import type { Message } from '../message.ts';
import type { EddyError } from '../../errors.ts';
import { service } from '../../services/service.ts';
import { entriesOf, happened, play } from '../../world.fixture.ts';
import { queueBroker } from './component.ts';

const mq = queueBroker('mq', { queues: { work: {}, other: {}, third: {} } });
const uses = { mq };
type Mq = NonNullable<(typeof mq)['~port']>;

const reader = service('reader', uses, ({ mq }) => {
  for (const queue of ['other', 'third'] as const) mq.consume(queue).subscribe(({ ack }) => void ack());
});

const gaveUp: string[] = [];

/** `B in third at 3 s`, in order. */
async function arriving(shape: { items?: readonly string[]; send?: typeof send; faults: readonly string[] }) {
  gaveUp.length = 0;
  const record = await play({ uses, send, services: [reader, forwarder], ...shape });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual(shape.faults.map(() => true));
  const confirmed = entriesOf(record, 'confirmed');
  const told = (entry: Entry): string => {
    const { value, channels } = happened(entry);
    return `${(value as Message).type} in ${channels.join(' ')} at ${Math.floor(entry.timeUs / 1e6)} s`;
  };
  const arrived = entriesOf(record, 'delivered').filter(({ process }) => process === 'reader/0');
  const crashed = entriesOf(record, 'crashed').map(
    ({ process, timeUs }) => `${process} at ${Math.floor(timeUs / 1e6)} s`,
  );
  return { arrived: arrived.map(told), confirmed: confirmed.map(told), crashed, gaveUp };
}

/** Publishes three messages behind one another, and waits for no confirm between them. */
const forwarder = service('forwarder', uses, ({ mq }) => {
  mq.consume('work').subscribe(async ({ ack }) => {
    const publish = (type: string, key: 'other' | 'third'): Promise<unknown> =>
      mq.publish({ key }, {}, { type }).catch(({ code }: EddyError) => gaveUp.push(`${type}: ${code}`));
    await Promise.all([publish('A', 'other'), publish('B', 'other'), publish('C', 'third')]);
    await ack();
  });
});

const send = (id: string, { mq }: { mq: Mq }): Promise<void> => mq.publish({ key: 'work' }, {}, { id, type: 'T' });

const A_LATE = '1st arrival of T#p1/A#1 in other: comes 3 s late';

describe('fact 14: a queue takes a message late', () => {
  test('fact 14: its confirm comes when it is there; what was published before does not wait', async () => {
    expect(await arriving({ faults: ['1st arrival of T#p1/B#1 in other: comes 3 s late'] })).toMatchObject({
      arrived: ['A in other at 0 s', 'C in third at 0 s', 'B in other at 3 s'],
      confirmed: ['T in work at 0 s', 'A in other at 0 s', 'C in third at 0 s', 'B in other at 3 s'],
    });
  });

  test('fact 14: what its publisher has sent behind it waits, to other queues too', async () => {
    const inOrder = ['A in other at 3 s', 'C in third at 3 s', 'B in other at 3 s'];
    expect(await arriving({ faults: [A_LATE] })).toMatchObject({
      arrived: inOrder,
      confirmed: ['T in work at 0 s', ...inOrder],
    });
  });

  test('fact 14: what waits is lost with its connection; what is late is at the broker, and comes', async () => {
    const { arrived, confirmed } = await arriving({ faults: [A_LATE, 'mq is refusing from 1 s to 2 s'] });
    expect(confirmed).toEqual(['T in work at 0 s', 'A in other at 2 s', 'B in other at 2 s', 'C in third at 2 s']);
    expect(arrived).toEqual(['A in other at 2 s', 'C in third at 2 s', 'B in other at 2 s', 'A in other at 3 s']);
  });

  test('fact 14: who has waited for 10 s does not know: what he sent comes all the same', async () => {
    const { arrived, confirmed, gaveUp } = await arriving({
      faults: ['1st arrival of T#p1/A#1 in other: comes 20 s late'],
    });
    expect(gaveUp.toSorted()).toEqual([
      'A: EDDY_CONFIRM_TIMEOUT',
      'B: EDDY_CONFIRM_TIMEOUT',
      'C: EDDY_CONFIRM_TIMEOUT',
    ]);
    expect(confirmed).toEqual(['T in work at 0 s']);
    expect(arrived).toEqual(['A in other at 20 s', 'C in third at 20 s', 'B in other at 20 s']);
  });

  test('who is answered at once waits for no time-out', async () => {
    const { entries } = await play({ uses, send, services: [reader, forwarder] });
    expect(entries.at(-1)?.timeUs).toBeLessThan(1e6);
  });

  test('fact 14: a publisher that dies between effect and answer dies when the broker has it', async () => {
    const dies =
      '1st delivery of T#p1 to forwarder: crash between publish of A to mq and its answer, restart after 10 s';
    const { arrived, crashed } = await arriving({ faults: [A_LATE, dies] });
    expect(crashed).toEqual(['forwarder/0 at 0 s']);
    expect(arrived.slice(0, 1)).toEqual(['A in other at 3 s']);
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
