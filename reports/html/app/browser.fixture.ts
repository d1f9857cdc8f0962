/** A real Chromium for the specs of the page: one for all of them. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { CampaignResult } from '../../../properties/runner/result.ts';
import { writeHtml } from '../../html.ts';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
];

/** Debian's, Ubuntu's or Google's; elsewhere it is named by `CHROMIUM`. */
export const CHROMIUM = [process.env['CHROMIUM'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));

export const NO_CHROMIUM =
  'the page is not tried in a browser: there is no Chromium (apt-get install chromium, or CHROMIUM=path)';

export interface Opened {
  readonly page: Page;
  /** Errors of the page and its console, and every request but that for the page itself: none is wanted. */
  readonly troubles: string[];
  /** Goes to another place of the same page without loading it anew. */
  go(hash: string): Promise<void>;
}

export class TheBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'eddy-page-'));
  #browser: Browser | undefined;
  #files = 0;

  async start(): Promise<void> {
    this.#browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox', '--disable-gpu'] });
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Writes the result's page and gives its address. */
  fileOf(result: CampaignResult): string {
    const path = join(this.#folder, `${++this.#files}.html`);
    writeFileSync(path, writeHtml(result));
    return pathToFileURL(path).href;
  }

  context(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
    if (!this.#browser) throw new Error('not started');
    return this.#browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  }

  async open(file: string, hash = '', options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
    const context = await this.context({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
    const page = await context.newPage();
    const troubles: string[] = [];
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') troubles.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(file) && !request.url().startsWith('blob:')) troubles.push(request.url());
    });
    await page.goto(`${file}${hash}`);
    const go = async (to: string): Promise<void> => {
      await page.evaluate((address) => {
        location.hash = address;
      }, to);
      await settled(page);
    };
    if (options.javaScriptEnabled !== false) await settled(page);
    return { page, troubles, go };
  }
}

/** The program has drawn what the address says: its next frame has come. */
async function settled(page: Page): Promise<void> {
  await page.locator('#app main').waitFor();
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0)))),
  );
  await page.locator('text=Reading the history').waitFor({ state: 'detached' });
}
