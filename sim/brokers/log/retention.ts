/**
 * Retention: the start of a partition's log moves on, whoever has or has not read what goes. Never past what is committed.
 * Sources: Kafka documentation, "Log" (deletes); UnifiedLog.scala, `deleteOldSegments`, `maybeIncrementLogStartOffset`.
 *
 * Not modelled: segments (each record goes by itself), limits in bytes.
 */
import { isMarker, type LogRecord } from './record.ts';
import type { Replica } from './replica.ts';

/** The offset below which all is older than the retention time. */
export function expiredBelow(
  { entries, logStart, highWatermark }: Replica,
  retentionUs: number,
  nowUs: number,
): number {
  const first = entries.find(({ timeUs }) => timeUs + retentionUs > nowUs);
  return Math.max(logStart, Math.min(first?.offset ?? highWatermark, highWatermark));
}

/** Cuts a log off below an offset. @returns the records that are gone */
export function cutBelow(replica: Replica, offset: number): readonly LogRecord[] {
  const gone = replica.removeBefore(Math.min(offset, replica.highWatermark));
  return gone.filter((entry): entry is LogRecord => !isMarker(entry));
}
