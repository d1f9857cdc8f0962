/** Queues and bindings that processes declare while the broker runs: what comes to them, what is refused, what a fault leaves. */
import { expect, test } from 'vitest';
import { firstValueFrom, timer } from 'rxjs';
import { service } from '../../services/service.ts';
import { ending, entriesOf, happened, play, story } from '../../world.fixture.ts';
import { queueBroker } from './component.ts';

const mq = queueBroker('mq', {
  queues: { first: {}, brief: { asDeclared: true }, parked: {} },
  declaredLater: ['late'],
  exchanges: {
    all: {
      type: 'fanout',
      bind: [{ queue: 'first' }, { queue: 'brief' }],
    },
    some: { type: 'topic', bind: [] },
  },
});
type Mq = NonNullable<(typeof mq)['~port']>;
const uses = { mq };
const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms));
const toAll = (item: string, { mq }: { mq: Mq }): Promise<void> =>
  mq.publish({ exchange: 'all', key: '' }, { item }, { id: item, type: 'T' });

/** What each of these calls comes to, one after the other. */
async function calling(calls: (mq: Mq) => readonly (() => Promise<unknown>)[], faults: readonly string[] = []) {
  const ends: string[] = [];
  const record = await play({
    uses,
    faults,
    send: async (_, { mq }) => {
      for (const call of calls(mq)) ends.push(await ending(call()));
    },
  });
  return { ends, record };
}

test('a queue that is bound while it runs gets what is published from then on', async () => {
  const late = service('late', uses, async ({ mq }) => {
    await sleep(100);
    await mq.declareQueue('late');
    await mq.bindQueue('late', { exchange: 'all' });
    mq.consume('late').subscribe(({ ack }) => void ack());
  });
  const send = async (item: string, ports: { mq: Mq }): Promise<void> => {
    await toAll(item, ports);
    await sleep(150);
  };
  const record = await play({ uses, services: [late], items: ['p1', 'p2'], send });
  expect(story(record, 'delivered')).toEqual(['delivered p2 by late/0']);
  expect(entriesOf(record, 'declared', 'bound').map(({ kind, process }) => [kind, process])).toEqual([
    ['declared', 'late/0'],
    ['bound', 'late/0'],
  ]);
});

test('what is on its way when the queue is bound comes to it', async () => {
  const sent: Promise<unknown>[] = [];
  const record = await play({
    uses,
    send: async (item, { mq }) => {
      await mq.declareQueue('late');
      sent.push(toAll(item, { mq }));
      await mq.bindQueue('late', { exchange: 'all' });
      await Promise.all(sent);
    },
    faults: ['1st send of p1: publish of T to mq takes 2 s longer'],
  });
  expect(entriesOf(record, 'published').map((entry) => happened(entry).channels)).toEqual([['first', 'brief', 'late']]);
});

test('who declares it again has to say the same, and changes nothing', async () => {
  const { ends } = await calling((mq) => [
    () => mq.declareQueue('late', { deadLetterTo: 'parked', messageTtlMs: 50 }),
    () => mq.declareQueue('late', { deadLetterTo: 'parked', messageTtlMs: 50 }),
    () => mq.declareQueue('late', { deadLetterTo: 'parked', messageTtlMs: 60 }),
    () => mq.declareQueue('late', { deadLetterTo: 'parked', messageTtlMs: 50, autoDelete: true }),
    () => mq.bindQueue('late', { exchange: 'all' }),
    () => mq.bindQueue('late', { exchange: 'all' }),
    () => mq.declareQueue('first'),
    () => mq.declareQueue('first', { type: 'quorum' }),
  ]);
  const other = 'EDDY_PRECONDITION_FAILED';
  expect(ends).toEqual(['resolved', 'resolved', other, other, 'resolved', 'resolved', 'resolved', other]);
});

test('what is not there is not found, and the names of others are not taken', async () => {
  const { ends } = await calling((mq) => [
    () => mq.declareQueue('late', { passive: true }),
    () => mq.bindQueue('late', { exchange: 'all' }),
    () => mq.bindQueue('first', { exchange: 'none' }),
    () => mq.declareQueue('amq.mine' as 'late'),
  ]);
  expect(ends).toEqual(['EDDY_NOT_FOUND', 'EDDY_NOT_FOUND', 'EDDY_NOT_FOUND', 'EDDY_ACCESS_REFUSED']);
});

test('a binding made twice brings a message once; its key counts', async () => {
  const { record } = await calling((mq) => [
    () => mq.declareQueue('late'),
    () => mq.bindQueue('late', { exchange: 'some', key: 'order.*' }),
    () => mq.bindQueue('late', { exchange: 'some', key: 'order.*' }),
    () => mq.publish({ exchange: 'some', key: 'order.placed' }, {}, { id: 'a', type: 'T' }),
    () => mq.publish({ exchange: 'some', key: 'invoice.issued' }, {}, { id: 'b', type: 'T' }),
  ]);
  expect(entriesOf(record, 'published').map((entry) => happened(entry).channels)).toEqual([['late'], []]);
});

test('a copy that was on its way when its queue was first declared comes to it', async () => {
  const brief = service('brief', uses, async ({ mq }) => {
    await sleep(100);
    await mq.declareQueue('brief', { deadLetterTo: 'parked' });
    mq.consume('brief').subscribe(({ ack }) => void ack());
  });
  const faults = ['1st arrival of T#p1 in brief: comes 3 s late'];
  const record = await play({ uses, services: [brief], send: toAll, faults });
  expect(story(record, 'delivered', 'acked')).toEqual(['delivered p1 by brief/0', 'acked p1 by brief/0']);
});

test('an auto-delete queue goes with its last consumer, and with it what it held', async () => {
  let starts = 0;
  const brief = service('brief', uses, async ({ mq }) => {
    starts++;
    await mq.declareQueue('brief', { autoDelete: true });
    await mq.bindQueue('brief', { exchange: 'all' });
    mq.consume('brief').subscribe(({ ack }) => void ack());
  });
  const send = async (item: string, ports: { mq: Mq }): Promise<void> => {
    await sleep(50);
    await toAll(item, ports);
  };
  const faults = ['1st delivery of T#p1 to brief: crash on receipt'];
  const record = await play({ uses, services: [brief], items: ['p1', 'p2', 'p3'], send, faults });
  expect(starts).toBe(2);
  expect(story(record, 'delivered')).toEqual(['delivered p1 by brief/0']);
  const lost = entriesOf(record, 'dropped').map(happened);
  expect(lost.map(({ about }) => [about?.['reason'], about?.['declared']])).toEqual([['auto-deleted', false]]);
});

test('an exclusive queue is one connection’s alone, and goes with it', async () => {
  const endsWith = async (faults: readonly string[]): Promise<readonly string[]> => {
    const ends: string[] = [];
    const owner = service('owner', uses, async ({ mq }) => void (await mq.declareQueue('late', { exclusive: true })));
    const other = service('other', uses, async ({ mq }) => {
      await sleep(100);
      ends.push(await ending(mq.declareQueue('late', { passive: true })));
      ends.push(await ending(mq.declareQueue('late')));
    });
    await play({ uses, services: [owner, other], send: toAll, faults });
    return ends;
  };
  expect(await endsWith([])).toEqual(['EDDY_RESOURCE_LOCKED', 'EDDY_RESOURCE_LOCKED']);
  const gone = '1st start of owner: crash after declare of late on mq, restart after 5 s';
  expect(await endsWith([gone])).toEqual(['EDDY_NOT_FOUND', 'resolved']);
});

test('a declaration is an operation: it is struck in its gaps, and may be made again', async () => {
  const away = await calling((mq) => [() => mq.declareQueue('late')], ['mq is refusing from 0 s to 1 s']);
  expect(away.ends).toEqual(['EDDY_UNAVAILABLE']);
  const silent = await calling((mq) => [() => mq.declareQueue('late')], ['mq is silent from 0 s to 1 s']);
  expect(silent.ends).toEqual(['EDDY_TIMEOUT']);
  const cut = await calling(
    (mq) => [() => mq.declareQueue('late'), () => sleep(500), () => mq.declareQueue('late', { passive: true })],
    ['1st send of p1: disconnect from mq between declare of late on mq and its answer'],
  );
  expect(cut.ends).toEqual(['EDDY_DISCONNECTED', 'resolved', 'resolved']);
});

test('its answer comes over the connection on which it was asked for, or never', async () => {
  const faults = ['1st send of p1: declare of late on mq answers 3 s late', 'mq is refusing from 1 s to 2 s'];
  const { ends } = await calling((mq) => [() => mq.declareQueue('late')], faults);
  expect(ends).toEqual(['EDDY_DISCONNECTED']);
});

test('what is declared over a connection that is gone is not', async () => {
  const faults = ['1st send of p1: disconnect from mq before declare of late on mq'];
  const { ends } = await calling(
    (mq) => [() => mq.declareQueue('late'), () => sleep(1000), () => mq.declareQueue('late', { passive: true })],
    faults,
  );
  expect(ends).toEqual(['EDDY_UNAVAILABLE', 'resolved', 'EDDY_NOT_FOUND']);
});

test('a version of the broker that is not modelled is refused with those that are', async () => {
  const old = queueBroker('old', { queues: { q: {} }, profile: '3.9' as never });
  await expect(play({ uses: { old }, send: async () => {} })).rejects.toMatchObject({
    code: 'EDDY_CONFIG',
    message: 'There is no profile "3.9" of a queue broker; known: 3.10, 3.13, 4.2, 4.3',
  });
});
