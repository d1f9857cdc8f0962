/** Small pieces that several parts of the page are made of. */
import type { Overall } from '../../properties/runner/result.ts';
import type { Standing } from '../standing.ts';
import { html, type Markup } from './markup.ts';

type Tone = 'good' | 'bad' | 'unsure' | 'quiet';

/** A word with a colour and a sign: the colour alone says nothing. */
export function pill(tone: Tone, words: string): Markup {
  const sign = { good: '✓', bad: '✗', unsure: '?', quiet: '·' }[tone];
  return html`<span class="pill ${tone}"><span aria-hidden="true">${sign}</span> ${words}</span>`;
}

const TONES: Readonly<Record<Standing, Tone>> = {
  holds: 'good',
  caught: 'good',
  inconclusive: 'unsure',
  fails: 'bad',
  missed: 'bad',
  blamed: 'bad',
};

export function standingPill(standing: Standing, words: string): Markup {
  return pill(TONES[standing], words);
}

export function verdictPill(verdict: Overall): Markup {
  return pill(({ pass: 'good', fail: 'bad', unknown: 'unsure' } as const)[verdict], verdict);
}

/** A click selects the whole of it. */
export function command(text: string): Markup {
  return html`<div class="command"><code>${text}</code></div>`;
}

/** A table with a caption for those who cannot see what it stands under. */
export function table(caption: string, heads: readonly string[], rows: readonly Markup[]): Markup {
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table></div>`;
}
