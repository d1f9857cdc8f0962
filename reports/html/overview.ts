/** The top of the page: what somebody reads who has ten seconds. */
import type { CampaignResult } from '../../properties/runner/result.ts';
import { campaignCommand } from '../replay.ts';
import { sinceSentences } from '../since.ts';
import { failureLabel, isTrouble, tally, verdictWord, withoutEffect } from '../standing.ts';
import { html, type Markup, nothing } from './markup.ts';
import { command, standingPill, table } from './parts.ts';
import type { Group, PlannedVariant } from './plan.ts';

const TONE = { pass: 'good', fail: 'bad', unknown: 'unsure' } as const;

export function verdictOf(result: CampaignResult, groups: readonly Group[]): Markup {
  const variants = groups.flatMap((group) => group.variants);
  return html`<header class="top ${result.exitCode === 3 ? 'bad' : TONE[result.verdict]}">
<p class="brand">Eddy <span>deterministic chaos testing</span></p>
<h1>${verdictWord(result)}</h1>
<p class="tally">${tally(result)}.</p>
${whatFailed(variants)}${whatIsOpen(variants)}${sinceSentences(result).map(
  (sentence) => html`<p>${sentence}.</p>
`,
)}
<dl class="facts"><div><dt>Seed</dt><dd><code>${result.seed}</code></dd></div><div><dt>Exit code</dt><dd><code>${result.exitCode}</code></dd></div><div class="wide"><dt>Command</dt><dd>${command(campaignCommand(result))}</dd></div></dl>
</header>
<nav aria-label="Scenarios and variants">
${table('Scenarios and variants', ['Scenario', 'Variant', 'Expected', 'Outcome', 'Runs'], variants.map(overviewRow))}
</nav>`;
}

function overviewRow({ id, of, standing, words }: PlannedVariant): Markup {
  const expected = of.expected === 'pass' ? 'pass' : `${of.expected} fails`;
  return html`<tr><td>${of.scenario}</td><th scope="row"><a href="#${id}">${of.variant}</a></th><td>${expected}</td><td>${standingPill(standing, words)}</td><td class="number">${of.runs}</td></tr>
`;
}

function whatFailed(variants: readonly PlannedVariant[]): Markup {
  const lines = variants.flatMap((variant) => [
    ...(variant.of.diverged
      ? [html`<li><a href="#${variant.id}">${nameOf(variant)}</a>: ${variant.of.diverged.says}</li>`]
      : []),
    ...(isTrouble(variant.standing) ? troubles(variant) : []),
  ]);
  return lines.length === 0 ? nothing : html`<ul class="troubles">${lines}</ul>`;
}

function troubles(variant: PlannedVariant): readonly Markup[] {
  if (variant.standing === 'missed' || variant.failures.length === 0)
    return [html`<li><a href="#${variant.id}">${nameOf(variant)}</a> ${variant.words}</li>`];
  return variant.failures.map(
    ({ id, failure }) =>
      html`<li><a href="#${id}">${nameOf(variant)} breaks ${failureLabel(failure)}</a>: ${failure.says}</li>`,
  );
}

/** Why the campaign says less than it could. */
function whatIsOpen(variants: readonly PlannedVariant[]): Markup {
  const lines = variants
    .filter(({ standing }) => standing === 'inconclusive')
    .map((variant) => {
      const unknown = variant.of.properties.filter(({ verdict }) => verdict === 'unknown').map(({ id }) => id);
      const kinds = withoutEffect(variant.of);
      const says = [
        unknown.length > 0 ? `nothing can be said of ${unknown.join(', ')}` : '',
        kinds.length > 0 ? `no effect was seen of ${kinds.join(', ')}` : '',
      ].filter(Boolean);
      return html`<li><a href="#${variant.id}">${nameOf(variant)}</a> is inconclusive${says.length > 0 && `: ${says.join('; ')}`}</li>`;
    });
  return lines.length === 0 ? nothing : html`<ul class="troubles">${lines}</ul>`;
}

function nameOf({ of }: PlannedVariant): string {
  return of.variant === 'correct' ? of.scenario : `${of.scenario} / ${of.variant}`;
}
