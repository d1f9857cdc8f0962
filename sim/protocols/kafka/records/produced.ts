/** What brokers ask of the records in a Produce request. Source: ProduceRequest.validateRecords, LogValidator. */
import { readRecords, type ReadRecords } from './records.ts';
import type { RecordBatch } from './types.ts';

function refused(says: string): ReadRecords {
  return { error: 'INVALID_RECORD', says };
}

export function readProduced(apiVersion: number, bytes: Buffer | null): ReadRecords {
  const read = readRecords(bytes);
  if ('error' in read) return read;
  const says = apiVersion >= 3 ? wrongWithBatch(apiVersion, read.batches) : wrongWithMessages(apiVersion, read.batches);
  return says === undefined ? read : refused(says);
}

function wrongWithBatch(apiVersion: number, batches: readonly RecordBatch[]): string | undefined {
  const [batch, another] = batches;
  if (!batch || another) return `Produce v${apiVersion} takes exactly one record batch for a partition`;
  if (batch.magic !== 2) return `Produce v${apiVersion} takes record batches of magic 2 alone`;
  if (batch.isControl) return 'clients may not write control records';
  if (batch.records.length === 0) return 'a record batch is empty';
  const { baseOffset, lastOffset, records } = batch;
  if (lastOffset - baseOffset !== records.length - 1 || records.some(({ offset }, n) => offset !== baseOffset + n))
    return 'the offsets of a record batch do not count its records';
  if (batch.producerId >= 0 && (batch.producerEpoch < 0 || batch.baseSequence < 0))
    return 'a batch of an idempotent producer has no epoch or no sequence';
  return undefined;
}

function wrongWithMessages(apiVersion: number, batches: readonly RecordBatch[]): string | undefined {
  if (batches.length === 0) return 'there are no messages';
  if (batches.some(({ magic }) => magic === 2)) return `Produce v${apiVersion} takes no record batches of magic 2`;
  if (batches.some(({ magic }) => magic !== batches[0]?.magic)) return 'messages of two formats stand together';
  return undefined;
}
