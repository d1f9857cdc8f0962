/** The server's side of one connection: its messages in order, as operations of the moments that sent them. */
import type { Chain } from '../../kernel/chain.ts';
import { begun, type Moment, over } from '../../kernel/context.ts';
import { combine } from '../../kernel/random.ts';
import type { Session as WireSession, Wire } from '../../network/wire.ts';
import { copyIn, errorResponse, greeting, notification } from '../../protocols/postgres/backend.ts';
import { encode } from '../../protocols/postgres/bytes.ts';
import { type Frame, Frames, Malformed } from '../../protocols/postgres/frames.ts';
import { readOpening } from '../../protocols/postgres/frontend.ts';
import { perform } from '../../services/operation.ts';
import type { Process } from '../../services/process.ts';
import type { About } from './about.ts';
import { Backend } from './backend.ts';
import { Conversation, type Unit } from './conversation.ts';
import type { PostgresRuntime } from './runtime.ts';
import { settingsOf } from './settings.ts';

/** What the client hears instead of an answer: the connection breaks. */
const CUT = new Error('cut');

/** What it hears instead of the answer. */
class Instead extends Error {
  constructor(readonly bytes: Uint8Array) {
    super('instead');
  }
}

/** What a server tells of itself when it greets a client. */
const PARAMETERS = [
  ['server_version', '18.0'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['DateStyle', 'ISO, MDY'],
  ['IntervalStyle', 'postgres'],
  ['TimeZone', 'UTC'],
  ['integer_datetimes', 'on'],
  ['standard_conforming_strings', 'on'],
] as const;

const LATENCY_MIN_US = 150;
const LATENCY_MAX_US = 900;

interface Queued {
  readonly unit: Unit;
  readonly moment: Moment;
  readonly chain: Chain | undefined;
}

export class Session implements WireSession {
  readonly backend: Backend;
  /** What it listens to (LISTEN). */
  readonly channels = new Set<string>();
  /** Settings of its own, as statements. */
  settings: string[] = [];
  readonly #frames = new Frames();
  readonly #conversation: Conversation;
  readonly #queue: Queued[] = [];
  #isStarted = false;
  #isBusy = false;
  /** The client has said that it goes, or ended its side. */
  #isLeaving = false;
  #isGone = false;
  #answers = 0;
  #turnedAway: (() => void) | undefined;

  constructor(
    readonly runtime: PostgresRuntime<unknown>,
    readonly wire: Wire,
    readonly pid: number,
  ) {
    this.backend = new Backend(this);
    this.#conversation = new Conversation(pid);
    this.process.connections.add(this.#orphaned);
  }

  get process(): Process {
    return this.wire.process;
  }

  receive(bytes: Uint8Array, moment: Moment): void {
    this.#frames.push(bytes.slice());
    try {
      for (let frame = this.#next(); frame; frame = this.#next()) this.#message(frame, moment);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.wire.send(errorResponse({ severity: 'FATAL', code: '08P01', message: error.message }), moment);
      this.wire.end();
    }
  }

  #next(): Frame | undefined {
    return this.#isLeaving || !this.wire.isOpen ? undefined : this.#frames.next();
  }

  #message(frame: Frame, moment: Moment): void {
    if (!this.#isStarted) {
      this.#open(frame, moment);
      return;
    }
    const unit = this.#conversation.add(frame);
    if (unit === 'terminate') this.#isLeaving = true;
    else if (unit === 'copy in') this.wire.send(copyIn(), moment);
    else if (unit) this.#queue.push({ unit, moment, chain: this.runtime.simulation.world.chain });
    this.#work();
  }

  #open(frame: Frame, moment: Moment): void {
    const opening = readOpening(frame);
    if (opening.what === 'encryption') this.wire.send(encode('N'), moment);
    else if (opening.what === 'cancel') this.wire.end();
    else {
      this.#isStarted = true;
      this.#frames.started();
      this.settings = settingsOf(opening.settings);
      this.wire.send(greeting(PARAMETERS, this.pid), moment);
    }
  }

  closed(how: 'ended' | 'reset'): void {
    this.#isLeaving = true;
    if (how === 'reset') {
      this.#queue.length = 0;
      this.#leave();
    } else this.#work();
  }

  /** Its process is gone, which may be in the midst of what it sent before it closed the connection. */
  readonly #orphaned = (): void => {
    if (!this.process.alive) this.#leave();
  };

  #leave(): void {
    this.process.connections.delete(this.#orphaned);
    if (this.#isGone) return;
    this.#isGone = true;
    this.channels.clear();
    this.runtime.sessions.delete(this);
    this.runtime.gate.leave(this);
    this.backend.rollback(this.process.work);
  }

  /** One unit after the other: the server reads the next one when the one before has been answered. */
  #work(): void {
    if (this.#isBusy || this.#isGone) return;
    const next = this.#queue.shift();
    if (next) {
      this.#isBusy = true;
      this.runtime.simulation.world.inChain(next.chain, () => this.#begin(next));
    } else if (this.#isLeaving) {
      if (this.wire.isOpen) this.wire.end();
      this.#leave();
    }
  }

  #begin(queued: Queued): void {
    const about = this.backend.about(queued.unit);
    if (about) this.#operate(queued, about);
    else this.#step(queued);
  }

  #operate({ unit, moment, chain }: Queued, about: About): void {
    const { runtime, backend, process } = this;
    const isCommit = about.ends === 'commit';
    const abort = (code: string, says: string) => () => {
      const bytes = backend.abort(moment, { code, message: says }, isCommit);
      return bytes ? new Instead(bytes) : CUT;
    };
    const deadlock = abort('40P01', 'deadlock detected');
    perform<Uint8Array>(
      process,
      moment,
      {
        runtime: runtime as never,
        phrase: about.phrase,
        class: about.class,
        touches: about.touches,
        connection: runtime.name,
        breaks: true,
        isLostOnWay: () => this.wire.isHalfOpen,
        waitsOut: (goOn) => runtime.silence.over(goOn),
        effect: (answer) =>
          this.#run(unit, moment, chain, (bytes) => {
            if (bytes) answer.ok(bytes);
            else answer.fail(CUT);
          }),
        ...(about.mayConflict && { conflict: abort('40001', CONFLICT) }),
        heldInVain: (until) => backend.heldInVain(until),
        refused: () => CUT,
        failed: () => (isCommit ? CUT : deadlock()),
        unknown: () => CUT,
        abandon: () => {
          if (this.wire.isHalfOpen) return;
          if (isCommit || runtime.availability !== 'up') backend.rollback(moment);
        },
      },
      (bytes) => this.#answer(bytes, moment),
      (error) => (error instanceof Instead ? this.#answer(error.bytes, moment) : this.#break()),
    );
  }

  /** What is no operation takes its time as well. */
  #step({ unit, moment, chain }: Queued): void {
    const { world } = this.runtime.simulation;
    const { process } = this;
    const latencyUs = (): number =>
      world.random.between(combine(moment.hash, combine(this.pid, ++this.#answers)), LATENCY_MIN_US, LATENCY_MAX_US);
    process.calls++;
    begun(moment);
    const settle = (bytes: Uint8Array | undefined): void => {
      world.inChain(chain, () =>
        world.after(latencyUs(), () =>
          process.enter(moment, () => {
            process.calls--;
            over(moment);
            if (bytes) this.#answer(bytes, moment);
            else this.#break();
          }),
        ),
      );
    };
    const run = (): void => this.runtime.silence.over(() => this.#run(unit, moment, chain, settle));
    world.after(latencyUs(), run);
  }

  /** Answers undefined when the connection is gone. */
  #run(unit: Unit, moment: Moment, chain: Chain | undefined, answer: (bytes: Uint8Array | undefined) => void): void {
    const { gate } = this.runtime;
    if (this.#isGone) {
      answer(undefined);
      return;
    }
    const here = this.backend.answerHere(unit, moment, () => this.#conversation.forget());
    const answered = (bytes: Uint8Array): void => {
      this.wire.answerDue = bytes;
      answer(bytes);
    };
    if (here) {
      answered(here);
      return;
    }
    this.#turnedAway = () => answer(this.backend.abort(moment, { code: '0A000', message: ONE_SESSION }, false));
    const sinceUs = this.runtime.simulation.world.nowUs;
    gate.take(this, chain, () => {
      this.#turnedAway = undefined;
      if (this.runtime.simulation.world.nowUs > sinceUs) this.runtime.simulation.world.over(sinceUs);
      answered(this.backend.run(unit, moment));
    });
  }

  /** Its statement is given up: it waits for what never comes. */
  turnAway(): void {
    this.runtime.gate.leave(this);
    this.#turnedAway?.();
    this.#turnedAway = undefined;
  }

  #answer(bytes: Uint8Array, moment: Moment): void {
    this.wire.answer(bytes, moment);
    this.#isBusy = false;
    this.#work();
  }

  #break(): void {
    // Over a half-open connection nobody hears of it.
    if (!this.wire.isHalfOpen) this.wire.reset();
    this.#isBusy = false;
    this.#work();
  }

  notify(channel: string, payload: string): void {
    this.wire.send(notification(this.pid, channel, payload));
  }

  /** In words, what of it is open when nothing is left to do. */
  get unfinished(): readonly string[] {
    return this.process.alive ? this.backend.unfinished(this.runtime.gate.waiting.includes(this)) : [];
  }
}

const CONFLICT = 'could not serialize access due to concurrent update';
const ONE_SESSION =
  'this connection waits for a transaction of the same process over another one: inside a run all connections share one session';
