/**
 * The event store's core: streams of versioned events in one global order, and the latest snapshot of each stream. Pure and
 * synchronous. An append is atomic; it is refused when the stream is not at the version that its caller expects.
 *
 * Not modelled: deleting and truncating streams, stream metadata (`$maxCount`, `$maxAge`), links and built-in
 * projections, idempotent appends by event id (a repeated append conflicts), replicas that lag.
 */
import { EddyError } from '../../errors.ts';
import { frozenCopy } from '../../history/freeze.ts';

/** An event as it is stored. */
export interface Recorded<E> {
  readonly stream: string;
  /** Its place in its stream: 1, 2, 3, ... without gaps. */
  readonly version: number;
  /** Its place among all events; grows in commit order, with gaps. */
  readonly position: bigint;
  /** `stream@version`: unique in the store. */
  readonly id: string;
  /** As it was given to `append`; where it carries a `schemaVersion`, that is what the stored version is. */
  readonly event: E;
}

/** A state that was kept of a stream, and the version that it holds. */
export interface Snapshot {
  readonly stream: string;
  /** The version that the state is said to be of. */
  readonly version: number;
  readonly state: unknown;
}

/** A version of the last event (0 as well as `none`: the stream has no event yet), or `any`, which never conflicts. */
export type Expected = number | 'none' | 'any';

/** What the run keeps of an event beside what its readers see. */
export interface Stored {
  readonly recorded: Recorded<unknown>;
  readonly lineage: string;
  /** The history's entry about it. */
  entry: number;
}

/** What an append writes, before it has a place. */
export interface Draft {
  readonly event: unknown;
  readonly lineage: string;
}

/** As in a log file, a position is no count: each event takes up room, and so does what an append writes about itself. */
const EVENT_ROOM = 10n;
const APPEND_ROOM = 5n;

export class EventLog {
  /** In commit order. */
  readonly all: Stored[] = [];
  /** The position of what was written last. */
  end = 0n;
  readonly #streams = new Map<string, Stored[]>();
  readonly #snapshots = new Map<string, Snapshot>();

  /** The version of the stream's last event; 0 when it has none. */
  versionOf(stream: string): number {
    return this.#streams.get(stream)?.length ?? 0;
  }

  /**
   * Appends all or nothing; of nothing it checks what is expected.
   * @throws EddyError EDDY_WRONG_VERSION with `actual`, the version that the stream is at
   */
  append(stream: string, drafts: readonly Draft[], expected: Expected): readonly Stored[] {
    const actual = this.versionOf(stream);
    if (expected !== 'any' && actual !== (expected === 'none' ? 0 : expected)) {
      throw new EddyError(
        'EDDY_WRONG_VERSION',
        `Stream ${stream} is at version ${actual}, not at ${expected}: nothing was appended; read it again, and decide again`,
        { stream, expected, actual },
      );
    }
    if (drafts.length === 0) return [];
    const events = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, events);
    this.end += APPEND_ROOM;
    return drafts.map(({ event, lineage }) => {
      this.end += EVENT_ROOM;
      const version = events.length + 1;
      const id = `${stream}@${version}`;
      const stored = { recorded: frozenCopy({ stream, version, position: this.end, id, event }), lineage, entry: -1 };
      events.push(stored);
      this.all.push(stored);
      return stored;
    });
  }

  /** The stream's events from that version on, the first of them included. */
  read(stream: string, from = 1): readonly Recorded<unknown>[] {
    const events = this.#streams.get(stream) ?? [];
    return events.slice(Math.max(0, from - 1)).map(({ recorded }) => recorded);
  }

  /** The index in `all` of the first event behind a position. */
  indexBehind(position: bigint): number {
    const found = this.all.findLastIndex(({ recorded }) => recorded.position <= position);
    return found + 1;
  }

  /** Replaces the stream's snapshot; nobody checks what its version says. */
  saveSnapshot(snapshot: Snapshot): void {
    this.#snapshots.set(snapshot.stream, snapshot);
  }

  snapshotOf(stream: string): Snapshot | undefined {
    return this.#snapshots.get(stream);
  }
}

/** What stands before the first `-` of a stream's name: `account` of `account-17`. */
export function categoryOf(stream: string): string {
  const dash = stream.indexOf('-');
  return dash > 0 ? stream.slice(0, dash) : stream;
}

/**
 * Whether a subscription's `streams` names a stream: a prefix of its name (`account-`), or, with `*` in it, a pattern of
 * the whole name, `*` standing for anything (`*-17`). Left out, it names all.
 */
export function namesStream(streams: string | undefined): (stream: string) => boolean {
  if (streams === undefined) return () => true;
  const parts = streams.split('*');
  if (parts.length === 1) return (stream) => stream.startsWith(streams);
  const text = parts.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('[^]*');
  const pattern = new RegExp(`^${text}$`, 'u');
  return (stream) => pattern.test(stream);
}
