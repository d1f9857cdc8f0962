/** What a PostgreSQL inside the world is made of: one session of a real one, in this thread, that answers at once. */
export interface Engine {
  /** What is done once in an engine has been done in this one. */
  isSetUp: boolean;
  /**
   * Takes messages of protocol 3.0 behind the startup, in full, and answers what the server answers.
   * @throws EddyError EDDY_ENGINE when the server has ended; it is of no use any more
   */
  exec(bytes: Uint8Array, around: Around): Uint8Array;
}

/** What the engine sees of the machine while it works. */
export interface Around {
  /** Since 1970, with fractions down to microseconds. */
  readonly timeMs: number;
  fill(bytes: Uint8Array): void;
}

export interface Taken {
  readonly engine: Engine;
  /** Another component had it before, or nobody. */
  readonly isFresh: boolean;
}

/** Engines are costly (seconds, and hundreds of megabytes), so a thread keeps them. */
export interface Engines {
  /**
   * @param keep those that are not to be taken away from their component
   * @param extensions by name: where there is one, CREATE EXTENSION finds it
   */
  take(component: object, keep: readonly object[], extensions: readonly string[]): Promise<Taken>;
  /** It has ended. */
  lost(engine: Engine): void;
}
