/** The two ends of a connection, as they see each other: what a socket asks of the network, and the network of a socket. */
import type { Moment } from '../kernel/context.ts';

/** The client's end. Each is called in a step that has entered the client's process. */
export interface ClientEnd {
  /** It keeps its process from ending. */
  readonly isReferenced: boolean;
  connected(line: Line, at: Endpoints): void;
  /** @returns whether it would take more at once */
  arrive(bytes: Uint8Array): boolean;
  /** The other side has closed. */
  finish(): void;
  /** It is broken, or was never made. */
  fail(error: Error): void;
  /** What the line has not passed on at once has been passed on. */
  written(): void;
  /** The client has said what it is called. */
  introduced?(name: string): void;
}

/** The way from a client to its server. */
export interface Line {
  /** @returns whether it was passed on (or lost, which looks the same); if not, `written` says so later */
  clientWrites(bytes: Uint8Array, moment: Moment): boolean;
  /** It sends nothing more. */
  clientEnds(): void;
  /** It has let go: it takes nothing more, either. `hard`: by a reset. */
  clientLeaves(hard: boolean): void;
  /** It takes more again. */
  clientWants(): void;
}

export interface Endpoints {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}
