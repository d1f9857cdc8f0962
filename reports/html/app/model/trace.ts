/** Correlation: which workload item or root message each entry goes back to. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { fieldsOf, textOf } from '../../../fields.ts';

/** The message's type and name by its cause (`OrderPlaced#r934/OrderAccepted#1`), of entries that carry one. */
export function lineageOf({ data }: EntryResult): string {
  return textOf(fieldsOf(fieldsOf(data)['about'])['lineage']);
}

/** The type of the message or event that an entry is about. */
export function typeOf({ data }: EntryResult): string {
  const value = fieldsOf(fieldsOf(data)['value']);
  return textOf(value['type']) || textOf(fieldsOf(value['event'])['type']);
}

/** For each entry the ids that it belongs to: its own, else those of what caused it. */
export function tracesOf(entries: readonly EntryResult[]): readonly (readonly string[])[] {
  const known = new Map<number, readonly string[]>();
  const lists = new Map<string, readonly string[]>();
  return entries.map((entry) => {
    const own = ownTrace(entry);
    const ids = own === '' ? inherited(entry, known) : shared([own], lists);
    known.set(entry.n, ids);
    return ids;
  });
}

function ownTrace(entry: EntryResult): string {
  const lineage = lineageOf(entry);
  if (lineage !== '') {
    const root = lineage.split('/', 1)[0] ?? '';
    return root.slice(root.indexOf('#') + 1);
  }
  return entry.kind === 'sent' || entry.kind === 'sendFailed' ? textOf(fieldsOf(entry.data)['item']) : '';
}

function inherited({ causes }: EntryResult, known: ReadonlyMap<number, readonly string[]>): readonly string[] {
  if (causes.length === 1) return known.get(causes[0] as number) ?? [];
  return [...new Set(causes.flatMap((cause) => known.get(cause) ?? []))];
}

function shared(ids: readonly string[], lists: Map<string, readonly string[]>): readonly string[] {
  const key = ids.join('\n');
  const list = lists.get(key) ?? ids;
  lists.set(key, list);
  return list;
}
