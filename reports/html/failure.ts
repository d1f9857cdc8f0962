/** A failure explained: what it says, what it takes, how to see it again, and what happened in which order. */
import type { FailureResult } from '../../properties/runner/result.ts';
import { replayCommands } from '../replay.ts';
import { failureLabel, foundWords } from '../standing.ts';
import { clip, count, shownList } from '../text.ts';
import { chosenEntries } from './chosen.ts';
import { entriesTable } from './entries.ts';
import { html, type Markup, nothing } from './markup.ts';
import { command } from './parts.ts';
import type { PlannedFailure } from './plan.ts';
import { timeline } from './timeline.ts';
import { twinBlock } from './twin.ts';

/** More is no explanation; result.json has it all. */
const WORKLOAD_MAX = 40_000;

export function failureBlock({ id, failure, open }: PlannedFailure): Markup {
  const chosen = chosenEntries(failure);
  const takes = failure.faults.length === 0 ? 'without any fault' : `with ${count(failure.faults.length, 'fault')}`;
  return html`<details class="failure" id="${id}"${open && html` open`}>
<summary><h4>${failureLabel(failure)} fails ${takes}, ${count(failure.workload.length, 'item')}</h4></summary>
<p class="says big">${failure.says}</p>
${failure.happened !== undefined && html`<p class="happened"><strong>What happened:</strong> ${failure.happened}.</p>`}
<div class="pair">
<div>${faultList(failure)}${replay(failure)}</div>
<div>${workload(failure)}</div>
</div>
${ending(failure)}${timeline(failure, chosen, id)}
${twinBlock(failure)}
${entriesTable(failure, chosen, id)}
${foundAs(failure)}
</details>
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
  return html`<h5>Replay</h5>${command(commands.installed)}<details class="small"><summary>In a clone of the project</summary>${command(commands.clone)}</details>`;
}

function workload({ workload: items }: FailureResult): Markup {
  return html`<h5>Workload: ${count(items.length, 'item')}</h5><pre tabindex="0" role="group" aria-label="Minimal workload">${clip(shownList(items), WORKLOAD_MAX)}</pre>`;
}

/** A run that went quiet needs no word; one that did not says who hung where. */
function ending({ outcome, why }: FailureResult): Markup {
  if (outcome === 'quiet' && why.length === 0) return nothing;
  const words = { quiet: 'The run went quiet', stuck: 'The run got stuck', bound: 'The run passed a bound' }[outcome];
  return html`<p class="ending"><strong>${words}</strong>${why.length > 0 && `: ${why.join('; ')}`}</p>`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function foundAs(failure: FailureResult): Markup {
  const { found, faults, workload: items, neighbourhood, digest, seed } = failure;
  const before = `${count(found.faults.length, 'fault')} and ${count(found.items, 'item')}`;
  const after = `${count(faults.length, 'fault')} and ${count(items.length, 'item')}`;
  const { runs, failed } = neighbourhood;
  return html`<p class="muted">${capital(foundWords(failure))}${found.strategy !== 'saved' && html` with ${before}; shrunk to ${after}`}.${runs > 0 && ` Of ${count(runs, 'run')} of this plan under other seeds, ${failed} fail too.`} Seed ${seed}, digest <code>${digest}</code>.</p>
${found.faults.length > 0 && html`<details class="small"><summary>The faults before shrinking</summary><ol class="faults">${found.faults.map((sentence) => html`<li><code class="sentence">${sentence}</code></li>`)}</ol></details>`}`;
}
