import { expect, test } from 'vitest';
import type { Process } from './process.ts';
import { Reconnect } from './reconnect.ts';

/** A client whose broker is out until then; the times at which it looked. */
function looksUntil(backUs: number, o: { pausedUntilUs?: number } = {}): { looks: number[]; openUs: number[] } {
  const steps: { atUs: number; run: () => void }[] = [];
  const looks: number[] = [];
  const openUs: number[] = [];
  const world = {
    nowUs: 0,
    spawn: (delayUs: number, run: () => void) => void steps.push({ atUs: world.nowUs + delayUs, run }),
  };
  const process = { alive: true, pausedUntilUs: o.pausedUntilUs ?? 0, simulation: { world } } as unknown as Process;
  const reconnect = new Reconnect({
    process,
    isOpen: false,
    get isOut() {
      looks.push(world.nowUs);
      return world.nowUs < backUs;
    },
    back: () => void openUs.push(world.nowUs),
  });
  reconnect.later();
  reconnect.later();
  for (let step = steps.shift(); step; step = steps.shift()) {
    world.nowUs = step.atUs;
    step.run();
  }
  return { looks: looks.map((us) => us / 1000), openUs };
}

test('it looks after 100 ms, then doubling to 5 s, until somebody is there; asked twice it looks once', () => {
  expect(looksUntil(12_000_000)).toEqual({
    looks: [100, 300, 700, 1500, 3100, 6300, 11_300, 16_300],
    openUs: [16_300_000],
  });
});

test('a process that stands still looks when it goes on', () => {
  expect(looksUntil(0, { pausedUntilUs: 2_000_000 })).toEqual({ looks: [2100], openUs: [2_100_000] });
});
