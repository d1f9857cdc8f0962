/**
 * Primitive values from bytes, big-endian, each checked against what is there: no length that the bytes claim is believed
 * before. Source: Kafka's protocol guide, "Protocol Primitive Types".
 */
import { Malformed } from './malformed.ts';

const TWO_32 = 0x1_0000_0000;

export class ByteReader {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  get left(): number {
    return this.bytes.length - this.#at;
  }

  get position(): number {
    return this.#at;
  }

  #take(size: number): number {
    if (size > this.left) throw new Malformed(`${size} bytes are to follow and ${this.left} are there`);
    const from = this.#at;
    this.#at += size;
    return from;
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1));
  }

  /** Anything but 0 is true, as brokers take it. */
  boolean(): boolean {
    return this.int8() !== 0;
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4));
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4));
  }

  /** Exact up to 2^53 in size, the nearest double beyond. */
  int64(): number {
    const from = this.#take(8);
    return this.bytes.readInt32BE(from) * TWO_32 + this.bytes.readUInt32BE(from + 4);
  }

  /** Seven bits a byte, the lowest first; at most 32 bits. */
  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.#take(1)] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        if (shift === 28 && byte > 0x0f) break;
        return value >>> 0;
      }
    }
    throw new Malformed('a varint is longer than 32 bits');
  }

  /** Zigzag: 0, -1, 1, -2 are 0, 1, 2, 3. */
  varint(): number {
    const value = this.unsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag, 64 bits; exact up to 2^53 in size. */
  varlong(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.#take(1)] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n)));
    }
    throw new Malformed('a varlong is longer than 64 bits');
  }

  /** A part of the bytes, not a copy. */
  take(size: number): Buffer {
    if (size < 0) throw new Malformed(`a length is ${size}`);
    const from = this.#take(size);
    return this.bytes.subarray(from, from + size);
  }

  text(size: number): string {
    return this.take(size).toString('utf8');
  }

  rest(): Buffer {
    return this.take(this.left);
  }
}
