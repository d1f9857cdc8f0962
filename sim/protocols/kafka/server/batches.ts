/** Entries of a log as record batches: those of one batch of a producer together, each marker by itself. */
import { type Entry, isMarker, type LogRecord, sequenceOf } from '../../../brokers/log/record.ts';
import { controlBatch } from '../records/control.ts';
import { batchOf, type RecordBatch, type RecordHeader, type WireRecord } from '../records/types.ts';
import { type Epoch, toMs } from './clock.ts';

export function batchesOf(
  entries: readonly Entry[],
  timestampType: RecordBatch['timestampType'],
  since: Epoch,
): RecordBatch[] {
  const batches: RecordBatch[] = [];
  let together: LogRecord[] = [];
  const close = (): void => {
    if (together.length > 0) batches.push(batchOfRecords(together, timestampType, since));
    together = [];
  };
  for (const entry of entries) {
    if (isMarker(entry)) {
      close();
      batches.push(markerBatch(entry, since));
    } else {
      const last = together.at(-1);
      if (last && (last.producer !== entry.producer || last.leaderEpoch !== entry.leaderEpoch)) close();
      together.push(entry);
    }
  }
  close();
  return batches;
}

function markerBatch(entry: Extract<Entry, { marker: unknown }>, since: Epoch): RecordBatch {
  const { marker, offset, timeUs, producerId, epoch, leaderEpoch } = entry;
  return controlBatch({
    type: marker,
    offset,
    timestampMs: toMs(timeUs, since),
    producerId,
    producerEpoch: epoch,
    coordinatorEpoch: 0,
    partitionLeaderEpoch: leaderEpoch,
  });
}

function batchOfRecords(
  records: readonly LogRecord[],
  timestampType: RecordBatch['timestampType'],
  since: Epoch,
): RecordBatch {
  const [first] = records as [LogRecord, ...LogRecord[]];
  const { producer, leaderEpoch: partitionLeaderEpoch } = first;
  const of = producer && {
    producerId: producer.id,
    producerEpoch: producer.epoch,
    baseSequence: sequenceOf(first) ?? -1,
    isTransactional: producer.transactional,
  };
  const wired = records.map((record) => wireRecord(record, since));
  return batchOf(wired, { partitionLeaderEpoch, timestampType, ...of });
}

/** One that came through the plain port has its body as text, and its headers as values. */
function wireRecord({ offset, timeUs, raw, key, tombstone, envelope }: LogRecord, since: Epoch): WireRecord {
  const timestampMs = toMs(timeUs, since);
  if (raw) {
    const headers = raw.headers.map(({ key, value }) => ({ key, value: bufferOf(value) }));
    return { offset, timestampMs, key: bufferOf(raw.key), value: bufferOf(raw.value), headers };
  }
  return {
    offset,
    timestampMs,
    key: key === undefined ? null : Buffer.from(key),
    value: tombstone ? null : Buffer.from(envelope.text),
    headers: Object.entries(envelope.message.headers).map(
      ([key, value]): RecordHeader => ({
        key,
        value: Buffer.from(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')),
      }),
    ),
  };
}

function bufferOf(bytes: Uint8Array | null): Buffer | null {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
