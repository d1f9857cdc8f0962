/** Virtual time across a chart, from 0 to 1: idle stretches squeezed to a sliver, or as long as they were. */
import type { EntryResult } from '../../../../properties/runner/result.ts';
import { fieldsOf, textOf } from '../../../fields.ts';
import { processOf } from './lanes.ts';
import { lastAt, lastsUntilUs } from './lasting.ts';
import { IDLE_US } from './rows.ts';

export interface Scale {
  /** Where an entry stands, by index. */
  x(at: number): number;
  /** The entry at or before a place. */
  at(x: number): number;
  /** Where the squeezed stretches are. */
  readonly gaps: readonly { readonly x: number; readonly us: number }[];
}

/** What an idle stretch is counted as. */
const SLIVER_US = 4_000;

export function scaleOf(entries: readonly EntryResult[], trueTime: boolean): Scale {
  const places = new Float64Array(entries.length);
  const gaps: { at: number; us: number }[] = [];
  let sum = 0;
  for (let at = 1; at < entries.length; at++) {
    const us = (entries[at]?.timeUs ?? 0) - (entries[at - 1]?.timeUs ?? 0);
    const isIdle = !trueTime && us >= IDLE_US;
    if (isIdle) gaps.push({ at, us });
    sum += isIdle ? SLIVER_US : us;
    places[at] = sum;
  }
  const whole = Math.max(1, sum);
  const x = (at: number): number => (places[Math.min(at, places.length - 1)] ?? 0) / whole;
  return {
    x,
    at: (wanted) => {
      let [low, high] = [0, places.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((places[middle] ?? 0) / whole <= wanted) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    gaps: gaps.map(({ at, us }) => ({ x: (x(at - 1) + x(at)) / 2, us })),
  };
}

/** What Eddy did, from one entry to another; where it struck in a moment, both are the same. */
export interface Band {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** That a component is out is said by the fault that put it out, where that says so. */
function isTold({ name, from }: Band, bands: readonly Band[]): boolean {
  const component = name.endsWith(' is out') ? name.slice(0, -'out'.length) : '';
  return (
    component !== '' &&
    bands.some((band) => band.name !== name && band.name.startsWith(component) && Math.abs(band.from - from) < 3)
  );
}

export function bandsOf(entries: readonly EntryResult[]): readonly Band[] {
  const open = new Map<string, number>();
  const bands: Band[] = [];
  const close = (name: string, to: number): void => {
    const from = open.get(name);
    if (from !== undefined) bands.push({ name, from, to });
    open.delete(name);
  };
  for (const [at, entry] of entries.entries()) {
    const { kind, process, data } = entry;
    const fields = fieldsOf(data);
    if (kind === 'fault') {
      const until = lastsUntilUs(entry);
      bands.push({
        name: textOf(fields['sentence']),
        from: at,
        to: until === undefined ? at : lastAt(entries, at, until),
      });
    }
    if (kind === 'outage') open.set(`${textOf(fields['component'])} is out`, at);
    if (kind === 'healed') close(`${textOf(fields['component'])} is out`, at);
    if (kind === 'crashed') open.set(`${processOf(process)} is down`, at);
    if (kind === 'started') close(`${processOf(process)} is down`, at);
  }
  for (const [name, from] of open) bands.push({ name, from, to: entries.length - 1 });
  return bands.filter((band) => !isTold(band, bands)).toSorted((a, b) => a.from - b.from);
}
