/** Bytes as AMQP writes numbers and strings: big-endian, strings with their length before them. */
import { refusal } from '../../../brokers/queue/refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The text, or undefined where the bytes are not valid UTF-8. */
export function exactTextOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Reads one frame's payload. Whatever ends too early is an EddyError EDDY_SYNTAX_ERROR. */
export class ByteReader {
  readonly #view: DataView;
  at: number;

  constructor(
    readonly bytes: Uint8Array,
    from = 0,
    readonly end = bytes.length,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = from;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  #take(count: number): number {
    const from = this.at;
    if (from + count > this.end) throw refusal('SYNTAX_ERROR', 'the payload ends too early');
    this.at += count;
    return from;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2));
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2));
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4));
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }
  f32(): number {
    return this.#view.getFloat32(this.#take(4));
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  raw(count: number): Uint8Array {
    const from = this.#take(count);
    return this.bytes.subarray(from, from + count);
  }

  /** At most 255 bytes of text. */
  short(): string {
    return textOf(this.raw(this.u8()));
  }

  long(): Uint8Array {
    return this.raw(this.u32());
  }

  /** A part with its length before it, to be read on its own. */
  part(): ByteReader {
    const length = this.u32();
    const from = this.#take(length);
    return new ByteReader(this.bytes, from, from + length);
  }
}

export class ByteWriter {
  #bytes = Buffer.allocUnsafe(256);
  #length = 0;

  /** Makes room for so many bytes, perhaps in a new buffer. @returns where they go */
  #room(count: number): number {
    const from = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
    }
    return from;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#bytes.writeUInt8(value, at);
  }
  i8(value: number): void {
    const at = this.#room(1);
    this.#bytes.writeInt8(value, at);
  }
  u16(value: number): void {
    const at = this.#room(2);
    this.#bytes.writeUInt16BE(value, at);
  }
  i16(value: number): void {
    const at = this.#room(2);
    this.#bytes.writeInt16BE(value, at);
  }
  u32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
  }
  i32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeInt32BE(value, at);
  }
  u64(value: bigint): void {
    const at = this.#room(8);
    this.#bytes.writeBigUInt64BE(value, at);
  }
  i64(value: bigint): void {
    const at = this.#room(8);
    this.#bytes.writeBigInt64BE(value, at);
  }
  f32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeFloatBE(value, at);
  }
  f64(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Cut to 255 bytes, as the broker cuts its reply texts. */
  short(text: string): void {
    let bytes: Uint8Array = Buffer.from(text, 'utf8');
    if (bytes.length > 255) bytes = bytes.subarray(0, 255);
    this.u8(bytes.length);
    this.raw(bytes);
  }

  long(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** What `write` writes, with its length before it. */
  part(write: () => void): void {
    const at = this.#room(4);
    write();
    this.#bytes.writeUInt32BE(this.#length - at - 4, at);
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
