/** What `main.ts` asks of each side: play sequences against a real server and against the simulator, and compare. */

export interface Asked {
  /** How many generated sequences of operations to compare. */
  readonly sequences: number;
  /** The sequences are a function of it. */
  readonly seed: number;
  /** A file to write what the server did to, if the side can. */
  readonly record?: string | undefined;
  /** Writes one line of progress or result. */
  readonly say: (line: string) => void;
}

/** A sequence in which the real server did what the model does not allow. */
export interface Difference {
  /** Plays this sequence again: the words after `npm run conformance --`. */
  readonly again: string;
  /** The steps, then what the server did and what the model allows, one a line. */
  readonly lines: readonly string[];
}

export interface Compared {
  readonly sequences: number;
  /** How often each kind of thing was compared: `insert: EDDY_UNIQUE_VIOLATION`. */
  readonly counts: ReadonlyMap<string, number>;
  readonly differences: readonly Difference[];
}

export interface Side {
  /** As the command line names it. */
  readonly name: string;
  /**
   * Starts the server on loopback, compares, and stops it whatever happens.
   * @throws Unavailable when there is no server and none could be installed or started
   */
  compare(asked: Asked): Promise<Compared>;
}

/** The real server cannot be had on this machine: the message is one sentence of why, and what to do. */
export class Unavailable extends Error {}
