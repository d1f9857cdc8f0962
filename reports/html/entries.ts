/** The entries of the time line again as a table, with all that they hold. */
import type { EntryResult, FailureResult } from '../../properties/runner/result.ts';
import { clip, count, shownJson } from '../text.ts';
import { duration } from '../time.ts';
import { wordsOf } from '../words.ts';
import type { Chosen } from './chosen.ts';
import { html, type Markup } from './markup.ts';
import { table } from './parts.ts';

/** A payload of a megabyte is a payload to look at in result.json. */
const DATA_MAX = 8_000;

export function entriesTable({ evidence }: FailureResult, { entries, cut }: Chosen, id: string): Markup {
  const shown = new Set(entries.map(({ n }) => n));
  const proof = new Set(evidence);
  const rows = entries.map((entry) => row(entry, id, shown, proof.has(entry.n)));
  const missing = cut > 0 ? `; ${count(cut, 'more entry', 'more entries')} not shown` : '';
  return html`<details class="entries"><summary>${count(entries.length, 'entry', 'entries')} with all data${missing}</summary>
${table('Entries of the minimal run', ['#', 'Time', 'Process', 'Kind', 'What happened', 'Causes', 'Data'], rows)}</details>`;
}

function row(entry: EntryResult, id: string, shown: ReadonlySet<number>, isEvidence: boolean): Markup {
  const causes = entry.causes.map((n) => (shown.has(n) ? html`<a href="#${id}-data-${n}">#${n}</a> ` : html`#${n} `));
  return html`<tr id="${id}-data-${entry.n}" class="${isEvidence && 'evidence'}"><th scope="row" class="number"><a href="#${id}-at-${entry.n}">#${entry.n}</a></th><td class="number">${duration(entry.timeUs)}</td><td>${entry.process}</td><td>${entry.kind}</td><td>${wordsOf(entry)}${isEvidence && html` <span class="tag proof">evidence</span>`}</td><td>${causes}</td><td><details><summary aria-label="Data of entry ${entry.n}">data</summary><pre>${clip(shownJson(entry.data), DATA_MAX)}</pre></details></td></tr>
`;
}
