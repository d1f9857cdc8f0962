/** The `records` of Produce and Fetch: batches of any format, one behind the other. */
import { Malformed } from '../bytes/malformed.ts';
import { readBatch, writeBatch } from './batch.ts';
import { readMessageBatch, writeMessages } from './message-set.ts';
import { magicOf, splitEntries } from './split.ts';
import { batchOf, type Magic, type RecordBatch } from './types.ts';
import { type RecordsError, Unreadable } from './unreadable.ts';

export type ReadRecords =
  | { readonly batches: readonly RecordBatch[] }
  /** `says` is for people. */
  | { readonly error: RecordsError; readonly says: string };

export function readRecords(bytes: Buffer | null): ReadRecords {
  try {
    return { batches: joined(splitEntries(bytes ?? Buffer.alloc(0)).map(readEntry)) };
  } catch (error) {
    if (error instanceof Unreadable) return { error: error.error, says: error.message };
    if (error instanceof Malformed) return { error: 'INVALID_RECORD', says: error.message };
    throw error;
  }
}

function readEntry(entry: Buffer): RecordBatch {
  const magic = magicOf(entry);
  if (magic === 2) return readBatch(entry);
  if (magic === 0 || magic === 1) return readMessageBatch(entry);
  throw new Unreadable('CORRUPT_MESSAGE', `there is no format of magic ${magic}`);
}

/** Plain messages side by side are a batch. */
function joined(batches: readonly RecordBatch[]): RecordBatch[] {
  const groups: RecordBatch[][] = [];
  for (const batch of batches) {
    const group = groups.at(-1);
    if (group && isPlainMessage(batch) && isLike(group[0] as RecordBatch, batch)) group.push(batch);
    else groups.push([batch]);
  }
  return groups.map((group) => {
    const [first] = group as [RecordBatch];
    if (group.length === 1) return first;
    const { magic, timestampType } = first;
    return batchOf(
      group.flatMap(({ records }) => records),
      { magic, timestampType },
    );
  });
}

function isPlainMessage({ magic, compression }: RecordBatch): boolean {
  return magic < 2 && compression === 'none';
}

function isLike(a: RecordBatch, b: RecordBatch): boolean {
  return isPlainMessage(a) && a.magic === b.magic && a.timestampType === b.timestampType;
}

/** Fetch responses of old versions get records in the format of their time. Source: KafkaApis, "down-convert". */
export function magicOfFetch(apiVersion: number): Magic {
  if (apiVersion >= 4) return 2;
  return apiVersion >= 2 ? 1 : 0;
}

/** Older formats know neither headers nor producers, and no markers: these are left out. */
export function writeRecords(batches: readonly RecordBatch[], magic: Magic): Buffer {
  if (magic === 2) return Buffer.concat(batches.map(writeBatch));
  return Buffer.concat(batches.filter(({ isControl }) => !isControl).map((batch) => writeMessages(batch, magic)));
}
