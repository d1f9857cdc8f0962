/** The page: verdict first, then what went wrong, then every scenario with its variants. */
import { createHash } from 'node:crypto';
import type { CampaignResult } from '../../properties/runner/result.ts';
import { tally, verdictWord } from '../standing.ts';
import { html, trusted } from './markup.ts';
import { verdictOf } from './overview.ts';
import { layOut } from './plan.ts';
import { scenarioSection } from './scenario.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** A second wall behind the escaping: no script but ours runs, and nothing is fetched, whatever got into the page. */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

export function page(result: CampaignResult): string {
  const groups = layOut(result);
  const title = `Eddy: ${verdictWord(result)} (${tally(result)})`;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${verdictOf(result, groups)}
<main>
${groups.map(scenarioSection)}</main>
<footer><p>Eddy ${result.eddy}, result schema ${result.schema}. The same result gives the same page, byte for byte.</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return body.text;
}
