/**
 * One simulated deployment: a virtual clock, a heap of what is due, a history. The loop takes the next step, runs it,
 * and, when the step entered user code, drains until every promise that can settle has settled. Steps that stay inside
 * the simulator are synchronous. Nothing else advances time, so a run is a pure function of its inputs.
 *
 * Not modelled: the order of microtasks (the engine fixes it; it is not searched) and parallel threads in one process.
 */
import type { History } from '../history/history.ts';
import { type Bounds, Limits } from './bounds.ts';
import { Chain } from './chain.ts';
import { type Actor, type Context, currentContext, type Moment, runIn } from './context.ts';
import { tookCareOf } from './guards/process.ts';
import { EventHeap } from './heap.ts';
import { DRAIN_TURNS_MAX, drain } from './host.ts';
import { KeyedRandom } from './random.ts';
import { Sleepers } from './sleepers.ts';
import type { Sockets } from './sockets.ts';
import { Watches } from './watches.ts';

/** A step that is due. */
export interface Step {
  readonly run: () => void;
  readonly chain: Chain | undefined;
  readonly moment: Moment | undefined;
  /** A timer of user code; its firing is a turn of its chain. */
  readonly timer: boolean;
  /** Taken or called off; such a step stays in the heap and is passed over. */
  done: boolean;
  dueUs: number;
  /** When a timer was set. */
  readonly setUs?: number;
  /** Whose timer it is. */
  readonly actor?: Actor | undefined;
  /** It is taken even if its chain is idle. */
  forced?: boolean;
}

/** No run comes to a timer that is set for longer than a week: it is there to keep its process going. */
const NEVER_US = 7 * 24 * 3_600_000_000;

/** Where virtual time starts in a run: 2026-01-01T00:00:00Z, in milliseconds since 1970. */
export const EPOCH_MS = 1_767_225_600_000;

/** Virtual time in whole milliseconds since 1970. */
export function nowMs(world: World): number {
  return world.epochMs + Math.floor(world.tellUs() / 1000);
}

/** As `nowMs`, by the wall clock of the host that the code runs on: what `Date.now()` tells user code. */
export function wallMs({ world, actor, moment }: Context): number {
  return world.epochMs + Math.floor((world.tellUs() + actor.readClock(moment)) / 1000);
}

/** How a run ended: nothing more would happen, or which bound it passed. */
export type Ending = { readonly how: 'quiet' } | { readonly how: 'bound'; readonly bound: string };

export class World {
  nowUs = 0;
  /** The run has ended: code of it that still goes on touches nothing. */
  isOver = false;
  /** What a strict run has refused first; it ends the run with that. */
  refused: Error | undefined;
  /** What code that opens sockets is given; `undefined`: there is no network. */
  sockets: Sockets | undefined;
  readonly random: KeyedRandom;
  /** The chain whose turn, or whose consequence, the running step is. */
  chain: Chain | undefined;
  /** Whose code the running step entered: an error that nobody handles is its crash. */
  entered: Actor | undefined;
  readonly #heap = new EventHeap<Step>();
  readonly #sleepers = new Sleepers();
  readonly #watches = new Watches();
  #sequence = 0;
  #steps = 0;
  #disturbedAt = 0;
  /** Disturbances that will end by themselves: windows, pauses, processes about to start again. */
  #openDisturbances = 0;
  #changes = 0;
  #needsDrain = false;
  #passed: string | undefined;
  readonly limits: Limits;
  readonly #onQuiet: (() => boolean)[] = [];

  constructor(
    seed: number,
    readonly history: History,
    bounds: Partial<Bounds> = {},
    /** Clocks, timers and randomness are refused to user code, and not answered. */
    readonly isStrict = false,
    /** What virtual time counts from, in milliseconds since 1970. */
    readonly epochMs = EPOCH_MS,
  ) {
    this.random = new KeyedRandom(seed);
    this.limits = new Limits(bounds);
  }

  /** What random rules ask. */
  readonly draws = {
    now: () => this.nowUs,
    uint32: (address: number): number => this.random.uint32(address),
  };

  get steps(): number {
    return this.#steps;
  }

  /** A step of the simulator itself, `delayUs` from now; it goes on for the chain at hand. */
  after(delayUs: number, run: () => void, moment?: Moment): Step {
    const dueUs = this.nowUs + Math.max(0, delayUs);
    return this.#schedule({ run, chain: this.chain, moment, timer: false, done: false, dueUs });
  }

  /** As `after`, for what begins something of its own: a delivery, a restart. */
  spawn(delayUs: number, run: () => void): Step {
    const dueUs = this.nowUs + Math.max(0, delayUs);
    return this.#schedule({ run, chain: undefined, moment: undefined, timer: false, done: false, dueUs });
  }

  /** As `spawn`, for what happens only if time comes so far for another reason: it keeps no run from being quiet. */
  watch(delayUs: number, run: () => void): void {
    this.#watch(delayUs, run, false);
  }

  /** As `watch`, for what tells by `isBeatingAsleep` who sleeps: nobody is caught up with for it. */
  glance(delayUs: number, run: () => void): void {
    this.#watch(delayUs, run, true);
  }

  #watch(delayUs: number, run: () => void, isGlance: boolean): void {
    const dueUs = this.nowUs + Math.max(0, delayUs);
    this.#watches.add({ run, chain: undefined, moment: undefined, timer: false, done: false, dueUs }, isGlance);
  }

  /** A timer of user code: it continues or begins a chain. */
  timer(delayUs: number, run: () => void, moment: Moment | undefined, actor?: Actor): Step {
    const chain = this.chain?.next(delayUs) ?? new Chain(delayUs);
    chain.pending++;
    const dueUs = this.nowUs + Math.max(0, delayUs);
    const step = { run, chain, moment, actor, timer: true, done: false, dueUs, setUs: this.nowUs };
    return delayUs > NEVER_US ? step : this.#schedule(step);
  }

  /** As `timer`, for the next turn of this chain, which nobody is busy with meanwhile: an interval's, a poll's at its broker. */
  rearm(delayUs: number, run: () => void, chain: Chain, moment: Moment | undefined, actor?: Actor): Step {
    chain.pending++;
    const dueUs = this.nowUs + Math.max(0, delayUs);
    return this.#schedule({ run, chain, moment, actor, timer: true, done: false, dueUs });
  }

  /** What another's step sets off (a lock that it gave free) goes on for the chain that waited. */
  inChain(chain: Chain | undefined, work: () => void): void {
    const before = this.chain;
    this.chain = chain;
    try {
      work();
    } finally {
      this.chain = before;
    }
  }

  cancel(step: Step): void {
    if (step.done) return;
    step.done = true;
    if (step.timer) step.chain?.callOff();
  }

  #schedule(step: Step): Step {
    this.#heap.push(step.dueUs, this.#sequence++, step);
    return step;
  }

  /** Runs user code for a moment of a process; the step is drained afterwards. */
  enter(actor: Actor, moment: Moment, code: () => void): void {
    this.enterContext({ world: this, actor, moment }, code);
  }

  enterContext(context: Context, code: () => void): void {
    this.#needsDrain = true;
    this.entered = context.actor;
    if (this.chain?.isRoutine !== true) context.actor.entered++;
    try {
      if (currentContext() === context) code();
      else runIn(context, code);
    } catch (error) {
      if (!tookCareOf(context, 'uncaughtException', error)) context.actor.fail(error);
    }
  }

  /** Something that others can see has changed: sleeping chains look again. */
  changed(): void {
    this.#changes++;
    this.chain?.change();
  }

  /**
   * Something that lasted is over (a call, a transaction's locks, a wait): who took a turn meanwhile and sleeps may have
   * found somebody busy, so it takes one more. @param actor only its own code can have seen that
   */
  over(sinceUs: number, actor?: Actor): void {
    if (this.#sleepers.count > 0) this.#force(this.#sleepers.lookAgain(sinceUs, this.nowUs, actor));
  }

  /** The chain at hand read this. */
  read(hash: number): void {
    this.chain?.read(hash);
  }

  /** Virtual time for user code: a chain that asks for it may wait for a certain time. */
  tellUs(): number {
    this.chain?.askTime();
    return this.nowUs;
  }

  /**
   * An overwrite; one that its chain repeats each turn is a heartbeat and wakes nobody.
   * @returns whether it was one
   */
  overwrote(hash: number): boolean {
    const beat = this.chain?.overwrite(hash) === true;
    if (!beat) this.changed();
    return beat;
  }

  /** The turn at hand is one that somebody's time-out waits for: a chain that sleeps is caught up with before time goes on. */
  beat(): void {
    this.chain?.beat();
  }

  /** Whether a chain sleeps whose turns are waited for: whoever hears nothing of it is not to take it for gone. */
  isBeatingAsleep(chain: Chain | undefined): boolean {
    return chain !== undefined && this.#sleepers.beats(chain);
  }

  /** Something came from outside; what the system does from here on has its steps anew. */
  disturbed(): void {
    this.#disturbedAt = this.#steps;
  }

  /** As `disturbed`, for something that lasts; its end is a step of its own. */
  disturbFor(delayUs: number, end: () => void): void {
    this.#openDisturbances++;
    this.spawn(delayUs, () => {
      this.#openDisturbances--;
      this.disturbed();
      end();
    });
  }

  /** @param bound in words, with how much it allows: `50000 messages in queue work` */
  pass(bound: string): void {
    this.#passed ??= bound;
  }

  /** Called when nothing is left to do; one that answers true has found something more. */
  onQuiet(more: () => boolean): void {
    this.#onQuiet.push(more);
  }

  async run(): Promise<Ending> {
    for (;;) {
      const step = this.#next();
      if (!step) {
        if (this.#onQuiet.some((more) => more()) || this.#force(this.#sleepers.stride(this.nowUs))) continue;
        return { how: 'quiet' };
      }
      this.#steps++;
      this.#keepBounds(step);
      if (!this.#passed) {
        const changes = this.#changes;
        this.#take(step);
        // Most steps stay inside the simulator: they cost no turn of the event loop, and no promise.
        if (this.#needsDrain) {
          this.#needsDrain = false;
          if (!(await drain())) this.pass(`${DRAIN_TURNS_MAX} turns of immediates in one step`);
        }
        // What was no routine in the end has counted as none.
        if (changes !== this.#changes && this.entered) this.entered.entered++;
        this.entered = undefined;
        this.chain = undefined;
        if (changes !== this.#changes) this.#wake();
      }
      this.history.handOn();
      if (this.#passed) return { how: 'bound', bound: this.#passed };
    }
  }

  /** @param step is about to be taken */
  #keepBounds({ dueUs }: Step): void {
    if (this.#openDisturbances > 0) this.disturbed();
    const past = this.limits.pastFor(dueUs, this.#steps, this.#steps - this.#disturbedAt);
    if (past !== undefined) {
      // The plan ends before the run is given up: what a fault still holds back may be what all the others wait for.
      if (this.#onQuiet.some((more) => more()) && this.limits.planEnded(dueUs)) this.disturbed();
      else this.pass(past);
    }
    const full = this.limits.pastEntries(this.history.length);
    if (full !== undefined) this.pass(full);
  }

  /** When the next step is due, or `Infinity`: for a world that is driven by real time (kernel/pace.ts). */
  get nextUs(): number {
    return Math.min(this.#heap.nextTimeUs, this.#watches.firstUs);
  }

  /**
   * Takes the next step that is due by then. No chain sleeps, since time passes anyway, and no bound counts.
   * @returns whether there was one; when there was none, time has come so far
   */
  takeDue(untilUs: number): boolean {
    const watch = this.#watches.take(Math.min(this.#heap.nextTimeUs, untilUs + 1));
    const step = watch ?? (this.#heap.nextTimeUs <= untilUs ? this.#heap.pop() : undefined);
    if (!step) {
      this.nowUs = Math.max(this.nowUs, untilUs);
      return false;
    }
    if (step.done) return true;
    try {
      this.#take(step);
    } finally {
      this.entered = undefined;
      this.chain = undefined;
    }
    return true;
  }

  #take(step: Step): void {
    this.nowUs = step.dueUs;
    this.chain = step.chain;
    step.done = true;
    if (step.timer && step.chain) {
      const { chain, actor, setUs } = step;
      chain.pending--;
      if (setUs !== undefined && !this.#isIdle(step)) this.over(setUs, actor);
      chain.turn(this.nowUs, this.#changes, actor?.entered);
    } else step.chain?.goOn();
    step.run();
  }

  #isIdle({ chain, moment, actor }: Step): boolean {
    return chain?.isIdle(moment?.open === true, this.#changes, actor?.entered) === true;
  }

  #wake(): void {
    for (const sleeper of this.#sleepers.wake(this.nowUs)) this.#schedule(sleeper);
  }

  /** The next step that is due; turns of idle chains go to sleep on the way. */
  #next(): Step | undefined {
    for (;;) {
      const sequence = this.#heap.nextSequence;
      const step = this.#heap.pop();
      if (!step) return undefined;
      if (step.done) continue;
      if (step.timer && !step.forced && this.#isIdle(step)) {
        this.#sleepers.add(step);
        continue;
      }
      if (step.timer && !step.forced && this.#isWatchdog(step.chain)) {
        this.#sleepers.addWatchdog(step);
        continue;
      }
      // Not beyond what is watched for: that may wake others, who are to find all caught up with.
      const untilUs = Math.min(step.dueUs, this.#watches.bindingUs);
      const isGlance = this.#watches.firstUs < untilUs;
      if (isGlance || this.#sleepers.count === 0 || !this.#force(this.#sleepers.catchUp(untilUs, isRoutine(step)))) {
        const watch = this.#watches.take(step.dueUs);
        if (!watch) return step;
        this.#heap.push(step.dueUs, sequence, step);
        return watch;
      }
      this.#heap.push(step.dueUs, sequence, step);
    }
  }

  /** A heartbeat that sleeps would call it off in time. */
  #isWatchdog(chain: Chain | undefined): boolean {
    return chain?.isWatchdog === true && chain.parent !== undefined && this.#sleepers.beats(chain.parent);
  }

  /** @returns whether there were any */
  #force(sleepers: readonly Step[]): boolean {
    for (const step of sleepers) {
      step.forced = true;
      this.#schedule(step);
    }
    return sleepers.length > 0;
  }
}

/** What polls and heartbeats lead to. */
function isRoutine({ chain, forced }: Step): boolean {
  return forced === true || chain?.isRoutine === true;
}
