/** The passing twin beside the failing run: aligned on what is equal, the first difference marked. */
import type { EntryResult, FailureResult, TwinResult } from '../../properties/runner/result.ts';
import { count } from '../text.ts';
import { duration } from '../time.ts';
import { wordsOf } from '../words.ts';
import { aligned, type Pair } from './alignment.ts';
import { html, type Markup, nothing } from './markup.ts';
import { table } from './parts.ts';

/** Rows that are equal, shown before the first difference. */
const BEFORE = 3;
const ENTRIES_MAX = 120;

export function twinBlock({ twin, history, slice, faults }: FailureResult): Markup {
  if (!twin) return nothing;
  const before = history.filter(({ n }) => n < twin.partsAt);
  const equal = before.slice(-BEFORE).map((entry): Pair => ({ run: entry, twin: entry }));
  const run = history.filter(({ n }) => n >= twin.partsAt);
  const pairs = aligned(run.slice(0, ENTRIES_MAX), twin.history.slice(0, ENTRIES_MAX));
  const cone = new Set(slice);
  const rows = [
    ...equal.map((pair) => row(pair, cone, '')),
    ...pairs.map((pair, n) => row(pair, cone, markOf(pair, n))),
  ];
  const left = run.length + twin.history.length + twin.entriesCut - pairs.reduce((sum, pair) => sum + sizeOf(pair), 0);
  return html`<details class="twin" open><summary><h5>Passing twin: ${whatDiffers(twin, faults.length)}</h5></summary>
<p class="muted">${count(twin.partsAt, 'entry', 'entries')} before are equal in both.${left > 0 && ` ${count(left, 'entry', 'entries')} behind are not shown.`} Coloured on the left: what led to the violation.</p>
${table('The failing run and its passing twin', ['Time', 'This run', 'Time', 'The twin'], rows)}</details>`;
}

function whatDiffers({ without, seed, verdict }: TwinResult, faults: number): Markup {
  const ends = verdict === 'pass' ? 'the property holds' : 'the property does not fail';
  if (without === undefined) return html`under seed ${seed} ${ends}`;
  return faults === 1 ? html`without the fault ${ends}` : html`without <code>${without}</code> ${ends}`;
}

function markOf({ run, twin }: Pair, n: number): string {
  return n === 0 ? 'first' : run && twin ? '' : 'differs';
}

function sizeOf({ run, twin }: Pair): number {
  return Number(run !== undefined) + Number(twin !== undefined);
}

function row({ run, twin }: Pair, cone: ReadonlySet<number>, mark: string): Markup {
  const tag = mark === 'first' && html`<span class="tag needed">first difference</span> `;
  const led = run !== undefined && cone.has(run.n);
  return html`<tr class="${mark}">${cells(run, tag, led)}${cells(twin, false, false)}</tr>
`;
}

function cells(entry: EntryResult | undefined, tag: Markup | false, led: boolean): Markup {
  if (!entry) return html`<td class="none"></td><td class="none">${tag}</td>`;
  return html`<td class="number">${duration(entry.timeUs)}</td><td class="${led && 'led'}">${tag}<span class="who">${entry.process}</span> ${wordsOf(entry)}</td>`;
}
