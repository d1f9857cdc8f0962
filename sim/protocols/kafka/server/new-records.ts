/** Records as a client sends them become records of the log: bytes are kept, and what checks see is read from them. */
import { readJson } from '../../../json.ts';
import type { Moment } from '../../../kernel/context.ts';
import { type Draft, draftOf } from '../../../brokers/draft.ts';
import type { NewRecord } from '../../../brokers/log/record.ts';
import type { LogRuntime } from '../../../brokers/log/runtime.ts';
import { envelopeOf } from '../../../brokers/log/observe.ts';
import type { RecordBatch, WireRecord } from '../records/types.ts';
import { toUs } from './clock.ts';

export interface Drafted {
  readonly draft: Draft;
  readonly moment: Moment;
  /** One of its own each time it is appended. */
  make(): NewRecord;
}

export function draftsOf(
  log: LogRuntime<string>,
  topic: string,
  batches: readonly RecordBatch[],
  moment: Moment,
): readonly Drafted[] {
  const isStamped = log.cluster.topic(topic)?.shape.timestamps === 'append';
  const all = batches.flatMap(({ records }) => records);
  return all.map((record) => drafted(log, topic, record, moment, isStamped));
}

function drafted(
  log: LogRuntime<string>,
  topic: string,
  record: WireRecord,
  moment: Moment,
  isStamped: boolean,
): Drafted {
  const text = record.value === null ? 'null' : record.value.toString('utf8');
  const key = record.key === null ? undefined : record.key.toString('utf8');
  const headers = headersOf(record);
  const draft = draftOf(moment, log.identify, bodyOf(text), { text, headers, key, typeElse: topic });
  const raw = {
    key: copyOf(record.key),
    value: copyOf(record.value),
    headers: record.headers.map(({ key, value }) => ({ key, value: copyOf(value) })),
  };
  const isTimed = record.timestampMs >= 0 && !isStamped;
  const made = {
    ...(key !== undefined && { key }),
    tombstone: record.value === null,
    raw,
    ...(isTimed && { timeUs: toUs(record.timestampMs, log.simulation.world) }),
  };
  return { draft, moment, make: () => ({ ...made, envelope: envelopeOf(draft) }) };
}

/** Of several headers with one name the last one counts here; consumers get them all. */
function headersOf({ headers }: WireRecord): Record<string, string> {
  return Object.fromEntries(headers.map(({ key, value }) => [key, value === null ? '' : value.toString('utf8')]));
}

/** What cannot be parsed identifies as a text. */
function bodyOf(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return text;
  }
}

/** The frame's own bytes are the client's. */
function copyOf(bytes: Buffer | null): Uint8Array | null {
  return bytes && Buffer.from(bytes);
}
