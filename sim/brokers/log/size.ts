/** How large a batch is: keys and values in UTF-8; Kafka's own few bytes around them are left out. */
import type { NewRecord } from './record.ts';

const ENCODER = new TextEncoder();

type Sized = Pick<NewRecord, 'key' | 'envelope' | 'raw'>;

export function isLargerThan(records: readonly Sized[], most: number): boolean {
  let units = 0;
  for (const { key = '', envelope, raw } of records) {
    units += raw ? (raw.key?.length ?? 0) + (raw.value?.length ?? 0) : key.length + envelope.text.length;
  }
  // A unit of UTF-16 is three bytes at most, so that few batches have to be encoded.
  if (units * 3 <= most) return false;
  let bytes = 0;
  for (const record of records) bytes += sizeOf(record);
  return bytes > most;
}

/** Of key and value. */
export function sizeOf({ key = '', envelope, raw }: Sized): number {
  if (raw) return (raw.key?.length ?? 0) + (raw.value?.length ?? 0);
  return bytesOf(key) + bytesOf(envelope.text);
}

function bytesOf(text: string): number {
  return ENCODER.encode(text).length;
}
