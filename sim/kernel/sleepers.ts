/** The next turns of chains that sleep, and when which of them goes on. */
import type { Chain } from './chain.ts';
import type { Actor } from './context.ts';
import type { Step } from './world.ts';

const STRIDE_FIRST_US = 1_000_000;
const STRIDE_GROWTH = 1.5;
/** Nobody is waited for who waits for a time further off than this. */
const HORIZON_US = 3_600_000_000;

const NOBODY: readonly Step[] = [];

/** Who looks at the clock, while nothing else changes, sees a time that has come by so small a part of the wait too late. */
const LATE_PART = 8;

/** In cycles behind its next turn. */
function strideOf({ chain }: Step, cycleUs: number): number {
  return Math.max(0, Math.floor((chain?.idleUs ?? 0) / LATE_PART / cycleUs) - 1);
}

export class Sleepers {
  #asleep: Step[] = [];
  /** Timers that the turns of a chain asleep would call off and set anew. */
  #watchdogs: Step[] = [];
  #strideUs = 0;
  /** When the first of the strides began that have led to nothing. */
  #stridesUs = 0;

  get count(): number {
    return this.#asleep.length;
  }

  add(step: Step): void {
    this.#asleep.push(step);
  }

  addWatchdog(step: Step): void {
    this.#watchdogs.push(step);
  }

  /** Whether the chain's next turn sleeps, or has just been woken, and is caught up with. */
  beats(chain: Chain): boolean {
    return (
      (chain.beats || chain.comparesTimes) &&
      (chain.isBehind || this.#asleep.some((step) => step.chain === chain && !step.done))
    );
  }

  /** Something has changed: everyone goes on at the next turn after now, as if they had turned all the while. */
  wake(nowUs: number): readonly Step[] {
    this.#strideUs = 0;
    return this.#take(
      // What looks at nothing but its own process waits for that.
      ({ chain, actor }) => !chain?.isBlank || !actor || chain.isStale(actor.entered),
      (step, cycleUs) => {
        step.chain?.wake();
        return Math.ceil(Math.max(0, nowUs - step.dueUs) / cycleUs);
      },
    );
  }

  /** Those (of this process, if it is said) whose last turn came after `sinceUs` are due at their next one after now. */
  lookAgain(sinceUs: number, nowUs: number, actor?: Actor): readonly Step[] {
    return this.#take(
      (step) => (step.chain?.lastTurnUs ?? -1) > sinceUs && (!actor || step.actor === actor),
      (step, cycleUs) => Math.ceil(Math.max(0, nowUs - step.dueUs) / cycleUs),
    );
  }

  /**
   * Before time comes to `untilUs`: who looks at the clock takes its last turn before it, and strides on the way there. When
   * nobody does, the heartbeats take their last two turns. (The first of the two is still under way when the second is due;
   * whoever looks then finds what it wrote.) What is only waited for takes the last one.
   * @param isRoutine what happens then is what polls and heartbeats have led to for a while: no time can have come since their last turns
   */
  catchUp(untilUs: number, isRoutine = false): readonly Step[] {
    const turns = ({ dueUs }: Step, cycleUs: number): number => Math.floor((untilUs - dueUs) / cycleUs);
    const looking = isRoutine
      ? NOBODY
      : this.#take(
          ({ chain, dueUs }) => dueUs <= untilUs && chain?.comparesTimes === true && chain.idleUs <= HORIZON_US,
          (step, cycleUs) => Math.min(turns(step, cycleUs), strideOf(step, cycleUs)),
        );
    // The heartbeats are caught up with before each of these turns, not beyond.
    if (looking.length > 0) return looking;
    return this.#take(
      ({ chain, dueUs }) => dueUs <= untilUs && chain?.beats === true,
      (step, cycleUs) => Math.max(0, turns(step, cycleUs) - (step.chain?.isWaitedFor ? 0 : 1)),
    );
  }

  /** Nothing else is left to do: who looks at the clock takes a turn further off each time. */
  stride(nowUs: number): readonly Step[] {
    if (this.#strideUs === 0) this.#stridesUs = nowUs;
    if (nowUs - this.#stridesUs > HORIZON_US) return [];
    this.#strideUs = this.#strideUs === 0 ? STRIDE_FIRST_US : this.#strideUs * STRIDE_GROWTH;
    return this.#take(
      (step) => step.chain?.watchesTheClock === true,
      (step, cycleUs) => Math.max(0, Math.ceil((nowUs + this.#strideUs - step.dueUs) / cycleUs)),
    );
  }

  /** Those that are meant leave, due so many cycles later. */
  #take(isMeant: (step: Step) => boolean, cycles: (step: Step, cycleUs: number) => number): readonly Step[] {
    if (!this.#asleep.some(isMeant)) return NOBODY;
    const all = this.#asleep.filter((step) => !step.done);
    const taken = all.filter(isMeant);
    this.#asleep = all.filter((step) => !taken.includes(step));
    for (const step of taken) {
      const cycleUs = step.chain?.cycleUs ?? 0;
      const skippedUs = cycles(step, cycleUs) * cycleUs;
      step.dueUs += skippedUs;
      step.chain?.skipped(skippedUs);
    }
    return this.#watchdogs.length === 0 ? taken : [...taken, ...this.#watching(taken)];
  }

  /** Their chain takes a turn again: unless it calls them off, they are due as if its last one had set them. */
  #watching(taken: readonly Step[]): readonly Step[] {
    const meant: Step[] = [];
    const left: Step[] = [];
    for (const dog of this.#watchdogs) {
      const turn = taken.find(({ chain }) => chain === dog.chain?.parent);
      if (turn) {
        dog.dueUs = Math.max(dog.dueUs, turn.dueUs + dog.dueUs - (dog.setUs ?? dog.dueUs));
        meant.push(dog);
      } else if (!dog.done) left.push(dog);
    }
    this.#watchdogs = left;
    return meant.filter(({ done }) => !done);
  }
}
