/** The minimal run as a space-time diagram: lanes across, entries downwards, each with its words beside it. */
import type { FailureResult } from '../../properties/runner/result.ts';
import { duration } from '../time.ts';
import { wordsOf } from '../words.ts';
import type { Chosen } from './chosen.ts';
import { drawing, LANE_PX, ROW_PX } from './draw.ts';
import { type Lanes, lanesOf } from './lanes.ts';
import { html, type Markup, nothing } from './markup.ts';
import { type EntryRow, isStruck, type Row, rowsOf } from './rows.ts';

export function timeline(failure: FailureResult, chosen: Chosen, id: string): Markup {
  if (chosen.entries.length === 0) return html`<p class="muted">No history was kept of the minimal run.</p>`;
  const lanes = lanesOf(chosen.entries);
  const rows = rowsOf(chosen);
  const evidence = new Set(failure.evidence);
  const slice = new Set(failure.slice);
  return html`<h5 id="${id}-timeline">What happened</h5>
<p class="legend muted"><span class="key bolt">▲</span> fault <span class="key crash">✕</span> crash <span class="key ring">◎</span> evidence <span class="key ring">▌</span> causal slice <span class="key">→</span> to and from components <span class="key cause">⇢</span> what led to it <span class="key" hidden data-script>click a row for its causes and effects, Esc to end</span></p>
<div class="timeline" role="group" aria-labelledby="${id}-timeline" tabindex="0" style="--lanes-px:${lanes.all.length * LANE_PX}px;--lane-px:${LANE_PX}px;--row-px:${ROW_PX}px">
${heads(lanes)}
<div class="body">
${drawing(rows, lanes, evidence)}
<ol class="rows">
${liOf(rows, evidence, slice, id)}</ol>
</div>
</div>`;
}

function heads({ all }: Lanes): Markup {
  const cells = all.map(({ name, what }) => html`<span class="${what}" title="${name} (${what})">${name}</span>`);
  return html`<div class="heads" aria-hidden="true"><span class="time">time</span><div>${cells}</div></div>`;
}

function liOf(
  rows: readonly Row[],
  evidence: ReadonlySet<number>,
  slice: ReadonlySet<number>,
  id: string,
): readonly Markup[] {
  let before = '';
  return rows.map((row) => {
    if (row.what === 'rest') return nothing;
    if (row.what === 'gap')
      return html`<li class="gap"><span class="time"></span><span class="what">${row.words}</span></li>
`;
    const time = duration(row.entry.timeUs);
    const shown = time === before ? '' : time;
    before = time;
    const { n } = row.entry;
    return entryRow(row, shown, { isEvidence: evidence.has(n), led: slice.has(n) }, id);
  });
}

interface Role {
  readonly isEvidence: boolean;
  /** It led to the evidence. */
  readonly led: boolean;
}

function entryRow({ entry, isTall }: EntryRow, time: string, { isEvidence, led }: Role, id: string): Markup {
  const words = wordsOf(entry);
  const classes = [isStruck(entry) && 'struck', isEvidence && 'evidence', led && 'led', isTall && 'tall']
    .filter(Boolean)
    .join(' ');
  const tags = html`${entry.kind === 'fault' && html`<span class="tag needed">fault</span> `}${isEvidence && html`<span class="tag proof">evidence</span> `}`;
  return html`<li id="${id}-at-${entry.n}" class="${classes}" data-n="${entry.n}" data-causes="${entry.causes.join(' ')}"><span class="time">${time}</span><span class="what" title="${words}"><a class="n" href="#${id}-data-${entry.n}" aria-label="#${entry.n}, its data">#${entry.n}</a> ${tags}<span class="who">${entry.process}</span> ${words}</span></li>
`;
}
