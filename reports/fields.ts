/** Reads what an entry's data holds, whatever it holds: a report never fails on the run that it explains. */
import type { EntryResult } from '../properties/runner/result.ts';
import { shownJson } from './text.ts';

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A text or number as text; empty for anything else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

/** The component that the entry is about, when it is about one. */
export function componentOf({ data }: EntryResult): string | undefined {
  const { component } = fieldsOf(data);
  return typeof component === 'string' ? component : undefined;
}

export function channelsOf({ data }: EntryResult): readonly string[] {
  const { channels } = fieldsOf(data);
  return Array.isArray(channels) ? channels.filter((name) => typeof name === 'string') : [];
}

/** Fields as `a 1, b "x"`, for kinds that have no words of their own. */
export function inShort(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : shownJson(value, 0)}`)
    .join(', ');
}
