/** The toggle between the minimal run and the run as it was found, in a real browser. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { broken, sampleFailure, sampleResult } from '../../sample.fixture.ts';
import { CHROMIUM, NO_CHROMIUM, type Opened, TheBrowser } from './browser.fixture.ts';

/** A browser takes its time to start on a machine with much else to do. */
const LOADED_MS = 60_000;
const FAILURE = '#view=failure&of=payments-correct-D1';

describe.skipIf(CHROMIUM === undefined)(CHROMIUM === undefined ? NO_CHROMIUM : 'the run as it was found', () => {
  const browser = new TheBrowser();
  let file = '';
  let opened: Opened;
  const rows = () => opened.page.locator('.row[role=option]');
  const hash = () => opened.page.evaluate(() => location.hash);
  const toggle = () => opened.page.getByRole('button', { name: 'As it was found: 2 faults, 5 items' });

  beforeAll(async () => {
    await browser.start();
    file = browser.fileOf(sampleResult([broken()], { verdict: 'fail', exitCode: 1 }));
    opened = await browser.open(file);
  }, LOADED_MS);
  afterAll(() => browser.stop(), LOADED_MS);
  beforeEach(() => opened.go(FAILURE));

  test('takes the place of the minimal one: rows, lanes, evidence, and a line that says so', async () => {
    const { page } = opened;
    await page.locator('#row-3').click();
    await toggle().click();
    expect(await hash()).toBe(`${FAILURE}&original=1`);
    expect(await page.locator('.turned').innerText()).toBe(
      'The run as it was found, before shrinking: 2 faults, 5 items. Its first entries; 40 entries behind them were not kept.',
    );
    expect(await rows().count()).toBe(12);
    expect(await page.locator('.row.evidence').allInnerTexts()).toEqual([
      expect.stringContaining('#10'),
      expect.stringContaining('#11'),
    ]);
    expect(await page.locator('.heads').innerText()).toContain('billing/1');
    // The twin is that of the minimal run.
    expect(await page.getByRole('link', { name: 'Passing twin' }).count()).toBe(0);
    expect(opened.troubles).toEqual([]);
  });

  test('has details, state and filters, and a link restores them', async () => {
    const { page } = opened;
    await opened.go(`${FAILURE}&original=1`);
    await page.locator('#row-11').click();
    const details = page.locator('.details');
    expect(await details.innerText()).toMatch(/#11 inserted[^]*Caused by\s+#2 workload/);
    expect(await details.locator('.state .changed').last().innerText()).toContain('x again');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('button', { name: /^billing\/1, 1: shown/ }).click();
    expect(await rows().count()).toBe(1);
    const other = await browser.open(file, await hash());
    expect(await other.page.locator('.row[role=option]').allInnerTexts()).toEqual(await rows().allInnerTexts());
    expect(await other.page.locator('.details').innerText()).toBe(await details.innerText());
    await other.page.context().close();
  });

  test('is the table as well, until the minimal one is asked for again', async () => {
    const { page } = opened;
    await opened.go(`${FAILURE}&original=1&tab=table`);
    expect(await page.locator('tbody tr').count()).toBe(12);
    expect(await page.locator('.toolbar').innerText()).toContain('40 more were not kept');
    await toggle().click();
    expect(await page.locator('tbody tr').count()).toBe(11);
    expect(await page.locator('.turned').count()).toBe(0);
  });

  test('where it was not kept, the minimal one stays and says so', async () => {
    const found = { run: 1, strategy: 'singles', faults: ['x', 'y', 'z'], items: 5 };
    const failures = [sampleFailure({ found })];
    const older = await browser.open(
      browser.fileOf(sampleResult([{ ...broken(), failures }])),
      '#view=failure&original=1',
    );
    expect(await older.page.locator('.turned').innerText()).toContain('no history was kept');
    expect(await older.page.locator('.row[role=option]').count()).toBe(11);
    await older.page.context().close();
  });
});
