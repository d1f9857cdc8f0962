/** A failure as it reads without a script: what it says, what it takes, how to see it again, and what happened in which order. */
import type { EntryResult, FailureResult } from '../../properties/runner/result.ts';
import { replayCommands } from '../replay.ts';
import { failureLabel, threwWords } from '../standing.ts';
import { clip, count, shownList } from '../text.ts';
import { duration } from '../time.ts';
import { wordsOf } from '../words.ts';
import { chosenEntries } from './chosen.ts';
import { html, type Markup, nothing } from './markup.ts';
import { command } from './parts.ts';
import type { PlannedFailure } from './plan.ts';

/** The program shows all of it. */
const WORKLOAD_MAX = 4_000;
const ENTRIES_MAX = 60;

export function failureBlock({ id, failure }: PlannedFailure): Markup {
  const takes = failure.faults.length === 0 ? 'without any fault' : `with ${count(failure.faults.length, 'fault')}`;
  return html`<section class="failure" aria-labelledby="${id}">
<h4 id="${id}">${failureLabel(failure)} fails ${takes}, ${count(failure.workload.length, 'item')}</h4>
<p class="says big">${failure.says}</p>
${failure.happened !== undefined && html`<p class="happened"><strong>What happened:</strong> ${failure.happened}.</p>`}
${failure.thrown !== undefined && html`<p class="happened"><strong>Nobody caught:</strong> ${threwWords(failure.thrown)}.</p>`}
<div class="pair">
<div>${faultList(failure)}${replay(failure)}</div>
<div><h5>Workload: ${count(failure.workload.length, 'item')}</h5><pre>${clip(shownList(failure.workload), WORKLOAD_MAX)}</pre></div>
</div>
${ending(failure)}${entries(failure)}
</section>
`;
}

function faultList({ faults }: FailureResult): Markup {
  if (faults.length === 0) return html`<h5>What it takes</h5><p>No fault at all: the workload alone breaks it.</p>`;
  const items = faults.map(
    ({ sentence, kind, needed }) =>
      html`<li><code class="sentence">${sentence}</code> ${needed ? html`<span class="tag needed">needed</span>` : html`<span class="tag">not needed</span>`} <span class="muted">${kind}</span></li>`,
  );
  return html`<h5>What it takes</h5><ol class="faults">${items}</ol>`;
}

function replay(failure: FailureResult): Markup {
  const commands = replayCommands(failure);
  if (!commands) return html`<h5>Replay</h5><p>Nothing was saved that replays it: run the campaign again.</p>`;
  return html`<h5>Replay</h5>${command(commands.installed)}${command(commands.clone)}`;
}

/** A run that went quiet needs no word; one that did not says who hung where. */
function ending({ outcome, why }: FailureResult): Markup {
  if (outcome === 'quiet' && why.length === 0) return nothing;
  const words = { quiet: 'The run went quiet', stuck: 'The run got stuck', bound: 'The run passed a bound' }[outcome];
  return html`<p class="ending"><strong>${words}</strong>${why.length > 0 && `: ${why.join('; ')}`}</p>`;
}

function entries(failure: FailureResult): Markup {
  const chosen = chosenEntries(failure, ENTRIES_MAX);
  if (chosen.entries.length === 0) return html`<p class="muted">No history was kept of the minimal run.</p>`;
  const evidence = new Set(failure.evidence);
  const left =
    chosen.cut > 0 && html`<p class="muted">${count(chosen.cut, 'entry', 'entries')} more not shown here.</p>`;
  return html`<h5>What happened</h5><ol class="happenings">
${chosen.entries.map((entry) => happening(entry, evidence.has(entry.n)))}</ol>${left}`;
}

function happening(entry: EntryResult, isEvidence: boolean): Markup {
  const tags = html`${entry.kind === 'fault' && html`<span class="tag needed">fault</span> `}${isEvidence && html`<span class="tag proof">evidence</span> `}`;
  return html`<li class="${isEvidence && 'evidence'}"><span class="time">${duration(entry.timeUs)}</span> ${tags}<span class="who">${entry.process}</span> ${wordsOf(entry)}</li>
`;
}
