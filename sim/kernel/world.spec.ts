/** The loop by itself, without processes: what is taken when, and where a run ends. */
import { describe, expect, test } from 'vitest';
import { History } from '../history/history.ts';
import type { Bounds } from './bounds.ts';
import { nowMs, World } from './world.ts';

const world = (bounds: Partial<Bounds> = {}): World => new World(1, new History(), bounds);

/** Takes a step every 10 µs for ever; counts them. */
function busy(of: World, each: (nth: number) => void = () => {}): { steps: number } {
  const counted = { steps: 0 };
  const go = (): void => {
    each(++counted.steps);
    of.after(10, go);
  };
  of.after(10, go);
  return counted;
}

/** A timer that sets itself again in its turn, as a poll does. */
function polls(of: World, turn: (nth: number) => void, everyUs = 100_000): { turns: number } {
  const counted = { turns: 0 };
  const go = (): void => {
    turn(++counted.turns);
    of.timer(everyUs, go, undefined);
  };
  of.timer(everyUs, go, undefined);
  return counted;
}

describe('steps', () => {
  test('come in the order of time, of equals in the order in which they were scheduled, none in the past', async () => {
    const it = world();
    expect([it.isStrict, it.isOver]).toEqual([false, false]);
    const came: string[] = [];
    const at = (delayUs: number, name: string) => it.after(delayUs, () => came.push(`${name} at ${it.nowUs}`));
    at(20, 'late');
    at(10, 'first');
    it.spawn(10, () => {
      came.push(`second at ${it.nowUs}`);
      at(-5, 'now');
      it.spawn(-5, () => came.push(`too at ${it.nowUs}`));
    });
    it.cancel(at(15, 'called off'));
    expect(await it.run()).toEqual({ how: 'quiet' });
    expect(came).toEqual(['first at 10', 'second at 10', 'now at 10', 'too at 10', 'late at 20']);
    expect([it.steps, nowMs(it)]).toEqual([5, Date.UTC(2026, 0, 1)]);
  });

  test('belong to the chain at hand, unless they begin something of their own', async () => {
    const it = world();
    const chains: unknown[] = [];
    it.timer(
      10,
      () => {
        const { chain } = it;
        it.after(1, () => chains.push(it.chain === chain));
        it.spawn(1, () => chains.push(it.chain));
        expect(() => it.inChain(undefined, () => fails(it.chain))).toThrow('undefined');
        chains.push(it.chain === chain);
      },
      undefined,
    );
    await it.run();
    expect(chains).toEqual([true, true, undefined]);
  });

  test('a timer that is set for longer than a week is never taken', async () => {
    const it = world({ virtualUs: Infinity });
    const week = 7 * 24 * 3_600_000_000;
    const came: number[] = [];
    for (const us of [week, week + 1]) it.timer(us, () => came.push(us), undefined);
    await it.run();
    expect(came).toEqual([week]);
  });
});

function fails(what: unknown): void {
  throw new Error(String(what));
}

describe('a run ends at a bound', () => {
  test('of steps, of virtual time, of what it records', async () => {
    const steps = world({ steps: 100 });
    const counted = busy(steps);
    expect([await steps.run(), counted.steps]).toEqual([
      { how: 'bound', bound: '100 steps in a row without anything from outside' },
      100,
    ]);
    const time = world({ virtualUs: 500 });
    busy(time);
    expect([await time.run(), time.nowUs]).toEqual([{ how: 'bound', bound: '0.0005 s of virtual time' }, 500]);
    const entries = world({ entries: 5 });
    busy(entries, () => entries.history.record(0, 'p/0', 'noted', {}, []));
    expect([await entries.run(), entries.history.length]).toEqual([{ how: 'bound', bound: '5 entries of history' }, 6]);
  });

  test('of virtual time, which begins anew behind the end of a plan, and once', async () => {
    const it = world({ virtualUs: 500 });
    busy(it);
    let asked = 0;
    it.onQuiet(() => ++asked < 10);
    expect(await it.run()).toEqual({ how: 'bound', bound: '0.0005 s of virtual time' });
    expect([asked, it.nowUs]).toEqual([2, 1010]);
  });

  test('that somebody says it has passed, the first one that was said', async () => {
    const it = world();
    busy(it, (nth) => {
      if (nth !== 3) return;
      it.pass('mine');
      it.pass('other');
    });
    expect([await it.run(), it.steps]).toEqual([{ how: 'bound', bound: 'mine' }, 3]);
  });

  test('and has its steps anew with each disturbance, but not for ever', async () => {
    const once = world({ steps: 100 });
    busy(once, (nth) => nth === 70 && once.disturbed());
    await once.run();
    expect(once.steps).toBe(171);
    const always = world({ steps: 10 });
    busy(always, () => always.disturbed());
    await always.run();
    expect(always.steps).toBe(501);
  });

  test('not while a disturbance lasts; its end is one too', async () => {
    const it = world({ steps: 100 });
    const counted = busy(it);
    let endedAt = 0;
    it.disturbFor(1005, () => (endedAt = counted.steps));
    await it.run();
    // One step more: the end of the disturbance itself.
    expect([endedAt, counted.steps, it.steps]).toEqual([100, 200, 202]);
  });
});

describe('when nothing is left', () => {
  test('those who may know of something more are asked, up to the first who does', async () => {
    const it = world();
    const asked: string[] = [];
    let left = 2;
    it.onQuiet(() => {
      asked.push('first');
      if (left-- > 0) it.after(1, () => {});
      return left >= 0;
    });
    it.onQuiet(() => {
      asked.push('second');
      return false;
    });
    expect(await it.run()).toEqual({ how: 'quiet' });
    expect([asked, it.steps]).toEqual([['first', 'first', 'first', 'second'], 2]);
  });

  test('also at the bound of steps, where the rest of the plan may end what keeps the run busy', async () => {
    const it = world({ steps: 100 });
    let isHeld = true;
    const go = (): void => void (isHeld && it.after(10, go));
    it.after(10, go);
    it.onQuiet(() => {
      const held = isHeld;
      isHeld = false;
      return held;
    });
    expect([await it.run(), it.steps]).toEqual([{ how: 'quiet' }, 101]);
  });
});

describe('what is only watched for', () => {
  test('keeps no run alive, and comes before what is due later', async () => {
    const it = world();
    const came: string[] = [];
    it.watch(10, () => came.push(`watch at ${it.nowUs}`));
    it.watch(-1, () => came.push(`at once at ${it.nowUs}`));
    it.glance(20, () => came.push(`glance at ${it.nowUs}`));
    it.watch(30, () => came.push('beyond'));
    it.after(30, () => came.push(`step at ${it.nowUs}`));
    expect(await it.run()).toEqual({ how: 'quiet' });
    expect(came).toEqual(['at once at 0', 'watch at 10', 'glance at 20', 'step at 30']);
  });

  test('of a world that real time drives too', () => {
    const it = world();
    const came: string[] = [];
    it.watch(10, () => came.push('watch'));
    it.cancel(it.after(15, () => came.push('called off')));
    it.after(20, () => fails('thrown'));
    expect([it.nextUs, it.takeDue(5), it.nowUs]).toEqual([10, false, 5]);
    expect([it.takeDue(10), came, it.takeDue(10), it.nextUs]).toEqual([true, ['watch'], false, 15]);
    expect([it.takeDue(20), it.nowUs]).toEqual([true, 10]);
    expect(() => it.takeDue(20)).toThrow('thrown');
    expect([it.chain, it.nextUs, it.takeDue(7), it.nowUs, came]).toEqual([undefined, Infinity, false, 20, ['watch']]);
  });
});

describe('chains of timers', () => {
  test('sleep when nothing changes, and go on at the next turn when something has', async () => {
    const it = world();
    const counted = polls(it, () => it.read(1));
    const turns: number[] = [];
    it.after(5_050_000, () => turns.push(counted.turns));
    it.after(9_050_000, () => it.changed());
    it.after(9_110_000, () => turns.push(counted.turns));
    expect(await it.run()).toEqual({ how: 'quiet' });
    expect([turns, counted.turns]).toEqual([[12, 13], 22]);
  });

  test('that write the same each turn are caught up with before anything else happens', async () => {
    const it = world();
    let wroteUs = 0;
    polls(it, () => {
      expect(it.overwrote(5)).toBe(wroteUs > 0);
      wroteUs = it.nowUs;
    });
    const seen: number[] = [];
    for (const us of [60_050_000, 90_050_000]) it.after(us, () => seen.push(wroteUs));
    expect(await it.run()).toEqual({ how: 'quiet' });
    expect(seen).toEqual([60_000_000, 90_000_000]);
  });

  test('that change something each turn do not sleep', async () => {
    const it = world({ steps: 100 });
    polls(it, (nth) => it.overwrote(nth));
    expect(await it.run()).toEqual({ how: 'bound', bound: '100 steps in a row without anything from outside' });
  });

  test('look again when something is over that they may have found busy', async () => {
    const it = world();
    const counted = polls(it, () => it.read(1));
    it.after(5_050_000, () => it.over(5_000_000));
    it.after(6_050_000, () => it.over(900_000));
    await it.run();
    expect(counted.turns).toBe(13);
  });

  test('that look at the clock take turns further off, before the run is quiet', async () => {
    const it = world();
    let sawUs = 0;
    polls(it, () => (sawUs = it.tellUs()));
    expect(await it.run()).toEqual({ how: 'quiet' });
    expect([sawUs > 3_600_000_000, sawUs < 3 * 3_600_000_000]).toEqual([true, true]);
  });

  test('that are waited for are known to beat while they sleep', async () => {
    const it = world();
    const seen: boolean[] = [];
    let chain: World['chain'];
    polls(it, () => {
      chain = it.chain;
      it.beat();
    });
    const other = polls(it, () => it.read(1), 10_000_000);
    it.glance(60_050_000, () => seen.push(it.isBeatingAsleep(chain), it.isBeatingAsleep(undefined)));
    it.after(200_000_000, () => {});
    await it.run();
    expect([seen, other.turns]).toEqual([[true, false], 12]);
  });
});
