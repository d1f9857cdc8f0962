/**
 * The server's view of one connection: what a protocol endpoint is written against. A run's connections are simulated
 * (connection.ts); one over real TCP looks the same to the endpoint.
 *
 * Bytes to the client are FIFO. Bytes of the client are handed on in the step in which it wrote them. What an outage, a cut or
 * a pause holds back comes later, in order; what breaks loses what is on its way.
 */
import type { Runtime } from '../component.ts';
import type { Moment } from '../kernel/context.ts';
import type { Process } from '../services/process.ts';

export interface Wire {
  /** Whose connection it is. */
  readonly process: Process;
  /** The component that is connected to. */
  readonly runtime: Runtime<unknown>;
  /** Whether this side may still send; not after `end`, `reset`, or what the client or a fault did to the same effect. */
  readonly isOpen: boolean;
  /** Nothing passes any more, though both sides think it open: what is sent is lost in silence. */
  readonly isHalfOpen: boolean;
  /** Bytes sent that the client has not taken yet: how far behind a slow reader is. */
  readonly backlog: number;
  /**
   * What the client would be sent next, had it not been for a fault: if the connection breaks while this is set, a part of it
   * arrives first. Set between an operation's effect and its answer.
   */
  answerDue: Uint8Array | undefined;
  /**
   * Bytes to the client, on a step of their own (latency), behind all that was sent before. Client code that they wake runs for
   * `moment` (default: what the process does on its own). Each call is a chunk of its own for the client. The bytes are not
   * copied: they are not to be changed afterwards.
   */
  send(bytes: Uint8Array, moment?: Moment): void;
  /**
   * As `send`, for what begins something of its own: a delivery. `make` is called in the step of the arrival, with the process
   * alive and awake: a delivery's moment begins there. Nothing arrives if it answers undefined, or if the process is dead
   * afterwards.
   */
  deliver(make: () => { readonly bytes: Uint8Array; readonly moment: Moment } | undefined): void;
  /**
   * As `send`, but within the running step, the settle step of an operation: `moment`'s code sees it there. What is still on its
   * way arrives before it, in the same step.
   */
  answer(bytes: Uint8Array, moment: Moment): void;
  /** Closes in order, behind what was sent (FIN). Nothing is received any more. */
  end(): void;
  /** Breaks at once: the client sees ECONNRESET. Of `midway` (default: `answerDue`), an answer that was cut, a part arrives first. */
  reset(midway?: Uint8Array): void;
  /**
   * The client says what it is called, before it does anything else. Outside of a run its process is named so from here on: read
   * `process.label` and the like afresh.
   */
  introduced?(name: string): void;
  /** The server reads no further until `resume`: the client's writes pile up, and its `write` says so. */
  pause(): void;
  resume(): void;
}

/** What a protocol makes of a connection. */
export interface Session {
  /**
   * Bytes of the client, any number of them, in the step in which it wrote them (or when what held them back is over). `moment`
   * is that of the code that wrote them. They are the client's: copy what is kept.
   */
  receive(bytes: Uint8Array, moment: Moment): void;
  /**
   * The connection is gone, whoever ended it; called once. `ended`: the client has closed it in order, and operations that it
   * sent before still take effect, or this side has (`end`); `reset`: it broke, or its process is gone.
   */
  closed(how: 'ended' | 'reset'): void;
  /** The client has taken all that was sent. */
  drained?(): void;
  /** Its client cannot bear a part of what was sent: what has begun to arrive arrives before the connection breaks. */
  readonly sendsWhole?: boolean;
}

/** A client has connected to this port. What the session sends at once arrives after the client's `connect`. */
export type Accept = (wire: Wire, port: number) => Session;
