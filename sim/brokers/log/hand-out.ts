/** A record comes to a consumer, whichever client it reads with. */
import type { Process } from '../../services/process.ts';
import { type Handed, handOut } from '../handing.ts';
import type { LogRecord } from './record.ts';
import type { LogRuntime } from './runtime.ts';
import type { Place } from './transactions.ts';

/** As which member it was read; of a consumer without a group all but the group are left out. */
export interface ReadBy {
  readonly group: string | undefined;
  readonly generation: number | undefined;
  readonly member: string | undefined;
}

export function handOutRecord(
  runtime: LogRuntime<string>,
  process: Process,
  { topic, partition, record, by }: Place & { readonly record: LogRecord; readonly by: ReadBy },
): Handed {
  const { envelope, offset } = record;
  const { lineage, entry } = envelope;
  return handOut({
    process,
    broker: runtime.name,
    envelope,
    site: (ref) => runtime.deliverySite(ref, topic),
    note: (about, message) =>
      runtime.note(process.label, 'delivered', topic, message, { lineage, ...about }, entry < 0 ? [] : [entry]),
    about: { service: process.service, partition, offset, ...by },
  });
}
