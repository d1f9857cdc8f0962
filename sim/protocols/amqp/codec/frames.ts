/**
 * Frames: type, channel, length, payload, end octet. Source: AMQP 0-9-1 specification, 2.3 and 4.2.3.
 */
import { refusal } from '../../../brokers/queue/refusal.ts';

export const FRAME = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;
const FRAME_END = 0xce;
const BEFORE = 7;
/** Bytes of a frame beside its payload. */
export const FRAME_OVERHEAD = BEFORE + 1;
/** Either side must take frames of this size. */
export const FRAME_MIN_SIZE = 4096;

export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Uint8Array;
}

const NOTHING = new Uint8Array(0);

export function frame(type: number, channel: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(payload.length + FRAME_OVERHEAD);
  bytes.writeUInt8(type, 0);
  bytes.writeUInt16BE(channel, 1);
  bytes.writeUInt32BE(payload.length, 3);
  bytes.set(payload, BEFORE);
  bytes.writeUInt8(FRAME_END, BEFORE + payload.length);
  return bytes;
}

export const HEARTBEAT_FRAME = frame(FRAME.heartbeat, 0, NOTHING);

/** A body in frames of at most `frameMax` bytes; 0 is no limit. */
export function bodyFrames(channel: number, body: Uint8Array, frameMax: number): Buffer[] {
  const most = frameMax === 0 ? Math.max(1, body.length) : frameMax - FRAME_OVERHEAD;
  const frames: Buffer[] = [];
  for (let from = 0; from < body.length; from += most) {
    frames.push(frame(FRAME.body, channel, body.subarray(from, from + most)));
  }
  return frames;
}

/** Cuts what comes in any pieces into frames. */
export class FrameReader {
  #rest: Uint8Array = NOTHING;
  /** Larger frames than this are an error; 0 is no limit. */
  frameMax = 0;

  add(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
  }

  /** So many of the bytes that no frame has taken. */
  peek(count: number): Uint8Array | undefined {
    return this.#rest.length < count ? undefined : this.#rest.subarray(0, count);
  }

  skip(count: number): void {
    this.#rest = this.#rest.subarray(count);
  }

  /** Whoever wrote the bytes may use its buffer again. */
  keep(): void {
    if (this.#rest.length > 0) this.#rest = Uint8Array.from(this.#rest);
  }

  /**
   * The next frame, if it is complete.
   * @throws EddyError EDDY_FRAME_ERROR for one that is too large or does not end where it should
   */
  next(): Frame | undefined {
    const rest = this.#rest;
    if (rest.length < BEFORE) return undefined;
    const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
    const type = view.getUint8(0);
    const channel = view.getUint16(1);
    const length = view.getUint32(3);
    if (this.frameMax > 0 && length + FRAME_OVERHEAD > this.frameMax) {
      const payload = printable(rest.subarray(BEFORE, BEFORE + 16));
      throw refusal(
        'FRAME_ERROR',
        `type ${type}, first 16 octets = ${payload}: {frame_too_large,${length},${this.frameMax - FRAME_OVERHEAD}}`,
      );
    }
    const end = BEFORE + length;
    if (rest.length <= end) return undefined;
    if (rest[end] !== FRAME_END) {
      const octets = printable(rest.subarray(BEFORE, Math.min(end, BEFORE + 16)));
      const says = `type ${type}, first 16 octets = ${octets}: {invalid_frame_end_marker,${rest[end]}}`;
      throw refusal('FRAME_ERROR', says);
    }
    this.#rest = rest.subarray(end + 1);
    return { type, channel, payload: rest.subarray(BEFORE, end) };
  }
}

/** Octets as Erlang prints a binary. */
function printable(octets: Uint8Array): string {
  return `<<${[...octets].join(',')}>>`;
}
