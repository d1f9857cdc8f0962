/**
 * The page: one file that opens from disk. It holds three things. What a reader needs without a script, as plain HTML: verdict,
 * counts, seed, command, every scenario, every minimal counterexample. The data, compressed (pack.ts). And the program
 * (app/main.tsx) that reads the data and puts itself in the place of the plain HTML.
 */
import { createHash } from 'node:crypto';
import type { CampaignResult } from '../../properties/runner/result.ts';
import { tally, verdictWord } from '../standing.ts';
import { html, type Markup, trusted } from './markup.ts';
import { verdictOf } from './overview.ts';
import { packed } from './pack.ts';
import { layOut } from './plan.ts';
import { scenarioSection } from './scenario.ts';
import { shell } from './shell.ts';
import { STYLE } from './style/style.ts';

/** A second wall behind the escaping: no script but ours runs, and nothing is fetched, whatever got into the page. */
function policy(script: string): string {
  return [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

export function page(result: CampaignResult): string {
  const groups = layOut(result);
  const script = `\n${shell()}`;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Eddy: ${verdictWord(result)} (${tally(result)})</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<div id="plain">
${verdictOf(result, groups)}
<main>
${groups.map(scenarioSection)}</main>
<footer><p>Eddy ${result.eddy}, result schema ${result.schema}. The same result gives the same page, byte for byte.</p></footer>
</div>
<div id="app"></div>
${data(result)}
<script>${trusted(script)}</script>
</body>
</html>
`;
  return body.text;
}

/** Base64 holds nothing that could end the element. */
function data(result: CampaignResult): Markup {
  const { head, logs } = packed(result);
  const block = (id: string, text: string): Markup =>
    html`<script type="application/octet-stream" id="${id}">${trusted(text)}</script>
`;
  return html`${block('eddy-result', head)}${logs.map((log, nth) => block(`eddy-log-${nth}`, log))}`;
}
