import { afterEach, expect, test } from 'vitest';
import { History } from '../history/history.ts';
import { realTurn } from './host.ts';
import { Pace } from './pace.ts';
import { World } from './world.ts';

let pace: Pace | undefined;
afterEach(() => pace?.end());

function pacedWorld(failed: (error: unknown) => void = () => {}): World {
  const world = new World(1, new History(false));
  pace = new Pace(world, failed);
  return world;
}

/** What `go` hands to its callback, once it calls it. */
const from = <T>(go: (tell: (value: T) => void) => void): Promise<T> => new Promise(go);

test('steps are taken in the order of their times, none before its time has come', async () => {
  const world = pacedWorld();
  const startMs = performance.now();
  const seen: string[] = [];
  await from<void>((tell) =>
    pace?.enter(() => {
      world.after(20_000, () => {
        seen.push('late');
        tell();
      });
      world.after(5_000, () => seen.push('early'));
      world.watch(10_000, () => seen.push('watch'));
    }),
  );
  expect(seen).toEqual(['early', 'watch', 'late']);
  // The world began a little after `startMs`, so that this cannot fail on a slow machine.
  expect(performance.now() - startMs).toBeGreaterThanOrEqual(20);
});

test('a timer that sets itself again and changes nothing goes on for ever', async () => {
  const world = pacedWorld();
  let turns = 0;
  await from<void>((tell) => {
    const beat = (): void => {
      if (++turns === 40) tell();
      else world.timer(1_000, beat, undefined);
    };
    pace?.enter(() => world.timer(1_000, beat, undefined));
  });
  expect(turns).toBe(40);
});

test('what comes from outside has its place behind what was due before', async () => {
  const world = pacedWorld();
  const seen: string[] = [];
  pace?.enter(() => seen.push('first'));
  pace?.enter(() => {
    seen.push('second');
    world.after(0, () => seen.push('its own'));
  });
  await from<void>((tell) => pace?.enter(() => tell()));
  expect(seen).toEqual(['first', 'second', 'its own']);
});

test('a step that throws is told, and the next ones are taken', async () => {
  const errors: unknown[] = [];
  pacedWorld((error) => errors.push(error));
  const broken = new Error('broken');
  pace?.enter(() => {
    throw broken;
  });
  await from<void>((tell) => pace?.enter(() => tell()));
  expect(errors).toEqual([broken]);
});

test('steps that never end leave sockets their turn, and end with the world', async () => {
  const world = pacedWorld();
  let steps = 0;
  const again = (): void => {
    steps++;
    world.after(0, again);
  };
  pace?.enter(again);
  for (let turns = 0; turns < 3; turns++) await realTurn();
  expect(steps).toBeGreaterThan(0);
  pace?.end();
  const before = steps;
  for (let turns = 0; turns < 3; turns++) await realTurn();
  expect(steps).toBe(before);
});

test('a world that keeps no history counts its entries and shows them', () => {
  const history = new History(false);
  const kinds: string[] = [];
  history.watch(({ kind, n }) => kinds.push(`${kind} ${n}`));
  history.record(0, 'mq', 'published', {}, []);
  history.record(1, 'mq', 'acked', {}, [0]);
  expect(kinds).toEqual(['published 0', 'acked 1']);
  expect(history.entries).toEqual([]);
});
