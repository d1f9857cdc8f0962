/**
 * The report's page at 100 000 entries, in a real Chromium: how long from opening the file until the diagram stands there, how long
 * frames take while it is scrolled from end to end and how much of that is work (its main thread's own time, which other load on the
 * machine hardly changes), how large the file is.
 *
 * npm run bench:page [-- entries]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { longResult } from './page-result.ts';
import { CHROMIUM, NO_CHROMIUM } from '../reports/html/app/browser.fixture.ts';
import { writeHtml } from '../reports/html.ts';

const OPENINGS = 5;
const FRAMES = 300;
const BARS = { openMs: 1_500, frameMs: 50, bytes: 5_000_000 };

interface Frames {
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
  /** Processor time of the main thread a frame. */
  readonly scriptMs: number;
  readonly layoutMs: number;
}

if (CHROMIUM === undefined) throw new Error(NO_CHROMIUM);
const entries = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'eddy-bench-'));
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
try {
  const html = writeHtml(longResult(entries));
  const path = join(folder, 'index.html');
  writeFileSync(path, html);
  const address = `${pathToFileURL(path).href}#view=failure`;
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const opened: number[] = [];
  for (let n = 0; n < OPENINGS; n++) {
    await page.goto('about:blank');
    await page.goto(address);
    opened.push(await standsAt(page));
  }
  const openMs = opened.toSorted((a, b) => a - b)[OPENINGS >> 1] ?? 0;
  const frames = await scrolled(page);
  // What this machine makes of a page that draws nothing: on one that is busy, that is no 16.7 ms either.
  await page.goto('about:blank');
  await page.setContent('<div class="diagram" style="overflow:auto;height:600px"><div style="height:2600000px">');
  const bare = await scrolled(page);
  say('file', `${(html.length / 1e6).toFixed(2)} MB`, html.length < BARS.bytes);
  say(
    'open',
    `${Math.round(openMs)} ms, median of ${OPENINGS} (${opened.map(Math.round).join(', ')})`,
    openMs < BARS.openMs,
  );
  say('scroll', `${told(frames)}; a bare page beside it: ${told(bare)}`, frames.p95 < BARS.frameMs);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

function told({ median, p95, worst, scriptMs, layoutMs }: Frames): string {
  const took = `${median.toFixed(1)} ms a frame, ${p95.toFixed(1)} at the 95th percentile, ${worst.toFixed(1)} at worst`;
  return `${took}, of these ${scriptMs.toFixed(2)} in scripts and ${layoutMs.toFixed(2)} in style and layout`;
}

function say(what: string, words: string, holds: boolean): void {
  console.log(`${holds ? '✓' : '✗'} ${what.padEnd(7)} ${words}`);
  if (!holds) process.exitCode = 1;
}

/** Milliseconds from the start of the navigation until the first rows have been drawn. */
async function standsAt(page: Page): Promise<number> {
  await page.locator('.row[role=option]').first().waitFor();
  return page.evaluate(
    () => new Promise<number>((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0))),
  );
}

/** What a page's main thread has worked so far, in milliseconds. */
async function worked(session: CDPSession): Promise<Pick<Frames, 'scriptMs' | 'layoutMs'>> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => 1000 * (metrics.find((metric) => metric.name === name)?.value ?? 0);
  return { scriptMs: of('ScriptDuration'), layoutMs: of('LayoutDuration') + of('RecalcStyleDuration') };
}

async function scrolled(page: Page): Promise<Frames> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await worked(session);
  const frames = await framesOf(page);
  const after = await worked(session);
  return {
    ...frames,
    scriptMs: (after.scriptMs - before.scriptMs) / FRAMES,
    layoutMs: (after.layoutMs - before.layoutMs) / FRAMES,
  };
}

/** Scrolls 150 pixels a frame for two thirds of the time, then by a hundredth of the whole each frame. */
function framesOf(page: Page): Promise<Omit<Frames, 'scriptMs' | 'layoutMs'>> {
  return page.evaluate(async (wanted) => {
    const at = document.querySelector('.diagram') as HTMLElement;
    const times: number[] = [];
    let before = 0;
    for (let n = 0; n <= wanted; n++) {
      const now = await new Promise<number>((done) => {
        requestAnimationFrame(() => done(performance.now()));
      });
      if (n > 0) times.push(now - before);
      before = now;
      at.scrollTop += n < (wanted * 2) / 3 ? 150 : at.scrollHeight / 110;
    }
    const sorted = times.toSorted((a, b) => a - b);
    const at95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
    return { median: sorted[sorted.length >> 1] ?? 0, p95: at95, worst: sorted.at(-1) ?? 0 };
  }, FRAMES);
}
