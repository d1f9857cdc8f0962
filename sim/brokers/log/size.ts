/** How large a batch is: keys and values in UTF-8; Kafka's own few bytes around them are left out. */
import type { NewRecord } from './record.ts';

const ENCODER = new TextEncoder();

export function isLargerThan(records: readonly NewRecord[], most: number): boolean {
  let units = 0;
  for (const { key = '', envelope } of records) units += key.length + envelope.text.length;
  // A unit of UTF-16 is three bytes at most, so that few batches have to be encoded.
  if (units * 3 <= most) return false;
  let bytes = 0;
  for (const { key = '', envelope } of records) bytes += bytesOf(key) + bytesOf(envelope.text);
  return bytes > most;
}

function bytesOf(text: string): number {
  return ENCODER.encode(text).length;
}
