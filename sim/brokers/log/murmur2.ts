/** The hash by which Kafka's clients choose a key's partition. Source: org.apache.kafka.common.utils.Utils#murmur2. */
const SEED = 0x9747b28c;
const MIX = 0x5bd1e995;

/** A signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const at = (n: number): number => bytes[n] ?? 0;
  let hash = SEED ^ length;
  const whole = length - (length % 4);
  for (let n = 0; n < whole; n += 4) {
    let word = at(n) | (at(n + 1) << 8) | (at(n + 2) << 16) | (at(n + 3) << 24);
    word = Math.imul(word, MIX);
    word = Math.imul(word ^ (word >>> 24), MIX);
    hash = Math.imul(hash, MIX) ^ word;
  }
  if (whole < length) {
    const rest = at(whole) | (at(whole + 1) << 8) | (at(whole + 2) << 16);
    hash = Math.imul(hash ^ rest, MIX);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}
