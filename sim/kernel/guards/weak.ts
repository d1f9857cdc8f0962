/**
 * When garbage is collected is the engine's to say, and no run could be repeated that hangs on it: what is referred to weakly
 * inside a world is held until its run is over, and nobody there is told that something was collected. Node's own `fetch` needs
 * it: whether a signal still aborts an answer whose body nobody reads would hang on that.
 */
import { currentContext } from '../context.ts';
import type { World } from '../world.ts';
import type { Patch } from './install.ts';

const held = new WeakMap<World, Set<WeakKey>>();

function hold(world: World, target: WeakKey): void {
  const all = held.get(world) ?? new Set();
  held.set(world, all.add(target));
}

export function weakPatches(): Patch[] {
  const { register } = FinalizationRegistry.prototype;
  const referring = new Proxy(WeakRef, {
    construct(real, args: [WeakKey], as) {
      const made = Reflect.construct(real, args, as) as object;
      const context = currentContext();
      if (context) hold(context.world, args[0]);
      return made;
    },
  });
  const registering = function (this: FinalizationRegistry<unknown>, ...args: Parameters<typeof register>): void {
    if (!currentContext()) register.apply(this, args);
  };
  return [
    { on: globalThis, name: 'WeakRef', value: referring },
    { on: FinalizationRegistry.prototype, name: 'register', value: registering },
  ];
}
