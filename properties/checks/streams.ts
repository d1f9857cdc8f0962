/** What entries about streams of events hold. An event store's records have these fields; so have rows of one's own. */

/** One event of a stream, or what belongs to the stream up to it. */
export interface Versioned {
  readonly stream: string;
  readonly version: number;
}

/** What somebody saw of a stream: the version of its last event then; 0 where it had none. */
export type StreamRead = Versioned;

/** The state of a stream as of a version: a snapshot, a row of a view. */
export interface StateAt<S> extends Versioned {
  readonly state: S;
}

/** How events make a state. `apply` may change the state that it is given; `initial` makes a new one each time. */
export interface Evolution<T, S> {
  initial(): S;
  apply(state: S, event: T): S;
}
