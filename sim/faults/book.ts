/**
 * The plan of a run, looked up where faults can strike. A fault strikes at most once (poison of every delivery and
 * windows excepted); the book keeps what was reached and what took effect.
 */
import type { FaultData, MomentRef, OperationRef } from './fault.ts';
import { printFault, printMoment } from './print.ts';
import { type RandomRule, RuleBook } from './rule.ts';

export class PlannedFault {
  readonly sentence: string;
  #reached = false;
  tookEffect = false;
  /** Why it could have no effect, where that is known. */
  why: string | undefined;
  /** Operations that its words met so far, in its moment. */
  seen = 0;
  /** For "after A, before B": operations that B meant so far, in its moment. */
  seenNext = 0;
  /** For "after A, before B": A has been answered. */
  armed = false;
  /** When it first struck, in virtual time. */
  firstUs: number | undefined;

  constructor(
    readonly data: FaultData,
    readonly onReached?: (fault: FaultData) => void,
  ) {
    this.sentence = printFault(data);
  }

  get reached(): boolean {
    return this.#reached;
  }

  set reached(reached: boolean) {
    if (reached && !this.#reached) this.onReached?.(this.data);
    this.#reached = reached;
  }

  /** Whether this operation is the one that the words mean; call once for each operation of the moment. */
  meets(words: OperationRef, phrase: string): boolean {
    return phraseMatches(words.phrase, phrase) && ++this.seen === words.nth;
  }
}

/** Whether "before B" means this operation: the next such, or with a number that one of the moment; call once for each. */
export function isNext(fault: PlannedFault, phrase: string): boolean {
  const next = 'place' in fault.data ? fault.data.place.next : undefined;
  if (!next || !phraseMatches(next.phrase, phrase)) return false;
  fault.seenNext++;
  return fault.armed && (next.nth === 1 || fault.seenNext === next.nth);
}

/** A phrase is met by itself and, in short, without its last words: `commit` is met by `commit on db`. */
export function phraseMatches(words: string, phrase: string): boolean {
  return phrase === words || (phrase.startsWith(words) && phrase[words.length] === ' ');
}

const NONE: readonly PlannedFault[] = [];

/** What somebody who listens for one operation to have happened waits on. */
interface Gate {
  readonly fault: PlannedFault;
  readonly until: { readonly moment: string; readonly operation: OperationRef };
  seen: number;
  passed: boolean;
  /** When something began to wait, in virtual time. */
  sinceUs: number;
  readonly waiting: (() => void)[];
}

/** No longer is anything held while others go on: what has healed in the end must not keep a system that asks again from rest. */
const HELD_AT_MOST_US = 60_000_000;

export class FaultBook {
  readonly planned: PlannedFault[];
  readonly #byMoment = new Map<string, PlannedFault[]>();
  readonly #poisons = new Map<string, PlannedFault[]>();
  readonly #arrivals = new Map<string, PlannedFault[]>();
  readonly #gates = new Map<string, Gate[]>();
  readonly #closed = new Set<Gate>();
  readonly windows: PlannedFault[] = [];
  readonly bursts: PlannedFault[] = [];
  readonly rule: RuleBook | undefined;

  constructor(
    plan: readonly FaultData[],
    rule?: RandomRule,
    readonly drew?: (fault: FaultData) => void,
    readonly onReached?: (fault: FaultData) => void,
  ) {
    this.planned = plan.map((data) => new PlannedFault(data, onReached));
    for (const fault of this.planned) this.#file(fault);
    this.rule = rule && new RuleBook(rule);
  }

  #file(fault: PlannedFault): void {
    const { data } = fault;
    switch (data.kind) {
      case 'outage':
      case 'slowness':
      case 'cut':
      case 'retention':
      case 'open-transaction':
        this.windows.push(fault);
        return;
      case 'burst':
        this.bursts.push(fault);
        return;
      case 'clock-skew':
      case 'deploy':
      case 'rebalance':
      case 'failover':
        if ('place' in data) push(this.#byMoment, printMoment(data.place.moment), fault);
        else this.windows.push(fault);
        return;
      case 'duplicate':
      case 'late':
        push(this.#arrivals, arrivalKey(data.arrival.nth, data.arrival.lineage, data.arrival.channel), fault);
        return;
      case 'poison':
        push(this.#poisons, data.lineage, fault);
        return;
      case 'crash':
      case 'disconnect':
      case 'pause':
        push(this.#byMoment, printMoment(data.place.moment), fault);
        return;
      case 'hold': {
        const moment = printMoment(data.until.moment);
        const until = { moment, operation: data.until.operation };
        push(this.#gates, moment, { fault, until, seen: 0, passed: false, sinceUs: 0, waiting: [] });
        push(this.#byMoment, printMoment(data.site.moment), fault);
        return;
      }
      default:
        push(this.#byMoment, printMoment(data.site.moment), fault);
    }
  }

  /** Each moment that begins gets its own list, so that one moment's counting disturbs no other's. */
  forMoment(printed: string): readonly PlannedFault[] {
    return this.#byMoment.get(printed) ?? NONE;
  }

  poisonsOf(lineage: string, moment: MomentRef): readonly PlannedFault[] {
    const found = this.#poisons.get(lineage);
    if (!found) return NONE;
    const printed = printMoment(moment);
    return found.filter(({ data }) => data.kind === 'poison' && (!data.moment || printMoment(data.moment) === printed));
  }

  arrivals(nth: number, lineage: string, channel: string): readonly PlannedFault[] {
    return this.#arrivals.size === 0 ? NONE : (this.#arrivals.get(arrivalKey(nth, lineage, channel)) ?? NONE);
  }

  /** A poison that was drawn spoils every later delivery too. */
  keep(fault: PlannedFault): void {
    if (fault.data.kind === 'poison') push(this.#poisons, fault.data.lineage, fault);
  }

  /** A fault that the random rule decided on; it is part of the plan from here on. */
  drawn(data: FaultData): PlannedFault {
    const fault = new PlannedFault(data, this.onReached);
    this.planned.push(fault);
    this.drew?.(data);
    return fault;
  }

  /** An operation has been answered: what was held until after it may go on. */
  answered(moment: string, phrase: string, nowUs: number): void {
    for (const gate of this.#closed) if (nowUs - gate.sinceUs >= HELD_AT_MOST_US) this.#open(gate);
    for (const gate of this.#gates.get(moment) ?? []) {
      if (gate.passed || !phraseMatches(gate.until.operation.phrase, phrase)) continue;
      if (++gate.seen === gate.until.operation.nth) this.#open(gate);
    }
  }

  /** Calls back once what the fault waits for has happened; `held` is false when it has happened already. */
  hold(fault: PlannedFault, go: () => void, nowUs: number): boolean {
    const gate = [...this.#gates.values()].flat().find((each) => each.fault === fault);
    if (!gate || gate.passed) return false;
    if (gate.waiting.length === 0) gate.sinceUs = nowUs;
    gate.waiting.push(go);
    this.#closed.add(gate);
    return true;
  }

  /** Lets go whatever is still held, because nothing else is left to do. */
  release(): boolean {
    const held = [...this.#closed];
    for (const gate of held) this.#open(gate);
    return held.length > 0;
  }

  #open(gate: Gate): void {
    gate.passed = true;
    this.#closed.delete(gate);
    for (const go of gate.waiting.splice(0)) go();
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function arrivalKey(nth: number, lineage: string, channel: string): string {
  return `${nth} ${channel} ${lineage}`;
}
