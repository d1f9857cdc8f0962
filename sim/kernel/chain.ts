/**
 * Polls and heartbeats would keep the heap full for ever. A *chain* is a timer and the timers that its own turns set
 * again: `setInterval`, a callback that re-arms itself, a loop around `await sleep(100)`. A turn of a chain is *idle*
 * when it changed nothing and read what the turn before it read (a heartbeat, which writes the rows that it wrote
 * before, counts as changing nothing). After IDLE_TURNS idle turns in a row, or ten minutes of them, the chain sleeps until something else in
 * the world changes. The run is quiet when nothing but sleeping chains is left.
 *
 * A sleeping chain that writes (a heartbeat) is caught up with before anything else happens, so that nobody finds its
 * lease run out. One that only reads, but looks at the clock, may wait for a time that a row names: before anything else
 * happens it takes its last turn, and on the way there turns in strides that grow with the time it has been idle for; so it does
 * before the run is quiet, in strides that grow faster.
 *
 * A turn that only somebody's time-out waits for (a poll of a connection) changes nothing either, and is caught up with too.
 *
 * A turn that finds the process busy, or a row locked, reads nothing of what it would read otherwise: a chain that sleeps
 * takes one more turn when a call, a transaction or a wait is over that was under way at its last one.
 *
 * A wait inside an open handler is rarely a poll, so such a chain sleeps only after OPEN_IDLE_TURNS.
 *
 * A chain whose turns read nothing at all (a library that looks after its own queues) can only be waiting for code of its own
 * process. While that does not run it sleeps through whatever else changes, and when it has run one turn tells.
 */
const IDLE_TURNS = 10;
/** Fewer of them are enough if they fill so much time: a cleanup every five minutes would outlast any run. */
const LONG_IDLE_TURNS = 3;
const LONG_IDLE_US = 600_000_000;
const OPEN_IDLE_TURNS = 300;
/** Some beat every other turn. */
const AWAITED = 2;

export class Chain {
  /** What this turn read and wrote so far, as a hash; and what the turn before did. */
  #reads = 0;
  #readsBefore = -1;
  #writes = 0;
  #writesBefore = -1;
  /** This turn has read something of others. */
  #hasRead = false;
  #changed = false;
  #asks = false;
  /** So many turns yet, its last one included, count as waited for. */
  #awaited = 0;
  /** So many of its last turns were waited for, without a gap. */
  #awaitedTurns = 0;
  #isBehind = false;
  #idleTurns = 0;
  /** When the first of its idle turns began. */
  #idleSinceUs = 0;
  #changes = 0;
  /** How often its process's code had been entered when it took its last turn. */
  #entered = 0;
  #isBlank = false;
  #blankTurns = 0;
  /** The turn has led to something: a read, a call, whatever takes steps of its own. */
  #goesOn = false;
  /** When it took its last turn. */
  lastTurnUs = -1;
  /** Timers of this chain that are set and have not fired. */
  pending = 0;
  /** Virtual time between its last two turns: what one jump skips. */
  cycleUs = 0;
  #scale: number;
  /** How often in a row its timer was called off before it fired. */
  #calledOff = 0;

  /** @param parent the chain whose turns set it */
  constructor(
    delayUs: number,
    readonly parent?: Chain,
    /** Those that it began, and that began it: a turn that sets several timers finds the same ones each time. */
    readonly family: Chain[] = parent?.family ?? [],
  ) {
    this.#scale = scaleOf(delayUs);
    family.push(this);
  }

  /** The chain of a timer that a turn of this chain sets: itself when it looks like the next turn, else one of its family. */
  next(delayUs: number): Chain {
    const scale = scaleOf(delayUs);
    const isLike = (chain: Chain): boolean => chain.pending === 0 && Math.abs(scale - chain.#scale) <= 1;
    const found = isLike(this) ? this : (this.family.find(isLike) ?? new Chain(delayUs, this));
    found.#scale = scale;
    return found;
  }

  /**
   * A turn begins: the one before it is judged.
   * @param changes how often the world has changed so far: what was idle before a change says nothing about after it
   * @param entered how often its process's code has been entered so far, other than in turns that are routine
   */
  turn(nowUs: number, changes: number, entered = 0): void {
    this.#calledOff = 0;
    this.#blankTurns = this.#wasBlank ? this.#blankTurns + 1 : 0;
    if (this.#blankTurns === 0) this.#isBlank = false;
    if (this.#isBlank ? entered !== this.#entered : changes !== this.#changes) this.#idleTurns = 0;
    this.#changes = changes;
    this.#entered = entered;
    const same = this.#reads === this.#readsBefore && this.#writes === this.#writesBefore;
    this.#idleTurns = same && !this.#changed ? this.#idleTurns + 1 : 0;
    if (this.#idleTurns <= 1) this.#idleSinceUs = nowUs;
    if (Math.min(this.#idleTurns, this.#blankTurns) >= IDLE_TURNS) this.#isBlank = true;
    this.#readsBefore = this.#reads;
    this.#writesBefore = this.#writes;
    this.#reads = 0;
    this.#hasRead = false;
    this.#writes = 0;
    this.#changed = false;
    this.#asks = false;
    this.#awaitedTurns = this.#awaited === AWAITED ? this.#awaitedTurns + 1 : 0;
    if (this.#awaited > 0) this.#awaited--;
    this.#isBehind = false;
    this.#goesOn = false;
    if (this.lastTurnUs >= 0) this.cycleUs = nowUs - this.lastTurnUs;
    this.lastTurnUs = nowUs;
  }

  /** Its timer is called off. */
  callOff(): void {
    this.pending--;
    this.#calledOff++;
  }

  /** Each turn of its parent calls it off and sets it anew, as a pool does with the time that a connection may be idle. */
  get isWatchdog(): boolean {
    return this.#calledOff >= IDLE_TURNS;
  }

  /** It slept over so much time, as if it had taken its turns meanwhile. */
  skipped(us: number): void {
    this.lastTurnUs += us;
    this.#isBehind = us > 0;
  }

  /** It has slept, and its next turn, which would show that it went on, is still to come. */
  get isBehind(): boolean {
    return this.#isBehind && this.pending > 0;
  }

  /** A step that a turn has led to. */
  goOn(): void {
    this.#goesOn = true;
  }

  read(hash: number): void {
    this.#goesOn = true;
    this.#hasRead = true;
    this.#reads = (Math.imul(this.#reads, 31) + hash) | 0;
  }

  /**
   * A write that overwrites; `hash` names what was written, not with what.
   * @returns whether it may be a heartbeat: the turn before wrote the same so far
   */
  overwrite(hash: number): boolean {
    this.#writes = (Math.imul(this.#writes, 31) + hash) | 0;
    return this.#writes === this.#writesBefore;
  }

  change(): void {
    this.#changed = true;
    this.#idleTurns = 0;
  }

  /** So far this turn has done nothing that the world could see. */
  get #wasBlank(): boolean {
    return !this.#goesOn && this.#writes === 0 && !this.#changed && this.#awaited === 0;
  }

  get #isIdleForLong(): boolean {
    return this.#idleTurns >= LONG_IDLE_TURNS && this.#idleTurns * this.cycleUs >= LONG_IDLE_US;
  }

  /** Its turns have read and written nothing, for a while, nor have those of timers that may be waited for together with its own. */
  get isBlank(): boolean {
    return this.#isBlank && this.family.every((chain) => chain.#isBlank || chain.lastTurnUs < 0 || chain === this);
  }

  /** What its turns lead to is what they have led to for a while: they do not count as something that has happened. */
  get isRoutine(): boolean {
    return this.#isBlank || this.#idleTurns >= IDLE_TURNS;
  }

  /** Whether code of its process has run since its last turn. */
  isStale(entered: number): boolean {
    return entered !== this.#entered;
  }

  isIdle(open: boolean, changes: number, entered = 0): boolean {
    if (this.#isBlank && this.#wasBlank && !open && this.isBlank) {
      return !this.isStale(entered) && this.#idleTurns > 0 && this.cycleUs > 0;
    }
    if (changes !== this.#changes || this.cycleUs <= 0) return false;
    if (open) return this.#idleTurns >= OPEN_IDLE_TURNS;
    return this.#idleTurns >= IDLE_TURNS || this.#isIdleForLong;
  }

  /** The turn looks at the clock. */
  askTime(): void {
    this.#asks = true;
  }

  /** The turn changes nothing, but somebody's time-out waits for it: a poll of a connection, a member's heartbeat, which some send every other turn. */
  beat(): void {
    this.#awaited = AWAITED;
  }

  /** Each of its turns is waited for, and none writes. */
  get isWaitedFor(): boolean {
    return this.#awaited === AWAITED && this.#awaitedTurns > 0 && this.#writes === 0;
  }

  /** Its turns write, each what the one before wrote, or are waited for. */
  get beats(): boolean {
    return this.#writes !== 0 || this.#awaited > 0;
  }

  /** Its turns only read, and look at the clock. */
  get watchesTheClock(): boolean {
    return this.#asks && !this.beats;
  }

  /** As `watchesTheClock`, and what it reads is of others: a row may name the time that it waits for. */
  get comparesTimes(): boolean {
    return this.watchesTheClock && this.#hasRead;
  }

  /** From the first of its idle turns to its last turn. */
  get idleUs(): number {
    return this.lastTurnUs - this.#idleSinceUs;
  }

  wake(): void {
    this.#idleTurns = 0;
  }
}

function scaleOf(delayUs: number): number {
  return 32 - Math.clz32(Math.floor(delayUs / 1000));
}
