/** Consumers whose process, or interest, is gone when the broker would hear of them: none is left behind that takes messages. */
import { expect, test } from 'vitest';
import { firstValueFrom, timer } from 'rxjs';
import { service } from '../../services/service.ts';
import { ending, play, story } from '../../world.fixture.ts';
import { queueBroker } from './component.ts';

const mq = queueBroker('mq', { queues: { work: {} }, declaredLater: ['late'] });
type Mq = NonNullable<(typeof mq)['~port']>;
const uses = { mq };
const sleep = (ms: number): Promise<unknown> => firstValueFrom(timer(ms));
const toQueue =
  (key: 'work' | 'late') =>
  (item: string, { mq }: { mq: Mq }): Promise<void> =>
    mq.publish({ key }, { item }, { id: item, type: 'T' });
const items = ['p1', 'p2', 'p3'];
const all = items.map((item) => `delivered ${item} by reader/0`);

const reader = service('reader', uses, async ({ mq }) => {
  await sleep(100);
  mq.consume('work').subscribe(({ ack }) => void ack());
});

test('one that was left at once takes nothing', async () => {
  const fickle = service('fickle', uses, ({ mq }) => mq.consume('work').subscribe().unsubscribe());
  const record = await play({ uses, services: [fickle, reader], items, send: toQueue('work') });
  expect(story(record, 'delivered')).toEqual(all);
});

test('nor one whose process died of its next line', async () => {
  const dying = service('dying', uses, ({ mq }) => {
    mq.consume('work').subscribe();
    throw new RangeError('no');
  });
  const record = await play({ uses, services: [dying, reader], items, send: toQueue('work') });
  expect(story(record, 'delivered')).toEqual(all);
});

test('nor one that was turned away, once there is a queue that would have it', async () => {
  const errors: string[] = [];
  const owner = service('owner', uses, async ({ mq }) => {
    await mq.declareQueue('late', { exclusive: true });
    await sleep(1_000);
    // The connection is lost, and the queue with it.
    await ending(mq.declareQueue('late', { passive: true }));
    await sleep(1_000);
    await mq.declareQueue('late');
  });
  const other = service('other', uses, async ({ mq }) => {
    await sleep(500);
    mq.consume('late').subscribe({ error: ({ code }) => errors.push(code) });
    await sleep(2_500);
    await ending(mq.publish({ key: 'late' }, {}, { id: 'x', type: 'X' }));
    await sleep(1_000);
    await mq.publish({ key: 'late' }, {}, { id: 'y', type: 'Y' });
  });
  const faults = [
    'work of owner: disconnect from mq before check of late on mq',
    'work of other: disconnect from mq before publish of X to mq',
  ];
  const record = await play({ uses, services: [owner, other], items: [], send: toQueue('work'), faults });
  expect(record.faults.map(({ tookEffect }) => tookEffect)).toEqual([true, true]);
  expect(errors).toEqual(['EDDY_RESOURCE_LOCKED']);
  expect(story(record, 'published', 'delivered')).toEqual(['published y by other/0']);
});

test('one whose queue went with its own connection is told so when that is back', async () => {
  const errors: string[] = [];
  const owner = service('owner', uses, async ({ mq }) => {
    await mq.declareQueue('late', { exclusive: true });
    mq.consume('late').subscribe({ error: ({ code }) => errors.push(code) });
    await sleep(1_000);
    await ending(mq.declareQueue('late', { passive: true }));
  });
  const faults = ['work of owner: disconnect from mq before check of late on mq'];
  await play({ uses, services: [owner], items: [], send: toQueue('work'), faults });
  expect(errors).toEqual(['EDDY_NO_SUCH_QUEUE']);
});
