/** A moment knows what of it is under way: calls without an answer, timers that will fire once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { run, tiny } from '../spec-world.ts';
import { currentContext } from './context.ts';

const pending = (): number | undefined => currentContext()?.moment.pending;

test('calls and one-shot timers count while they are under way, intervals do not', async () => {
  const seen: Record<string, number | undefined> = {};
  await run([
    tiny(async ({ mq, card }) => {
      seen['at first'] = pending();
      const published = mq.publish({ key: 'letters' }, {}, { id: 'a' });
      const charged = card.charge({ id: 'a' });
      seen['two calls'] = pending();
      await Promise.all([published, charged]);
      seen['both answered'] = pending();
      clearInterval(setInterval(() => {}, 5));
      const later = setTimeout(() => {}, 100);
      const slept = sleep(10);
      seen['two timers'] = pending();
      await slept;
      seen['one left'] = pending();
      later.refresh();
      seen['set again'] = pending();
      clearTimeout(later);
      clearTimeout(later);
      seen['called off'] = pending();
    }),
  ]);
  expect(seen).toEqual({
    'at first': 0,
    'two calls': 2,
    'both answered': 0,
    'two timers': 2,
    'one left': 1,
    'set again': 1,
    'called off': 0,
  });
});

test('who watches is told of the first thing that begins and of the last that ends', async () => {
  const told: string[] = [];
  const moments = new Set<unknown>();
  await run(
    [
      tiny(({ mq, card }) => {
        mq.consume('letters').subscribe(async ({ message, ack }) => {
          const moment = currentContext()?.moment;
          if (!moment) return;
          moments.add(moment.printed);
          moment.watcher = { busy: () => void told.push('busy'), idle: () => void told.push('idle') };
          await Promise.all([card.charge({ id: message.id }), sleep(50)]);
          await ack();
        });
      }),
    ],
    { items: ['p1'] },
  );
  expect([...moments]).toEqual(['1st delivery of Letter#p1 to tiny']);
  expect(told).toEqual(['busy', 'idle', 'busy', 'idle']);
});
