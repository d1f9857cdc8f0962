/** When a chain of timers is idle, and what else its turns tell of it. */
import { describe, expect, test } from 'vitest';
import { Chain } from './chain.ts';

interface Turns {
  readonly everyUs?: number;
  /** How often the world has changed, and the process's code was entered, before each of them. */
  readonly changes?: number;
  readonly entered?: number;
  /** What each of them does; default: reads the same. */
  readonly does?: (chain: Chain, nth: number) => void;
}

const reads = (chain: Chain): void => chain.read(7);
const nothing = (): void => {};

/** So many turns behind those that the chain has taken. */
function takes(chain: Chain, count: number, o: Turns = {}): Chain {
  const { everyUs = 100_000, changes = 0, entered = 0, does = reads } = o;
  for (let n = 0; n < count; n++) {
    chain.turn(Math.max(0, chain.lastTurnUs) + everyUs, changes, entered);
    does(chain, n);
  }
  return chain;
}

/** How many turns it takes until it is idle. */
function turnsUntilIdle(o: Turns & { open?: boolean; max?: number } = {}): number {
  const chain = new Chain(100_000);
  for (let n = 1; n <= (o.max ?? 400); n++) {
    takes(chain, 1, { ...o, does: () => (o.does ?? reads)(chain, n) });
    if (chain.isIdle(o.open === true, o.changes ?? 0, o.entered ?? 0)) return n;
  }
  return Infinity;
}

describe('a chain is idle', () => {
  // The first turn has none before it, and the second is the first that another can be like.
  test('after ten turns that read what the one before read, or three hundred within an open handler', () => {
    expect([turnsUntilIdle(), turnsUntilIdle({ open: true })]).toEqual([12, 302]);
  });

  test('after fewer if they fill ten minutes, but not after two', () => {
    const minutes = (n: number): number => turnsUntilIdle({ everyUs: n * 60_000_000 });
    expect([1, 2, 3.33, 3.34, 9, 11].map(minutes)).toEqual([12, 7, 6, 5, 5, 5]);
  });

  test('not while its turns read something else, in another order, or more', () => {
    expect(turnsUntilIdle({ does: (chain, n) => chain.read(n) })).toBe(Infinity);
    expect(turnsUntilIdle({ does: (chain, n) => [n % 2, 2].forEach((each) => chain.read(each)) })).toBe(Infinity);
    const first = (chain: Chain, n: number): void =>
      [n, ...Array.from({ length: 40 }, () => 1)].forEach((each) => chain.read(each));
    expect(turnsUntilIdle({ does: first })).toBe(Infinity);
    const inOrder = (chain: Chain, n: number): void => (n % 2 ? [1, 2] : [2, 1]).forEach((each) => chain.read(each));
    expect(turnsUntilIdle({ does: inOrder })).toBe(Infinity);
    const more = (chain: Chain, n: number): void => Array.from({ length: n }, () => chain.read(1)).forEach(nothing);
    expect(turnsUntilIdle({ does: more })).toBe(Infinity);
  });

  test('not while they change something, and from the last change on it is counted anew', () => {
    const changes = (chain: Chain): void => {
      chain.read(7);
      chain.change();
    };
    expect(turnsUntilIdle({ does: changes })).toBe(Infinity);
    const chain = takes(new Chain(100_000), 12);
    takes(chain, 1, { does: changes });
    expect([takes(chain, 10).isIdle(false, 0), takes(chain, 1).isIdle(false, 0)]).toEqual([false, true]);
  });

  test('not while others change something; what was idle before says nothing', () => {
    const chain = takes(new Chain(100_000), 12);
    expect([chain.isIdle(false, 0), chain.isIdle(false, 1)]).toEqual([true, false]);
    takes(chain, 1, { changes: 1 });
    expect(
      [takes(chain, 8, { changes: 1 }), takes(chain, 1, { changes: 1 })].map((each) => each.isIdle(false, 1)),
    ).toEqual([true, true]);
  });

  test('not where its turns take no time, and not any more when it was woken', () => {
    expect(turnsUntilIdle({ everyUs: 0 })).toBe(Infinity);
    const chain = takes(new Chain(100_000), 12);
    chain.wake();
    expect([chain.isIdle(false, 0), takes(chain, 9).isIdle(false, 0), takes(chain, 1).isIdle(false, 0)]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('a heartbeat', () => {
  const beats = (chain: Chain): boolean => chain.overwrite(5);

  test('writes what the turn before wrote, and is idle as well', () => {
    const chain = new Chain(100_000);
    const told = Array.from({ length: 4 }, () => {
      takes(chain, 1, { does: nothing });
      return beats(chain);
    });
    expect(told).toEqual([false, true, true, true]);
    expect([turnsUntilIdle({ does: beats }), turnsUntilIdle({ does: (each, n) => void each.overwrite(n) })]).toEqual([
      12,
      Infinity,
    ]);
    expect([chain.beats, takes(chain, 1, { does: nothing }).beats]).toEqual([true, false]);
  });

  test('of many rows is none where the first is another', () => {
    const beats = (each: Chain, row: number): boolean[] =>
      [row, ...Array.from({ length: 40 }, () => 1)].map((of) => each.overwrite(of));
    const chain = takes(new Chain(100_000), 1, { does: (each) => beats(each, 1) });
    takes(chain, 1, { does: nothing });
    expect(beats(chain, 2).at(-1)).toBe(false);
    takes(chain, 1, { does: nothing });
    expect(beats(chain, 2).at(-1)).toBe(true);
  });

  test('of two rows is one in the same order alone', () => {
    const chain = takes(new Chain(100_000), 1, { does: (each) => [1, 2].forEach((row) => each.overwrite(row)) });
    takes(chain, 1, { does: nothing });
    expect([chain.overwrite(1), chain.overwrite(2)]).toEqual([false, true]);
    takes(chain, 1, { does: nothing });
    expect([chain.overwrite(2), chain.overwrite(1)]).toEqual([false, false]);
  });
});

describe('a turn that somebody waits for', () => {
  const isOf = (chain: Chain): boolean[] => [chain.beats, chain.isWaitedFor];

  test('counts for the one behind it too, and is known for what it is from the second on', () => {
    const chain = takes(new Chain(100_000), 1, { does: (each) => each.beat() });
    expect(isOf(chain)).toEqual([true, false]);
    expect(isOf(takes(chain, 1, { does: (each) => each.beat() }))).toEqual([true, true]);
    expect(isOf(takes(chain, 1, { does: nothing }))).toEqual([true, false]);
    expect(isOf(takes(chain, 1, { does: nothing }))).toEqual([false, false]);
  });

  test('is a heartbeat and no more where it writes', () => {
    const both = (chain: Chain): void => {
      chain.beat();
      chain.overwrite(1);
    };
    expect(isOf(takes(new Chain(100_000), 3, { does: both }))).toEqual([true, false]);
  });
});

test('a chain watches the clock that asks for the time in its last turn and beats not', () => {
  const chain = takes(new Chain(100_000), 1, { does: (each) => each.askTime() });
  expect(chain.watchesTheClock).toBe(true);
  chain.overwrite(1);
  expect(chain.watchesTheClock).toBe(false);
  expect(takes(chain, 1, { does: nothing }).watchesTheClock).toBe(false);
});

test('and compares times if it has read something in that turn, be it nothing that was found', () => {
  const asking = (chain: Chain): void => chain.askTime();
  const comparing = (chain: Chain): void => {
    chain.askTime();
    chain.read(0);
  };
  const chain = new Chain(100_000);
  expect([asking, comparing, asking].map((does) => takes(chain, 1, { does }).comparesTimes)).toEqual([
    false,
    true,
    false,
  ]);
});

describe('a chain whose turns read nothing', () => {
  const blank = (o: Turns = {}): Chain => takes(new Chain(100_000), 11, { does: nothing, ...o });

  test('sleeps through what others change, while its own process does nothing', () => {
    const chain = blank();
    expect([chain.isBlank, chain.isIdle(false, 9, 0), chain.isIdle(false, 0, 1)]).toEqual([true, true, false]);
    expect([chain.isStale(0), chain.isStale(1)]).toEqual([false, true]);
    expect(chain.isIdle(true, 9, 0)).toBe(false);
  });

  test('is known from its tenth such turn on', () => {
    const chain = blank();
    expect(takes(new Chain(100_000), 10, { does: nothing }).isBlank).toBe(false);
    expect(takes(new Chain(100_000), 12).isBlank).toBe(false);
    takes(chain, 1, { does: reads });
    expect(takes(chain, 1, { does: nothing }).isBlank).toBe(false);
  });

  test.each<[string, (chain: Chain) => void]>([
    ['read', reads],
    ['led to a step', (chain) => chain.goOn()],
    ['wrote', (chain) => void chain.overwrite(1)],
    ['changed something', (chain) => chain.change()],
    ['was waited for', (chain) => chain.beat()],
  ])('is none any more with a turn that %s', (_, does) => {
    const chain = takes(blank(), 1, { does });
    expect(chain.isIdle(false, 9, 0)).toBe(false);
    expect(takes(chain, 1, { does: nothing }).isBlank).toBe(false);
  });

  test('takes a turn when code of its process has run, and sleeps again if that led to nothing', () => {
    const chain = blank();
    expect(takes(chain, 1, { does: nothing, entered: 1, changes: 5 }).isIdle(false, 5, 1)).toBe(true);
    chain.wake();
    expect(chain.isIdle(false, 5, 1)).toBe(false);
  });

  test('waits for what others of its family do', () => {
    const chain = blank();
    const other = chain.next(10_000_000);
    expect([other === chain, chain.isBlank]).toEqual([false, true]);
    takes(other, 1);
    expect(chain.isBlank).toBe(false);
  });
});

test('what is routine is idle or blank for ten turns', () => {
  expect([11, 12].map((count) => takes(new Chain(100_000), count).isRoutine)).toEqual([false, true]);
  const blank = takes(new Chain(100_000), 12, { does: nothing });
  blank.wake();
  expect(blank.isRoutine).toBe(true);
});

describe('the chain of a timer that a turn sets', () => {
  test('is the chain itself for a delay of about the same length, unless it has a timer set', () => {
    const chain = new Chain(100_000);
    expect([64_000, 127_999, 32_000, 255_999].map((us) => new Chain(100_000).next(us).parent)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    for (const us of [31_999, 256_000]) expect(chain.next(us)).not.toBe(chain);
    const busy = new Chain(100_000);
    busy.pending++;
    const other = busy.next(100_000);
    expect([other === busy, other.parent === busy, other.family === busy.family]).toEqual([false, true, true]);
  });

  test('is found again each turn, as long as it grows slowly', () => {
    const chain = new Chain(100_000);
    const other = chain.next(10_000_000);
    expect([chain.next(10_000_000), other.next(10_000_000)]).toEqual([other, other]);
    expect(other.next(100_000)).toBe(chain);
    for (const us of [200_000, 400_000, 800_000]) expect(chain.next(us)).toBe(chain);
    expect(chain.family).toEqual([chain, other]);
  });
});

test('a timer that is called off ten times before it fires is a watchdog, until it fires', () => {
  const chain = new Chain(100_000);
  for (let n = 0; n < 9; n++) chain.callOff();
  expect([chain.isWatchdog, chain.pending]).toEqual([false, -9]);
  chain.callOff();
  expect(chain.isWatchdog).toBe(true);
  expect(takes(chain, 1).isWatchdog).toBe(false);
});

test('a chain that slept is behind until its next turn, and has its cycle as before', () => {
  const chain = takes(new Chain(100_000), 3);
  chain.pending = 1;
  expect([chain.lastTurnUs, chain.cycleUs, chain.isBehind]).toEqual([300_000, 100_000, false]);
  chain.skipped(700_000);
  expect([chain.lastTurnUs, chain.isBehind]).toEqual([1_000_000, true]);
  chain.pending = 0;
  expect(chain.isBehind).toBe(false);
  chain.pending = 1;
  chain.turn(1_100_000, 0);
  expect([chain.cycleUs, chain.isBehind]).toEqual([100_000, false]);
  chain.skipped(0);
  expect(chain.isBehind).toBe(false);
});
