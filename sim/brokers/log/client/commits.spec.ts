/** In which order and in whose name a consumer commits. */
import { expect, test } from 'vitest';
import { service } from '../../../services/service.ts';
import { ending, play } from '../../../world.fixture.ts';
import { facts, items, sleep, toOne, toOrders, uses } from './consumer.fixture.ts';

test('commits that are not waited for do not overtake each other', async () => {
  const reader = service('reader', uses, ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g', inFlight: 3 });
    consumer.messages().subscribe(({ commit }) => void commit());
  });
  const faults = ['1st delivery of T#o0 to reader: offset commit on log takes 20 ms longer'];
  const record = await play({ uses, services: [reader], items: items(3), send: toOne, faults });
  expect(record.faults.every(({ tookEffect }) => tookEffect)).toBe(true);
  expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2, 3]);
});

test('nor do those that a broken connection holds up', async () => {
  const reader = service('reader', uses, ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g', inFlight: 3 });
    consumer.messages().subscribe(async ({ message, commit }) => {
      // The connection is there again after 100 ms, and who tries in vain shortly before tries again after the same time.
      if (message.id !== 'o0') await sleep(message.id === 'o1' ? 98 : 160);
      void commit();
    });
  });
  const faults = ['1st delivery of T#o0 to reader: disconnect from log before offset commit on log'];
  const record = await play({ uses, services: [reader], items: items(3), send: toOne, faults });
  expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([1, 2, 3]);
});

test('one that never arrives holds no other back', async () => {
  const reader = service('reader', uses, ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g', inFlight: 3 });
    consumer.messages().subscribe(({ commit }) => void commit().catch(() => {}));
  });
  const faults = ['1st delivery of T#o0 to reader: answer of offset commit on log is lost, not applied'];
  const record = await play({ uses, services: [reader], items: items(3), send: toOne, faults });
  expect(facts(record, 'offsetsCommitted').map(({ offset }) => offset)).toEqual([2, 3]);
});

test('one that cannot be sent is given up after ten seconds', async () => {
  const ends: unknown[] = [];
  const reader = service('reader', uses, ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g', autoCommit: false });
    consumer.messages().subscribe(async ({ message, commit }) => {
      void message.id;
      await sleep(5_000 - performance.now());
      ends.push(await ending(commit()), Math.floor(performance.now() / 100) / 10);
    });
  });
  const faults = [
    '1st delivery of T#o0 to reader: disconnect from log before offset commit on log',
    'log is refusing from 5001 ms to 30 s',
  ];
  const record = await play({ uses, services: [reader], items: items(1), send: toOne, faults });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
  expect(ends.slice(0, 2)).toEqual(['EDDY_UNAVAILABLE', 15]);
});

test('who is put out while it works says in the name of whom it worked', async () => {
  const told: unknown[] = [];
  const reader = service('reader', uses, ({ log }) => {
    const consumer = log.consumer(['one'], { group: 'g', autoCommit: false });
    void consumer.eachMessage(async () => {
      const { memberId, generation } = consumer.metadata;
      await sleep(10_000);
      told.push([memberId, generation], [consumer.metadata.memberId, consumer.metadata.generation]);
    });
  });
  const faults = ['1st delivery of T#o0 to reader: session times out on receipt'];
  const record = await play({ uses, services: [reader], items: items(1), send: toOne, faults });
  expect(facts(record, 'expelled', 'lost').map(({ kind }) => kind)).toEqual(['expelled', 'lost']);
  expect(told.slice(0, 2)).toEqual([
    ['reader/0-1', 1],
    ['reader/0-1', 1],
  ]);
  expect(told.at(-1)).toEqual(['reader/0-2', 3]);
});

test('who keeps a partition while the group goes on to another generation commits in that one', async () => {
  const ended: string[] = [];
  const reader = service('reader', uses, async ({ log }, { instance }) => {
    if (instance === 2) await sleep(10_000);
    const consumer = log.consumer(['orders'], { group: 'g', assignor: 'cooperative-sticky', heartbeatMs: 50 });
    const subscription = consumer.messages().subscribe(async ({ message, commit }) => {
      if (message.id !== 'o0') return;
      await sleep(3_980);
      // Again and again while another comes and goes, so that one meets the moment between two generations.
      for (let n = 0; n < 1_000; n++) {
        void ending(commit()).then((how) => ended.push(how));
        await sleep(0.25);
      }
    });
    if (instance === 2) {
      await sleep(100);
      subscription.unsubscribe();
    }
  });
  const services = [reader.with({ instances: 3 })];
  const record = await play({ uses, services, items: items(1), send: toOrders });
  const generations = facts(record, 'offsetsCommitted').map(({ generation }) => generation);
  expect(new Set(generations).size).toBeGreaterThan(2);
  expect(new Set(ended)).toEqual(new Set(['resolved']));
});

test('a commit that meets a later generation on its way is not taken for one of that, and its member stays', async () => {
  const ended: string[] = [];
  const reader = service('reader', uses, async ({ log }, { instance }) => {
    if (instance === 1) await sleep(6_000);
    const consumer = log.consumer(['one'], { group: 'g', autoCommit: false, heartbeatMs: 100 });
    consumer.messages().subscribe(() => {});
    if (instance === 1) return;
    await sleep(5_000);
    const commit = () => ending(consumer.commit([{ topic: 'one', partition: 0, offset: 1n }]));
    ended.push(await commit());
    ended.push(await commit());
  });
  const faults = ['work of reader: offset commit on log takes 10 s longer'];
  const record = await play({ uses, services: [reader.with({ instances: 2 })], items: items(1), send: toOne, faults });
  expect(ended).toEqual(['EDDY_ILLEGAL_GENERATION', 'resolved']);
  expect(facts(record, 'offsetsRefused').map(({ generation }) => generation)).toEqual([1]);
  expect(facts(record, 'offsetsCommitted').map(({ generation }) => generation)).toEqual([2]);
  expect(facts(record, 'joined').map(({ member }) => member)).toEqual(['reader/0-1', 'reader/1-1']);
});
