/**
 * The client's bytes as messages of protocol 3.0, whatever pieces they come in. Only the first message has no type: a
 * startup, or a request that comes before it (PostgreSQL documentation, 54.7 "Message Formats").
 */
/** A message as it stands on the wire. */
export interface Frame {
  /** One letter; empty for what comes before the startup is over. */
  readonly type: string;
  /** All of it, type and length included. */
  readonly bytes: Uint8Array;
  readonly body: Uint8Array;
}

/** PostgreSQL takes no longer startup packet (MAX_STARTUP_PACKET_LENGTH). */
const STARTUP_MAX = 10_000;
/** PostgreSQL takes longer ones (up to 1 GB); a run that sends one has lost its way. */
const MESSAGE_MAX = 64 * 1024 * 1024;

/** Thrown for what is no message; the connection is of no use any more. */
export class Malformed extends Error {}

export class Frames {
  #left = new Uint8Array(0);
  /** A startup message has come. */
  #isStarted = false;

  /** @param bytes are kept, and not to be changed */
  push(bytes: Uint8Array): void {
    if (this.#left.length === 0) {
      this.#left = bytes as Uint8Array<ArrayBuffer>;
      return;
    }
    const joined = new Uint8Array(this.#left.length + bytes.length);
    joined.set(this.#left);
    joined.set(bytes, this.#left.length);
    this.#left = joined;
  }

  /** What comes next has a type. */
  started(): void {
    this.#isStarted = true;
  }

  /** The next message that is there in full. @throws Malformed */
  next(): Frame | undefined {
    const lead = this.#isStarted ? 1 : 0;
    if (this.#left.length < lead + 4) return undefined;
    const view = new DataView(this.#left.buffer, this.#left.byteOffset, this.#left.byteLength);
    const length = view.getInt32(lead);
    const least = this.#isStarted ? 4 : 8;
    if (length < least || length > (this.#isStarted ? MESSAGE_MAX : STARTUP_MAX))
      throw new Malformed(`invalid message length ${length}`);
    const end = lead + length;
    if (this.#left.length < end) return undefined;
    const bytes = this.#left.subarray(0, end);
    this.#left = this.#left.subarray(end);
    const type = this.#isStarted ? String.fromCharCode(bytes[0] as number) : '';
    return { type, bytes, body: bytes.subarray(lead + 4) };
  }
}
