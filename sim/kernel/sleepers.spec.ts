/** Which chains that sleep go on, and when; time-outs that keep no run alive; late calls. */
import { describe, expect, test } from 'vitest';
import { Chain } from './chain.ts';
import type { Actor } from './context.ts';
import { addLeaked, leak, leakedSoFar, takeLeaked } from './leaks.ts';
import { Sleepers } from './sleepers.ts';
import { Watches } from './watches.ts';
import type { Step } from './world.ts';

/** The chain's next turn, one cycle of 100 ms behind its last one at `lastUs`. */
function asleep(lastUs: number, does: (chain: Chain) => void = () => {}, actor?: Actor, parent?: Chain): Step {
  const chain = new Chain(100_000, parent);
  for (let turn = 11; turn >= 0; turn--) {
    chain.turn(lastUs - turn * 100_000, 0);
    does(chain);
  }
  chain.pending = 1;
  return { run: () => {}, chain, moment: undefined, timer: true, done: false, dueUs: lastUs + 100_000, actor };
}

const reads = (chain: Chain): void => chain.read(1);
const beats = (chain: Chain): void => void chain.overwrite(1);
const isWaitedFor = (chain: Chain): void => chain.beat();
const looksAtTheClock = (chain: Chain): void => {
  chain.read(1);
  chain.askTime();
};
const actor = (entered = 0): Actor => ({ entered }) as Actor;

function sleeping(...steps: readonly Step[]): Sleepers {
  const sleepers = new Sleepers();
  for (const step of steps) sleepers.add(step);
  return sleepers;
}
const due = (steps: readonly Step[]): number[] => steps.map(({ dueUs }) => dueUs);

describe('when something has changed', () => {
  test('everyone goes on at the next turn after now, as if they had turned all the while', () => {
    const [one, other] = [asleep(2_000_000, reads), asleep(1_950_000, reads)];
    const sleepers = sleeping(one, other);
    expect([sleepers.count, due(sleepers.wake(2_730_000)), sleepers.count]).toEqual([2, [2_800_000, 2_750_000], 0]);
    expect([one.chain?.lastTurnUs, one.chain?.isBehind, one.chain?.isIdle(false, 0)]).toEqual([2_700_000, true, false]);
  });

  test('a turn that is due now, or is yet to come, stays where it is', () => {
    expect(due(sleeping(asleep(2_000_000, reads)).wake(2_100_000))).toEqual([2_100_000]);
    const step = asleep(2_000_000, reads);
    expect([due(sleeping(step).wake(2_000_000)), step.chain?.isBehind]).toEqual([[2_100_000], false]);
  });

  test('who reads nothing sleeps on, unless code of its process has run; a timer without one goes on', () => {
    const idle = actor();
    const steps = [asleep(2_000_000, undefined, idle), asleep(2_000_000, undefined, actor(1)), asleep(2_000_000)];
    const sleepers = sleeping(...steps);
    expect(sleepers.wake(2_500_000)).toEqual(steps.slice(1));
    expect([sleepers.count, sleepers.wake(2_600_000)]).toEqual([1, []]);
    idle.entered++;
    expect(due(sleepers.wake(2_600_000))).toEqual([2_600_000]);
  });

  test('who was called off is not there any more', () => {
    const [gone, step] = [asleep(2_000_000, reads), asleep(2_000_000, reads)];
    const sleepers = sleeping(gone, step);
    gone.done = true;
    expect([sleepers.wake(2_500_000), sleepers.count]).toEqual([[step], 0]);
  });
});

describe('when something is over that lasted', () => {
  test('those look again whose last turn came meanwhile', () => {
    const [early, meanwhile] = [asleep(2_000_000, reads), asleep(2_000_001, reads)];
    const sleepers = sleeping(early, meanwhile);
    expect(sleepers.lookAgain(2_000_000, 2_250_000)).toEqual([meanwhile]);
    expect([meanwhile.dueUs, sleepers.count]).toEqual([2_300_001, 1]);
    expect(due(sleepers.lookAgain(0, 1_000_000))).toEqual([2_100_000]);
  });

  test('and those of this process alone, if it is said', () => {
    const [mine, its] = [actor(), actor()];
    const steps = [asleep(2_000_000, reads, mine), asleep(2_000_000, reads, its)];
    expect(sleeping(...steps).lookAgain(0, 2_500_000, its)).toEqual([steps[1]]);
  });
});

describe('before time goes on', () => {
  test('a heartbeat takes its last two turns, and what is only waited for the last one', () => {
    const at = (untilUs: number): number[][] => [
      due(sleeping(asleep(2_000_000, beats)).catchUp(untilUs)),
      due(sleeping(asleep(2_000_000, isWaitedFor)).catchUp(untilUs)),
    ];
    expect(at(2_099_999)).toEqual([[], []]);
    expect(at(2_100_000)).toEqual([[2_100_000], [2_100_000]]);
    expect(at(2_299_999)).toEqual([[2_100_000], [2_200_000]]);
    expect(at(2_300_000)).toEqual([[2_200_000], [2_300_000]]);
    expect(at(2_950_000)).toEqual([[2_800_000], [2_900_000]]);
  });

  test('who only reads sleeps on', () => {
    expect(sleeping(asleep(2_000_000, reads)).catchUp(9_000_000)).toEqual([]);
  });

  test('who looks at the clock turns on the way, further off the longer it has been idle, and at the end of it', () => {
    const step = asleep(2_000_000, looksAtTheClock);
    const chain = step.chain as Chain;
    const sleepers = sleeping(step);
    const turns: number[] = [];
    for (let [turn] = sleepers.catchUp(9_950_000); turn; [turn] = sleepers.catchUp(9_950_000)) {
      turns.push(turn.dueUs / 100_000);
      chain.turn(turn.dueUs, 0);
      looksAtTheClock(chain);
      turn.dueUs += 100_000;
      sleepers.add(turn);
    }
    const strides = turns.map((at, n) => at - (turns[n - 1] ?? 20));
    expect([strides.slice(0, 7), turns.at(-1)]).toEqual([[1, 1, 1, 1, 1, 1, 1], 99]);
    const idle = turns.map((at) => at - 10);
    expect(strides.filter((stride, n) => stride > 1 + (idle[n - 1] ?? 0) / 8)).toEqual([]);
    expect(strides.length).toBeLessThan(35);
  });

  test('but nobody is waited for who has been idle for more than an hour', () => {
    const taken = [3_590_000_000, 3_600_000_000].map((sleptUs) => {
      const step = asleep(2_000_000, looksAtTheClock);
      step.chain?.skipped(sleptUs);
      step.dueUs += sleptUs;
      return sleeping(step).catchUp(9_000_000_000).length;
    });
    expect(taken).toEqual([1, 0]);
  });

  test('the heartbeats wait for the turns of those, and are caught up with to there', () => {
    const [beat, watch] = [asleep(2_000_000, beats), asleep(2_000_000, looksAtTheClock)];
    const sleepers = sleeping(beat, watch);
    expect(sleepers.catchUp(9_000_000)).toEqual([watch]);
    expect(sleepers.catchUp(watch.dueUs)).toEqual([beat]);
    expect([watch.dueUs, beat.dueUs]).toEqual([2_100_000, 2_100_000]);
  });

  test('a chain beats while it sleeps, and until the turn that shows that it went on', () => {
    const step = asleep(2_000_000, beats);
    const chain = step.chain as Chain;
    const sleepers = sleeping(step, asleep(2_000_000, reads));
    expect(sleepers.beats(chain)).toBe(true);
    sleepers.catchUp(2_500_000);
    expect([chain.isBehind, sleepers.beats(chain)]).toEqual([true, true]);
    chain.turn(2_500_000, 0);
    beats(chain);
    expect(sleepers.beats(chain)).toBe(false);
    const [other] = [asleep(2_000_000, reads), asleep(2_000_000, beats)];
    expect(sleeping(other).beats(other.chain as Chain)).toBe(false);
    const gone = asleep(2_000_000, beats);
    gone.done = true;
    expect(sleeping(gone).beats(gone.chain as Chain)).toBe(false);
  });
});

describe('when nothing else is left to do', () => {
  test('who looks at the clock takes a turn further off each time, for an hour', () => {
    const sleepers = new Sleepers();
    const taken: number[] = [];
    let nowUs = 2_000_000;
    for (;;) {
      sleepers.add(asleep(nowUs, looksAtTheClock));
      const [step] = sleepers.stride(nowUs);
      if (!step) break;
      taken.push(step.dueUs - nowUs);
      nowUs = step.dueUs;
    }
    expect(taken.slice(0, 4)).toEqual([1_000_000, 1_500_000, 2_300_000, 3_400_000]);
    expect([taken.length, Math.round(nowUs / 60_000_000)]).toEqual([19, 74]);
  });

  test('and begins anew when something has changed', () => {
    const sleepers = sleeping(asleep(2_000_000, looksAtTheClock));
    expect(due(sleepers.stride(2_000_000))).toEqual([3_000_000]);
    sleepers.wake(3_000_000);
    sleepers.add(asleep(3_000_000, looksAtTheClock));
    expect(due(sleepers.stride(3_000_000))).toEqual([4_000_000]);
  });

  test('nobody else goes on', () => {
    expect(sleeping(asleep(2_000_000, reads), asleep(2_000_000, beats)).stride(2_000_000)).toEqual([]);
  });
});

describe('a timer that the turns of a chain call off and set anew', () => {
  const dogOf = (step: Step): Step => ({
    ...asleep(2_000_000, reads, undefined, step.chain),
    dueUs: 7_000_000,
    setUs: 2_000_000,
  });

  test('is due as if the last turn had set it', () => {
    const turn = asleep(2_000_000, beats);
    const sleepers = sleeping(turn);
    const dog = dogOf(turn);
    sleepers.addWatchdog(dog);
    expect(sleepers.catchUp(9_000_000)).toEqual([turn, dog]);
    expect([turn.dueUs, dog.dueUs]).toEqual([8_900_000, 13_900_000]);
    sleepers.add(turn);
    expect(sleepers.wake(9_000_000)).toEqual([turn]);
  });

  test('is no earlier than it was, and stays away when it has been called off or is another’s', () => {
    const [turn, other] = [asleep(2_000_000, beats), asleep(2_000_000, beats)];
    const sleepers = sleeping(turn);
    const [dog, gone, foreign] = [dogOf(turn), dogOf(turn), dogOf(other)];
    for (const each of [dog, gone, foreign]) sleepers.addWatchdog(each);
    gone.done = true;
    dog.dueUs = 99_000_000;
    expect(sleepers.wake(2_100_000)).toEqual([turn, dog]);
    expect(dog.dueUs).toBe(99_100_000);
    sleepers.add(other);
    expect(sleepers.wake(2_100_000)).toEqual([other, foreign]);
  });
});

describe('time-outs that keep no run alive', () => {
  const watch = (dueUs: number): Step => ({ ...asleep(0), dueUs });

  test('come in the order of time, and of equals the one that was added first', () => {
    const watches = new Watches();
    const [late, first, second] = [watch(9), watch(5), watch(5)];
    expect([watches.firstUs, watches.bindingUs, watches.take(Infinity)]).toEqual([Infinity, Infinity, undefined]);
    for (const step of [late, first, second]) watches.add(step);
    expect([watches.firstUs, watches.bindingUs, watches.take(5)]).toEqual([5, 5, undefined]);
    expect([watches.take(6), watches.take(6), watches.take(6), watches.firstUs]).toEqual([first, second, undefined, 9]);
    expect([watches.take(10), watches.firstUs]).toEqual([late, Infinity]);
  });

  test('bind nobody where they can tell by themselves who sleeps', () => {
    const watches = new Watches();
    watches.add(watch(5), true);
    expect([watches.firstUs, watches.bindingUs]).toEqual([5, Infinity]);
    for (const dueUs of [9, 8]) watches.add(watch(dueUs));
    expect([watches.firstUs, watches.bindingUs]).toEqual([5, 8]);
    watches.take(6);
    expect([watches.firstUs, watches.bindingUs]).toEqual([8, 8]);
  });
});

test('late calls are counted, and the first few different ones named', () => {
  const before = takeLeaked();
  for (const call of ['a', 'a', 'b', 'c', 'd', 'e', 'f']) leak(call);
  expect(leakedSoFar()).toEqual({ count: 7, calls: ['a', 'b', 'c', 'd', 'e'] });
  expect([takeLeaked().count, leakedSoFar()]).toEqual([7, { count: 0, calls: [] }]);
  expect(addLeaked({ count: 2, calls: ['a', 'b'] }, { count: 3, calls: ['b', 'c', 'd', 'e', 'f'] })).toEqual({
    count: 5,
    calls: ['a', 'b', 'c', 'd', 'e'],
  });
  for (const call of before.calls) leak(call);
});
