/** Whether something is garbage shows in no run. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { service } from '../../services/service.ts';
import { play } from '../../world.fixture.ts';
import { realTurn } from '../host.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Behind a step of its own: what was referred to in this one is held until it ends. */
async function collected(): Promise<void> {
  await realTurn();
  collect();
  await realTurn();
}

test('inside a run what is referred to weakly stays until the run is over', async () => {
  const seen: unknown[] = [];
  await play({
    services: [
      service('keeper', {}, () => {
        const inside = new WeakRef({ id: 'inside' });
        setTimeout(() => {
          collect();
          seen.push(inside.deref());
        }, 1000);
      }),
    ],
    uses: {},
    send: () => Promise.resolve(),
  });
  expect(seen).toEqual([{ id: 'inside' }]);
  const outside = new WeakRef({ id: 'outside' });
  expect(outside).toBeInstanceOf(WeakRef);
  await collected();
  expect(outside.deref()).toBeUndefined();
});

test('inside a run nobody hears that something was collected', async () => {
  const heard: string[] = [];
  const registry = new FinalizationRegistry<string>((what) => heard.push(what));
  await play({
    services: [service('keeper', {}, () => registry.register({}, 'inside'))],
    uses: {},
    send: () => Promise.resolve(),
  });
  registry.register({}, 'outside');
  await collected();
  expect(heard).toEqual(['outside']);
});
