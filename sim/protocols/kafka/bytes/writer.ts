/** Primitive values to bytes, big-endian. Source: Kafka's protocol guide, "Protocol Primitive Types". */

const TWO_32 = 0x1_0000_0000;
const INT64_END = 0x8000_0000 * TWO_32;
const LAST_INT64 = 0x7fff_ffff_ffff_ffffn;

export class ByteWriter {
  #bytes: Buffer;
  #at = 0;

  constructor(size = 256) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get size(): number {
    return this.#at;
  }

  /** What was written; later writing does not change it, if it was the last. */
  done(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #room(size: number): number {
    const from = this.#at;
    if (from + size > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, from + size));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
    }
    this.#at += size;
    return from;
  }

  int8(value: number): void {
    const from = this.#room(1);
    this.#bytes.writeInt8(value, from);
  }

  boolean(value: boolean): void {
    this.int8(value ? 1 : 0);
  }

  int16(value: number): void {
    const from = this.#room(2);
    this.#bytes.writeInt16BE(value, from);
  }

  int32(value: number): void {
    const from = this.#room(4);
    this.#bytes.writeInt32BE(value, from);
  }

  uint32(value: number): void {
    const from = this.#room(4);
    this.#bytes.writeUInt32BE(value, from);
  }

  /** Exact up to 2^53 in size; what is beyond 64 bits becomes the last that is not. */
  int64(value: number): void {
    const from = this.#room(8);
    if (value >= INT64_END) {
      this.#bytes.writeInt32BE(0x7fff_ffff, from);
      this.#bytes.writeUInt32BE(0xffff_ffff, from + 4);
      return;
    }
    const high = Math.max(Math.floor(value / TWO_32), -0x8000_0000);
    this.#bytes.writeInt32BE(high, from);
    this.#bytes.writeUInt32BE(Math.max(0, value - high * TWO_32), from + 4);
  }

  /** Takes the place of four bytes that were written before. */
  int32At(position: number, value: number): void {
    this.#bytes.writeInt32BE(value, position);
  }

  uint32At(position: number, value: number): void {
    this.#bytes.writeUInt32BE(value, position);
  }

  unsignedVarint(value: number): void {
    let left = value >>> 0;
    while (left >= 0x80) {
      this.#byte((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    this.#byte(left);
  }

  #byte(value: number): void {
    const from = this.#room(1);
    this.#bytes[from] = value;
  }

  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31));
  }

  varlong(value: number): void {
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      this.varint(value);
      return;
    }
    const wide = value >= INT64_END ? LAST_INT64 : BigInt(value);
    let left = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n));
    while (left >= 0x80n) {
      this.#byte(Number(left & 0x7fn) | 0x80);
      left >>= 7n;
    }
    this.#byte(Number(left));
  }

  raw(bytes: Uint8Array): void {
    const from = this.#room(bytes.length);
    this.#bytes.set(bytes, from);
  }

  text(text: string, size: number): void {
    const from = this.#room(size);
    this.#bytes.write(text, from, size, 'utf8');
  }
}
