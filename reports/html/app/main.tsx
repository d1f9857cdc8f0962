/**
 * The page's program. It reads the result that the page holds, and shows it: the campaign, each scenario's variant, each failure
 * with its minimal run as a space-time diagram. It asks nothing of any network, keeps nothing, and writes where somebody is into
 * the address alone. The plain page stays until the program stands, and if the program fails.
 */
import { render } from 'preact';
import { App } from './app.tsx';
import { readResult } from './data.ts';

async function start(place: HTMLElement): Promise<void> {
  const result = await readResult();
  render(<App result={result} />, place);
  document.getElementById('plain')?.remove();
}

const place = document.getElementById('app');
if (place) void start(place);
