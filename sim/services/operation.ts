/**
 * An operation: one call on a port. Its effect comes on one later step, its answer on another, so there are three gaps:
 * before the effect, between effect and answer, after the answer. Faults of its moment strike in these gaps.
 */
import type { PlannedFault } from '../faults/book.ts';
import { isNext } from '../faults/book.ts';
import type { OutageMode, Site } from '../faults/fault.ts';
import { operationHash } from '../faults/rule.ts';
import type { OperationClass, OperationSite } from '../faults/site.ts';
import type { Chain } from '../kernel/chain.ts';
import { begun, type Moment, over } from '../kernel/context.ts';
import { leak } from '../kernel/leaks.ts';
import { hashText } from '../kernel/random.ts';
import type { Runtime } from '../component.ts';
import type { Process } from './process.ts';
import { strikeGap } from './strike.ts';

/** How an effect answers: once, on its step or on a later one (a lock that is waited for). */
export interface Answer<T> {
  /** The effect has happened, and its answer comes later; default: they come together. */
  applied?(): void;
  ok(value: T): void;
  fail(error: unknown): void;
}

export interface Operation<T> {
  readonly runtime: Runtime<unknown>;
  /** As fault sentences name it: `insert into db.charges`. */
  readonly phrase: string;
  readonly class: OperationClass;
  readonly touches: string;
  effect(answer: Answer<T>): void;
  /** The caller was turned away: nothing happened. */
  refused(): Error;
  /** No answer came; `applied` is what the simulator knows and the caller does not. */
  unknown(applied: boolean): Error;
  /** The store refuses it because of what runs beside it, and rolls back; absent where it never does. */
  conflict?(): Error;
  /** Instead of the effect when the fault says that it does not happen; default: nothing. */
  abandon?(): void;
  /** What the caller sees instead of the answer, when the connection that it would come over is gone by then. */
  cutOff?(): Error | undefined;
  /** It fails for no fault of the caller's (`store-error`); default: as `refused`. */
  failed?(): Error;
  /** Whether its way there, or its answer's way back, leads into nothing (a half-open connection). */
  isLostOnWay?(way: 'there' | 'back'): boolean;
  /** The partition of a log that it goes to. */
  readonly partition?: { readonly topic: string; readonly partition: number };
  readonly halfOpens?: boolean;
  /** The store whose connection it goes over, which may break. */
  readonly connection?: string;
  /** Why nothing can come between it and what it would be held until after; then it is not held. */
  heldInVain?(until: Site): string | undefined;
  readonly outages?: readonly OutageMode[];
  /** How long the caller waits for an answer; default: 10 s. */
  readonly timeoutUs?: number;
  /** No attempt of it is answered any more (`commit-unknown`): what the caller sees, and when; default: `unknown`, at once. */
  neverAnswered?(): { readonly error: Error; readonly afterUs: number };
  /** The operation itself gets lost on its way (`ack-lost`); answers what the caller sees. */
  lost?(): Error;
  /** It goes over a real client's connection, which breaks at once where an answer is lost. */
  readonly breaks?: true;
  /** Where the other side is silent it waits there, and goes on when that is over; default: it is lost. */
  waitsOut?(goOn: () => void): void;
}

const TIMEOUT_US = 10_000_000;

function timeoutUs<T>({ timeoutUs: us = TIMEOUT_US }: Operation<T>): number {
  return us;
}

const LATENCY_MIN_US = 150;
const LATENCY_MAX_US = 900;

/** Performs an operation; the promise never settles for a process that has died. */
export function operate<T>(process: Process, moment: Moment, operation: Operation<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => perform(process, moment, operation, resolve, reject));
}

/** As `operate`, for a caller that is called back, in the step that has entered the process for the moment. */
export function perform<T>(
  process: Process,
  moment: Moment,
  operation: Operation<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): void {
  if (process.simulation.world.isOver) leak(`${operation.phrase} in the ${moment.printed}`);
  else if (process.alive) new Call(process, moment, operation, resolve, reject).begin();
}

export class Call<T = unknown> {
  readonly nth: number;
  readonly hash: number;
  /** Faults whose words mean this operation. */
  readonly faults: readonly PlannedFault[];
  /** What "after A, before this" strikes. */
  readonly armed: readonly PlannedFault[];
  /** The chain that the caller works for. */
  readonly #chain: Chain | undefined;
  readonly #begunUs: number;
  #done = false;

  constructor(
    readonly process: Process,
    readonly moment: Moment,
    readonly operation: Operation<T>,
    readonly resolve: (value: T) => void,
    readonly reject: (error: unknown) => void,
  ) {
    const { phrase } = operation;
    this.#chain = process.simulation.world.chain;
    this.#begunUs = process.simulation.world.nowUs;
    this.nth = (moment.counts.get(phrase) ?? 0) + 1;
    moment.counts.set(phrase, this.nth);
    this.hash = operationHash(moment.hash, hashText(phrase), this.nth);
    this.armed = moment.faults.length === 0 ? NONE : moment.faults.filter((fault) => isNext(fault, phrase));
    this.faults = this.#find(phrase);
  }

  #find(phrase: string): readonly PlannedFault[] {
    const { simulation } = this.process;
    const planned = this.moment.faults;
    const found = planned.length === 0 ? NONE : planned.filter((fault) => isMeant(fault, phrase));
    const { book, world } = simulation;
    const ref = { nth: this.nth, phrase };
    if (simulation.sites || book.rule) {
      const { moment, operation } = this;
      const log = logFacts(this);
      const broker = moment.broker ?? (OF_BROKERS.has(operation.class) ? operation.runtime.name : undefined);
      const site = {
        what: 'operation',
        moment: moment.ref,
        printed: moment.printed,
        operation: ref,
        class: operation.class,
        component: operation.runtime.name,
        broker,
        timeUs: world.nowUs,
        touches: operation.touches,
        isUpgradable: simulation.supervisors.get(this.process.service)?.isUpgradable === true,
        ...(operation.halfOpens ? { halfOpens: true } : {}),
        ...(operation.connection === undefined ? {} : { connection: operation.connection }),
        ...(operation.outages ? { outages: operation.outages } : {}),
        readsClock: simulation.clocks.isReadBy(this.process.service),
        ...(operation.conflict ? { mayConflict: true } : {}),
        ...log,
        ...(operation.neverAnswered ? { mayStayUnknown: true } : {}),
      } as const;
      simulation.sites?.push(site);
      const drawn = book.rule?.atOperation(site, this.hash, world.draws);
      if (drawn) return [...found, book.drawn(drawn)];
    }
    return found;
  }

  begin(): void {
    const { world, book } = this.process.simulation;
    this.moment.waitsFor = this.operation.phrase;
    this.process.calls++;
    begun(this.moment);
    for (const fault of this.armed) strikeGap(this, fault, 'after');
    for (const fault of this.faults) strikeGap(this, fault, 'before');
    if (!this.process.alive) return;
    const delay = this.faults.find(({ data }) => data.kind === 'delay');
    if (delay) this.#strike(delay);
    const latencyUs = world.random.between(this.hash, LATENCY_MIN_US, LATENCY_MAX_US);
    const pausedUs = Math.max(0, this.process.pausedUntilUs - world.nowUs);
    const delayUs = delay?.data.kind === 'delay' ? delay.data.byUs : 0;
    const slowUs = this.process.simulation.slowness.byUs(this.process, this.moment.causes);
    const goesUs = latencyUs + delayUs + pausedUs + slowUs;
    const go = (): void => world.inChain(this.#chain, () => world.after(goesUs, () => this.#effect()));
    const hold = this.faults.find(({ data }) => data.kind === 'hold');
    if (hold) {
      hold.reached = true;
      const why = hold.data.kind === 'hold' ? this.operation.heldInVain?.(hold.data.until) : undefined;
      if (why !== undefined) {
        hold.why = why;
        this.process.simulation.doubt(why, 'passes');
      } else if (book.hold(hold, go, world.nowUs)) {
        this.#strike(hold);
        return;
      }
    }
    go();
  }

  #effect(): void {
    if (!this.process.alive) return;
    const { operation } = this;
    const { availability } = operation.runtime;
    if (availability === 'refusing') {
      this.process.simulation.outageMet(operation.runtime.name);
      operation.abandon?.();
      this.#answerLater(() => this.reject(operation.refused()));
    } else if (availability === 'silent' && operation.waitsOut) {
      this.process.simulation.outageMet(operation.runtime.name);
      operation.waitsOut(() => this.#effect());
    } else if (availability === 'silent' || operation.isLostOnWay?.('there')) {
      if (availability === 'silent') this.process.simulation.outageMet(operation.runtime.name);
      operation.abandon?.();
      this.#answerLater(() => this.reject(operation.unknown(false)), timeoutUs(operation));
    } else if (!this.#spoiled()) {
      operation.effect({
        applied: () => this.#between(),
        ok: (value) => this.#effected(() => this.resolve(value)),
        fail: (error) => this.#effected(() => this.reject(error)),
      });
    }
  }

  /** Faults that strike in place of the effect, or keep its answer. */
  #spoiled(): boolean {
    const { operation } = this;
    const fault = this.faults.find(({ data }) => SPOILING.has(data.kind));
    if (!fault) return false;
    const { data } = fault;
    if (data.kind === 'conflict' && !operation.conflict) {
      fault.reached = true;
      return false;
    }
    this.#strike(fault);
    if (data.kind === 'commit-unknown' && operation.neverAnswered) {
      if (data.applied) operation.effect(UNHEARD);
      else operation.abandon?.();
      const { error, afterUs } = operation.neverAnswered();
      this.#answerLater(() => this.reject(error), afterUs);
      return true;
    }
    const silently = {
      ok: () => this.#answered(operation.unknown(true)),
      fail: (error: unknown) => this.#answered(error),
    };
    if (data.kind === 'confirm-lost' || (data.kind === 'commit-unknown' && data.applied)) {
      operation.effect(silently);
    } else {
      const error = errorOf(operation, data.kind);
      operation.abandon?.();
      this.#answered(error);
    }
    return true;
  }

  #answered(error: unknown): void {
    const waits = !this.operation.breaks && this.faults.some(({ data }) => data.kind === 'confirm-lost');
    this.#answerLater(() => this.reject(error), waits ? timeoutUs(this.operation) : undefined);
  }

  #effected(settle: () => void): void {
    this.#between();
    if (this.operation.isLostOnWay?.('back')) this.#timesOut();
    else this.#answerSlowly(settle);
  }

  #between(): void {
    for (const fault of this.faults) strikeGap(this, fault, 'between');
  }

  #timesOut(): void {
    this.#answerLater(() => this.reject(this.operation.unknown(true)), timeoutUs(this.operation));
  }

  #answerSlowly(settle: () => void): void {
    const slow = this.faults.find(({ data }) => data.kind === 'slow');
    if (slow?.data.kind !== 'slow') {
      this.#answerLater(settle);
      return;
    }
    this.#strike(slow);
    const { byUs } = slow.data;
    // A statement has no time-out of its own: its transaction waits for it.
    if (byUs >= timeoutUs(this.operation) && this.operation.class !== 'statement') this.#timesOut();
    else this.#answerLater(settle, byUs);
  }

  #answerLater(settle: () => void, delayUs?: number): void {
    if (this.#done) return;
    this.#done = true;
    const { world, book } = this.process.simulation;
    const us = delayUs ?? world.random.between(this.hash + 1, LATENCY_MIN_US, LATENCY_MAX_US);
    const answer = (): void => {
      world.over(this.#begunUs);
      book.answered(this.moment.printed, this.operation.phrase, world.nowUs);
      this.process.enter(this.moment, () => this.#settle(settle));
    };
    world.inChain(this.#chain, () => world.after(us, answer));
  }

  #settle(settle: () => void): void {
    const { world } = this.process.simulation;
    this.moment.waitsFor = undefined;
    this.process.calls--;
    over(this.moment);
    for (const fault of this.faults) arm(fault);
    const cutOff = this.operation.cutOff?.();
    if (cutOff) this.#isCutOff(cutOff);
    else settle();
    if (this.faults.length === 0) return;
    const after = this.faults.filter((fault) => isAfter(fault) && !fault.armed);
    if (after.length > 0) world.after(1, () => after.forEach((fault) => strikeGap(this, fault, 'after')));
  }

  #isCutOff(error: Error): void {
    const { runtime } = this.operation;
    if (runtime.availability !== 'up') this.process.simulation.outageMet(runtime.name);
    this.reject(error);
  }

  #strike(fault: PlannedFault): void {
    this.process.simulation.strike(fault, this.process.label, this.moment.causes);
  }
}

const UNHEARD: Answer<unknown> = { ok: () => undefined, fail: () => undefined };
const NONE: readonly PlannedFault[] = [];

function isMeant(fault: PlannedFault, phrase: string): boolean {
  const words = wordsOf(fault);
  return words !== undefined && !fault.reached && fault.meets(words, phrase);
}

/** What may befall the log broker that the delivery came from, or that the operation goes to. */
function logFacts({ process, moment, operation }: Call<never> | Call): Pick<OperationSite, 'waysOut' | 'elections'> {
  const from = moment.ref.at === 'delivery' && moment.broker !== undefined ? moment.broker : undefined;
  const waysOut = (from === undefined ? undefined : process.simulation.named(from)?.asLog)?.waysOut(process);
  const elections = operation.partition && operation.runtime.asLog?.elections(operation.partition);
  return { ...(waysOut?.length && { waysOut }), ...(elections?.length && { elections }) };
}

/** Operations that go to a broker over a connection that may break. */
const OF_BROKERS: ReadonlySet<OperationClass> = new Set(['publish', 'transaction', 'declare']);

const SPOILING = new Set(['store-error', 'conflict', 'commit-unknown', 'ack-lost', 'confirm-lost']);

/** What the caller sees of an operation that did not happen. */
function errorOf<T>(operation: Operation<T>, kind: string): Error {
  if (kind === 'store-error') return operation.failed?.() ?? operation.refused();
  const told = kind === 'conflict' ? operation.conflict : kind === 'ack-lost' ? operation.lost : undefined;
  return told?.call(operation) ?? operation.unknown(false);
}

/** The operation that a fault's words name. */
function wordsOf({ data }: PlannedFault): { nth: number; phrase: string } | undefined {
  if ('place' in data) return data.place.operation;
  return 'site' in data ? data.site.operation : undefined;
}

function isAfter({ data }: PlannedFault): boolean {
  return 'place' in data && data.place.gap === 'after';
}

function arm(fault: PlannedFault): void {
  if (isAfter(fault) && 'place' in fault.data && fault.data.place.next) fault.armed = true;
}
