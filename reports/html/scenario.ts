/** A scenario: its story, then a card for each variant. */
import type { FaultCoverage, PropertyResult, SavedReplay, ScenarioResult } from '../../properties/runner/result.ts';
import { isTrouble, propertyLabel } from '../standing.ts';
import { count, shownJson } from '../text.ts';
import { failureBlock } from './failure.ts';
import { html, type Markup, nothing } from './markup.ts';
import { pill, standingPill, table, verdictPill } from './parts.ts';
import type { Group, PlannedVariant } from './plan.ts';

export function scenarioSection({ id, scenario, story, variants }: Group): Markup {
  return html`<section class="scenario" aria-labelledby="${id}">
<h2 id="${id}">${scenario}</h2>
<p class="story">${story}</p>
${variants.map(card)}</section>
`;
}

function card(variant: PlannedVariant): Markup {
  const { id, of, standing, words, failures } = variant;
  const isRight = of.expected === 'pass';
  const facts = [
    `${of.runs} runs`,
    `seed ${of.seed}`,
    ...(of.digest === undefined ? [] : [`digest ${of.digest}`]),
    ...(isRight ? [] : [`expected: ${of.expected} fails`]),
    ...(of.unended ? [of.unended.says] : []),
  ];
  const tables = html`<div class="pair">${propertiesTable(of)}${faultsTable(of)}</div>${model(of)}`;
  return html`<article class="card ${isTrouble(standing) ? 'trouble' : ''}" aria-labelledby="${id}">
<h3 id="${id}"><a class="self" href="#${id}">${of.variant}</a> ${standingPill(standing, words)}</h3>
${of.because !== undefined && html`<p class="because">Wrong: ${of.because}</p>`}<p class="muted">${facts.join(' · ')}</p>
${savedTable(of)}${divergence(of)}${failures.map((failure) => failureBlock(failure))}${isRight ? tables : html`<details><summary>Properties and faults of these runs</summary>${tables}</details>`}
</article>
`;
}

/** What became of the failures saved earlier. */
function savedTable({ saved = [] }: ScenarioResult): Markup {
  if (saved.length === 0) return nothing;
  const row = ({ file, property, name, verdict, says }: SavedReplay): Markup =>
    html`<tr><th scope="row"><code>${file}</code></th><td>${propertyLabel({ id: property, name })}</td><td>${pill(SAVED[verdict], verdict)}<p class="says">${says.join('; ')}</p></td></tr>
`;
  const isOpen = saved.some(({ verdict }) => verdict !== 'fixed' && verdict !== 'moved');
  return html`<details${isOpen && html` open`}><summary>${count(saved.length, 'saved failure')} replayed first</summary>${table('Saved failures', ['File', 'Property', 'Now'], saved.map(row))}</details>`;
}

const SAVED = {
  fixed: 'good',
  moved: 'good',
  reproduced: 'bad',
  diverged: 'bad',
  'no-effect': 'unsure',
  stale: 'unsure',
} as const;

function propertiesTable({ properties }: ScenarioResult): Markup {
  const row = ({ id, name, kind, verdict, exercised, says }: PropertyResult): Markup =>
    html`<tr><th scope="row"><code>${id}</code> ${name !== id && name}${says !== undefined && html`<p class="says">${says}</p>`}</th><td>${kind}</td><td>${verdictPill(verdict)}</td><td class="number">${exercised}</td></tr>
`;
  return table('Properties', ['Property', 'Kind', 'Verdict', 'Runs that exercised it'], properties.map(row));
}

function faultsTable({ faults }: ScenarioResult): Markup {
  const row = ({ kind, planned, reached, tookEffect }: FaultCoverage): Markup =>
    html`<tr class="${tookEffect === 0 && 'weak'}"><th scope="row"><code>${kind}</code></th><td class="number">${planned}</td><td class="number">${reached}</td><td class="number">${tookEffect}${tookEffect === 0 && html` <span class="tag">never</span>`}</td></tr>
`;
  if (faults.length === 0) return nothing;
  return table('Faults tried', ['Kind', 'Planned', 'Reached', 'Took effect'], faults.map(row));
}

/** What the scenario claims, and what it does not: a verdict is worth no more than this. */
function model({ assumes, without }: ScenarioResult): Markup {
  const left = Object.entries(without);
  if (assumes.length + left.length === 0) return nothing;
  return html`<dl class="model">${assumes.length > 0 && html`<dt>Assumes</dt>${assumes.map((text) => html`<dd>${text}</dd>`)}`}${left.length > 0 && html`<dt>Kinds of fault left out</dt>${left.map(([kind, reason]) => html`<dd><code>${kind}</code>: ${reason}</dd>`)}`}</dl>`;
}

function divergence({ diverged }: ScenarioResult): Markup {
  if (!diverged) return nothing;
  const side = (title: string, entry: unknown): Markup =>
    html`<div><h5>${title}</h5><pre>${entry === null ? 'no entry' : shownJson(entry)}</pre></div>`;
  return html`<div class="diverged"><h4>Not deterministic</h4><p>${diverged.says}</p><p class="muted">First difference at entry ${diverged.at}</p><div class="pair">${side('First run', diverged.first)}${side('Second run', diverged.second)}</div></div>`;
}
