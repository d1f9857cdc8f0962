/** Until when a fault lasts, by its own sentence: `mq is silent from 100 ms to 2 s`, `pause of 90 s before ack`. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { fieldsOf, textOf } from '../../../fields.ts';

const TIME = '([\\d.]+) (µs|ms|s|min|h)';
const WINDOW = new RegExp(`from ${TIME} to ${TIME}`, 'u');
const LONGER = new RegExp(`(?:pause of|takes|answers|comes) ${TIME}`, 'u');
const UNITS: Readonly<Record<string, number>> = { µs: 1, ms: 1e3, s: 1e6, min: 6e7, h: 36e8 };

/** In virtual time; undefined for one that strikes in a moment. */
export function lastsUntilUs({ kind, timeUs, data }: EntryResult): number | undefined {
  if (kind !== 'fault') return undefined;
  const sentence = textOf(fieldsOf(data)['sentence']);
  const [, , , until, unit] = WINDOW.exec(sentence) ?? [];
  if (until !== undefined) return Number(until) * (UNITS[unit ?? ''] ?? 0);
  const [, longer, of] = LONGER.exec(sentence) ?? [];
  return longer === undefined ? undefined : timeUs + Number(longer) * (UNITS[of ?? ''] ?? 0);
}

/** The last entry that is not later, by index. */
export function lastAt(entries: readonly EntryResult[], from: number, untilUs: number): number {
  let at = from;
  while (at + 1 < entries.length && (entries[at + 1]?.timeUs ?? 0) <= untilUs) at++;
  return at;
}
