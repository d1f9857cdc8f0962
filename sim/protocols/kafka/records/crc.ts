/**
 * Checksums by table, reflected: CRC-32C (Castagnoli) over record batches, CRC-32 (IEEE) over older messages.
 * Source: RFC 3720 appendix B.4, and Kafka documentation, "Message Format".
 */

function tableOf(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
    return value;
  });
}

const CASTAGNOLI = tableOf(0x82f6_3b78);
const IEEE = tableOf(0xedb8_8320);

function checksum(table: Uint32Array, bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xffff_ffff) >>> 0;
}

export function crc32c(bytes: Uint8Array): number {
  return checksum(CASTAGNOLI, bytes);
}

export function crc32(bytes: Uint8Array): number {
  return checksum(IEEE, bytes);
}
