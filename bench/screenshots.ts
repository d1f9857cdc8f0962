/**
 * The pictures of the report in docs/images, of campaigns that it makes itself. WebP, since a picture of text is small as that.
 *
 * npm run screenshots
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM, NO_CHROMIUM } from '../reports/html/app/browser.fixture.ts';

const ROOT = join(import.meta.dirname, '..');
const QUALITY = 40;

interface Shot {
  readonly name: string;
  readonly run: readonly string[];
  readonly hash: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
}

const OUTBOX = ['order-outbox', '--variant', 'asks-behind-the-last', '--runs', '100'];
const STREAM = ['order-stream', '--variant', 'all', '--runs', '100'];
const FAILURE = '#view=failure&of=order-outbox-asks-behind-the-last-X2';
const LAYOUT = { width: 1280, height: 860 };
const TALL = { width: 1280, height: 1400 };
const SHOTS: readonly Shot[] = [
  {
    name: 'report',
    run: ['examples/inbox.scenario.ts'],
    hash: '#view=failure',
    size: TALL,
  },
  { name: 'overview', run: STREAM, hash: '' },
  { name: 'variant', run: STREAM, hash: '#view=variant&of=order-stream-correct' },
  { name: 'run', run: OUTBOX, hash: `${FAILURE}&cone=1&event=18`, size: TALL },
  { name: 'run-dark', run: OUTBOX, hash: `${FAILURE}&event=19`, size: TALL, dark: true },
  { name: 'run-narrow', run: OUTBOX, hash: `${FAILURE}&cone=1`, size: { width: 390, height: 844 } },
  { name: 'twin', run: OUTBOX, hash: `${FAILURE}&tab=twin`, size: { width: 1280, height: 1500 } },
  { name: 'charts', run: OUTBOX, hash: `${FAILURE}&tab=charts&event=24`, size: { width: 1280, height: 1000 } },
  { name: 'table', run: OUTBOX, hash: `${FAILURE}&tab=table` },
  { name: 'groups', run: STREAM, hash: '#view=failure&of=order-stream-commits-while-at-work-D1&tab=groups' },
  { name: 'map', run: STREAM, hash: '#view=map' },
  { name: 'faults', run: STREAM, hash: '#view=faults' },
  { name: 'matrix', run: ['matrix', 'payments', '--variant', 'acks-errors', '--items', '1'], hash: '#view=matrix' },
  { name: 'detection', run: STREAM, hash: '#view=detection' },
];

if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM);
const folder = mkdtempSync(join(tmpdir(), 'eddy-pictures-'));
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
  const pages = new Map<string, string>();
  for (const { name, run, hash, size, dark } of SHOTS) {
    const key = run.join(' ');
    const file = pages.get(key) ?? pageOf(run, join(folder, `${pages.size}.html`));
    pages.set(key, file);
    const colorScheme = dark === true ? 'dark' : 'light';
    const page = await browser.newPage({ viewport: size ?? LAYOUT, colorScheme, reducedMotion: 'reduce' });
    await page.goto(`${pathToFileURL(file).href}${hash}`);
    await page.locator('#app h1').first().waitFor();
    await page.locator('text=Reading the history').waitFor({ state: 'detached' });
    if (name === 'run-narrow') await page.locator('.toolbar').evaluate((bar) => bar.scrollIntoView());
    const bytes = await picture(page);
    writeFileSync(join(ROOT, `docs/images/${name}.webp`), bytes);
    console.log(`${name.padEnd(12)} ${Math.round(bytes.length / 1000)} kB`);
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

/** Made where a reader of the project would make it, so that its commands are those. */
function pageOf(run: readonly string[], to: string): string {
  const args = run[0] === 'matrix' ? run : ['run', ...run];
  const { status, stderr } = spawnSync(process.execPath, ['cli/bin.js', ...args], { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0 && status !== 1 && status !== 2) throw new Error(stderr);
  copyFileSync(join(ROOT, 'eddy-report/index.html'), to);
  return to;
}

async function picture(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.enable');
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  return Buffer.from(data, 'base64');
}
