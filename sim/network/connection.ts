/**
 * A simulated connection between a process and a component: `Wire` to the endpoint, `Line` to the client's socket.
 *
 * What the client writes is handed on in the same step; it waits while the component is silent, the way is cut, or the endpoint
 * reads no further. TCP loses nothing: what waited is received when that is over, though the client may have given up.
 */
import type { Runtime } from '../component.ts';
import type { Moment } from '../kernel/context.ts';
import { leak } from '../kernel/leaks.ts';
import { combine } from '../kernel/random.ts';
import { HEARTBEAT_US, type Process } from '../services/process.ts';
import { Arrivals, LATENCY_MAX_US, LATENCY_MIN_US } from './arrivals.ts';
import type { ClientEnd, Line } from './end.ts';
import { socketError } from './errors.ts';
import { Inbox } from './inbox.ts';
import type { Session, Wire } from './wire.ts';

/** What stands between the two ends. */
export interface Way {
  /** Asked when there is something to be passed on: whether it has to wait. `look` is to be called when that is over. */
  holds(process: Process, way: 'there' | 'back'): boolean;
  /** Neither end knows of the other any more. */
  gone(connection: Connection): void;
}

export class Connection implements Wire, Line {
  isOpen = true;
  isHalfOpen = false;
  answerDue: Uint8Array | undefined;
  readonly #arrivals: Arrivals;
  readonly #inbox: Inbox;
  #session: Session | undefined;
  /** The client has heard of the connection, and not let go. */
  #client: 'connecting' | 'there' | 'gone' = 'connecting';
  #isPaused = false;

  constructor(
    readonly runtime: Runtime<unknown>,
    readonly process: Process,
    readonly client: ClientEnd,
    readonly hash: number,
    readonly way: Way,
  ) {
    this.#arrivals = new Arrivals(
      process,
      client,
      hash,
      () => this.#client === 'connecting' || way.holds(process, 'back'),
      () => this.#session?.drained?.(),
    );
    this.#inbox = new Inbox(
      process,
      client,
      () => this.#isPaused || way.holds(process, 'there'),
      (bytes, moment) => this.#session?.receive(bytes, moment),
      () => this.#hearsEnd(),
    );
  }

  get #world() {
    return this.process.simulation.world;
  }

  get backlog(): number {
    return this.#arrivals.backlog;
  }

  /** Whether the client's end is there and keeps its process from ending. */
  get keepsAlive(): boolean {
    return this.#client !== 'gone' && this.client.isReferenced;
  }

  /** Something is on its way, or held back. */
  get isWaiting(): boolean {
    return this.#arrivals.isWaiting || this.#inbox.isWaiting;
  }

  get isConnected(): boolean {
    return this.isOpen && this.#client !== 'gone';
  }

  /** The endpoint has taken it; the client hears of it in the step that has entered its process. */
  begin(session: Session): void {
    this.#session = session;
  }

  clientHears(): void {
    if (this.#client === 'connecting') this.#client = 'there';
    this.#arrivals.look();
  }

  /** What stood in the way may be gone. */
  look(): void {
    this.#inbox.look();
    this.#arrivals.look();
  }

  send(bytes: Uint8Array, moment?: Moment): void {
    if (this.#reachesClient) this.#arrivals.add({ bytes, moment }, this.#world.chain);
  }

  deliver(make: () => { readonly bytes: Uint8Array; readonly moment: Moment } | undefined): void {
    if (this.#reachesClient) this.#arrivals.add({ make }, undefined);
  }

  answer(bytes: Uint8Array, moment: Moment): void {
    this.answerDue = undefined;
    if (!this.#reachesClient) return;
    // In the midst of a client's own call nothing can come to it.
    if (this.#inbox.isPassing) this.#arrivals.add({ bytes, moment }, this.#world.chain);
    else this.#arrivals.addNow(bytes, moment);
  }

  end(): void {
    if (!this.isOpen) return;
    if (this.#reachesClient) this.#arrivals.add({ ends: finish }, this.#world.chain);
    this.#close('ended');
  }

  reset(midway: Uint8Array | undefined = this.answerDue): void {
    if (!this.isOpen) return;
    this.#arrivals.clear(this.#session?.sendsWhole);
    if (this.#reachesClient) {
      const at = midway ? Math.floor(this.#world.random.unit(combine(this.hash, midway.length)) * midway.length) : 0;
      if (at > 0) this.#arrivals.add({ bytes: midway?.subarray(0, at) }, undefined);
      this.#arrivals.add({ ends: breakOff }, undefined);
    }
    this.#close('reset');
    this.#world.changed();
  }

  introduced(name: string): void {
    this.client.introduced?.(name);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#inbox.look();
  }

  /** Nothing passes any more; both sides give it up when their time-outs have passed. */
  goHalfOpen(): void {
    if (this.isHalfOpen || !this.isOpen) return;
    this.isHalfOpen = true;
    this.#arrivals.clear(this.#session?.sendsWhole);
    this.#inbox.clear();
    this.#world.disturbFor(HEARTBEAT_US, () => this.giveUp());
  }

  /** Neither side has heard of the other for too long: each finds out by itself. */
  giveUp(): void {
    const { process, client } = this;
    this.#arrivals.clear();
    if (this.#client === 'there') process.enter(process.work, () => timeOut(client));
    if (this.isOpen) this.#close('reset');
    this.#world.changed();
  }

  clientWrites(bytes: Uint8Array, moment: Moment): boolean {
    if (this.#hearsClient) return this.#inbox.take(bytes, moment);
    if (this.#world.isOver) leak(`a write to ${this.runtime.name} in the ${moment.printed}`);
    return true;
  }

  clientEnds(): void {
    if (this.#hearsClient) this.#inbox.end();
  }

  clientLeaves(hard: boolean): void {
    if (this.#client === 'gone') return;
    this.#client = 'gone';
    this.#arrivals.clear();
    if (this.#hearsClient) {
      if (hard) this.#close('reset');
      else this.#inbox.end();
    }
    if (!this.isOpen) this.way.gone(this);
  }

  clientWants(): void {
    this.#arrivals.wants();
  }

  get #hearsClient(): boolean {
    return this.isOpen && !this.isHalfOpen && this.process.alive && !this.#world.isOver;
  }

  /** Whether what this side sends would come to the client. */
  get #reachesClient(): boolean {
    return this.isOpen && !this.isHalfOpen && this.#client !== 'gone' && this.process.alive;
  }

  /** The client's FIN is on its way. */
  #hearsEnd(): void {
    const latencyUs = this.#world.random.between(combine(this.hash, 0), LATENCY_MIN_US, LATENCY_MAX_US);
    this.#world.after(latencyUs, () => {
      if (this.isOpen && !this.isHalfOpen) this.end();
    });
  }

  #close(how: 'ended' | 'reset'): void {
    this.isOpen = false;
    this.answerDue = undefined;
    this.#inbox.clear();
    this.#session?.closed(how);
    if (this.#client === 'gone' || !this.process.alive) this.way.gone(this);
  }
}

const finish = (client: ClientEnd): void => client.finish();
const breakOff = (client: ClientEnd): void => client.fail(socketError('ECONNRESET', 'read'));
const timeOut = (client: ClientEnd): void => client.fail(socketError('ETIMEDOUT', 'read'));
