/** Messages on a connection: four bytes of size, then so many bytes. Source: Kafka's protocol guide, "Network". */

/** `socket.request.max.bytes` of brokers. */
const REQUEST_MAX_BYTES = 104_857_600;
const SIZE_BYTES = 4;

export interface FramesRead {
  /** Without their size. */
  readonly frames: readonly Buffer[];
  /** Why nothing can follow: the connection is to be closed. */
  readonly refused?: string;
}

/** Puts frames together from bytes in any pieces. Memory is taken for what has arrived, not for what was announced. */
export class FrameReader {
  #pieces: Buffer[] = [];
  #held = 0;
  #refused: string | undefined;

  constructor(readonly maxBytes = REQUEST_MAX_BYTES) {}

  push(bytes: Uint8Array): FramesRead {
    if (this.#refused !== undefined) return { frames: [], refused: this.#refused };
    this.#pieces.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#held += bytes.length;
    const frames: Buffer[] = [];
    for (let size = this.#nextSize(); size !== undefined; size = this.#nextSize()) {
      if (size < 0 || size > this.maxBytes) {
        this.#refused = `A request is announced with ${size} bytes; the broker takes 0 to ${this.maxBytes}`;
        this.#pieces = [];
        return { frames, refused: this.#refused };
      }
      if (this.#held < SIZE_BYTES + size) break;
      const held = this.#joined();
      frames.push(held.subarray(SIZE_BYTES, SIZE_BYTES + size));
      this.#held -= SIZE_BYTES + size;
      this.#pieces = this.#held > 0 ? [held.subarray(SIZE_BYTES + size)] : [];
    }
    return { frames };
  }

  /** The size of the frame that begins; undefined before its four bytes are there. */
  #nextSize(): number | undefined {
    if (this.#held < SIZE_BYTES) return undefined;
    if ((this.#pieces[0] as Buffer).length < SIZE_BYTES) this.#joined();
    return (this.#pieces[0] as Buffer).readInt32BE(0);
  }

  #joined(): Buffer {
    const [first, ...more] = this.#pieces as [Buffer, ...Buffer[]];
    if (more.length === 0) return first;
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}

/** Bytes with their size in front. */
export function frame(payload: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(SIZE_BYTES + payload.length);
  framed.writeInt32BE(payload.length, 0);
  framed.set(payload, SIZE_BYTES);
  return framed;
}
