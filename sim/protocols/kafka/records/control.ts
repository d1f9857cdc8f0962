/**
 * The markers that end transactions: a control batch with one record. Key: version int16, type int16 (0 abort, 1 commit).
 * Value: version int16, coordinator epoch int32. Source: Kafka documentation, "Control Batches".
 */
import { batchOf, type RecordBatch } from './types.ts';

export interface ControlMarker {
  readonly type: 'commit' | 'abort';
  readonly offset: number;
  readonly timestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly partitionLeaderEpoch: number;
}

const ABORT = 0;
const COMMIT = 1;

export function controlBatch(marker: ControlMarker): RecordBatch {
  const { offset, timestampMs, producerId, producerEpoch, partitionLeaderEpoch } = marker;
  const key = Buffer.alloc(4);
  key.writeInt16BE(marker.type === 'commit' ? COMMIT : ABORT, 2);
  const value = Buffer.alloc(6);
  value.writeInt32BE(marker.coordinatorEpoch, 2);
  return batchOf([{ offset, timestampMs, key, value, headers: [] }], {
    partitionLeaderEpoch,
    isTransactional: true,
    isControl: true,
    producerId,
    producerEpoch,
  });
}

/** What a control batch says; undefined for types that clients pass over. */
export function markerOf({ isControl, records }: RecordBatch): ControlMarker['type'] | undefined {
  const key = records[0]?.key;
  if (!isControl || !key || key.length < 4) return undefined;
  const type = key.readInt16BE(2);
  if (type === COMMIT) return 'commit';
  return type === ABORT ? 'abort' : undefined;
}
