/** The page in a real browser, opened from disk: every view, in both colour schemes, by mouse and by keyboard. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { broken, hostile, POISON, sampleFailure, sampleHistory, sampleResult } from '../../sample.fixture.ts';
import type { EntryResult } from '../../../properties/runner/result.ts';
import { CHROMIUM, NO_CHROMIUM, type Opened, TheBrowser } from './browser.fixture.ts';
import { everyView } from './views.fixture.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A browser takes its time to start on a machine with much else to do. */
const LOADED_MS = 60_000;

const BROKEN = '#view=failure&of=payments-correct-D1';
const STREAM = '#view=failure&of=stream-correct-G1';

/** Every view, with something that only it shows. */
const VIEWS = {
  '#': '2 new failures: payments (correct) D1 no-loss',
  '#view=variant&of=stream-correct': 'Safety: nothing bad happens',
  '#view=map&of=stream-correct': 'Seeds by kinds of fault',
  '#view=faults': 'Faults that took effect',
  '#view=matrix': 'Operations by faults',
  '#view=detection': 'Runs to catch, in this campaign',
  [BROKEN]: 'Minimal workload',
  [`${BROKEN}&cone=1`]: 'Nobody caught',
  [`${BROKEN}&event=4&original=1`]: 'shrunk away',
  [`${BROKEN}&original=1&tab=table`]: 'The run as it was found',
  [`${BROKEN}&cone=1&kind=%2Bdelivered`]: 'Types of message',
  [`${BROKEN}&tab=twin`]: 'first difference',
  [`${BROKEN}&tab=charts&event=4`]: 'In flight',
  [`${BROKEN}&tab=table`]: 'Entries of the run',
  [`${STREAM}&time=true`]: 'workers/1',
  [`${STREAM}&tab=groups`]: 'generation 2',
} as const;

describe.skipIf(CHROMIUM === undefined)(CHROMIUM === undefined ? NO_CHROMIUM : 'the page in Chromium', () => {
  const browser = new TheBrowser();
  let file = '';
  let opened: Opened;

  beforeAll(async () => {
    await browser.start();
    file = browser.fileOf(everyView());
    opened = await browser.open(file);
  }, LOADED_MS);
  afterAll(() => browser.stop(), LOADED_MS);

  describe('every view', () => {
    test.each(['light', 'dark'] as const)(
      'stands, asks nobody, complains of nothing, and axe finds nothing (%s)',
      async (colorScheme) => {
        const { page, troubles, go } = opened;
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.evaluate(AXE);
        const violations: string[] = [];
        for (const [hash, shown] of Object.entries(VIEWS)) {
          await go(hash);
          expect(await page.locator('#app').innerHTML(), hash).toContain(shown);
          violations.push(...(await found(opened)).map((text) => `${hash} ${text}`));
        }
        expect(violations).toEqual([]);
        expect(troubles).toEqual([]);
      },
    );

    test('stands on a narrow screen without moving sideways', async () => {
      const { page, go } = opened;
      await page.setViewportSize({ width: 390, height: 844 });
      for (const hash of Object.keys(VIEWS)) {
        await go(hash);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), hash).toBeLessThanOrEqual(390);
      }
      await page.setViewportSize({ width: 1280, height: 900 });
    });
  });

  describe('the run explorer', () => {
    const rows = () => opened.page.locator('.row[role=option]');
    const chosen = () => opened.page.locator('.row[aria-selected=true]');
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await opened.page.keyboard.press(key);
    };
    const hash = () => opened.page.evaluate(() => location.hash);
    const copied = () => opened.page.evaluate(() => navigator.clipboard.readText());
    beforeEach(async () => {
      await opened.go(BROKEN);
      await opened.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    });

    test('a row shows what it holds, what caused it and what it led to; the rest fades; the state is marked', async () => {
      const { page } = opened;
      await page.locator('#row-3').click();
      expect(await chosen().innerText()).toContain('#3');
      const details = page.locator('.details');
      expect(await details.innerText()).toMatch(/Caused by\s+#2 workload\/0/);
      expect(await details.innerText()).toMatch(/Led to\s+#4 billing\/0/);
      expect(await details.locator('pre').first().innerText()).toContain('"service": "billing"');
      expect(await details.locator('.state .changed').allInnerTexts()).toEqual([
        'changed',
        expect.stringContaining('with billing/0'),
      ]);
      expect(await page.locator('.row.dim').count()).toBe(4);
      expect(await hash()).toContain('event=3');
      await details.getByRole('button', { name: /#2/ }).click();
      expect(await chosen().innerText()).toContain('#2');
    });

    test('keys go through it', async () => {
      await press('j', 'j', 'ArrowDown');
      expect(await chosen().innerText()).toContain('#2');
      await press('k');
      expect(await chosen().innerText()).toContain('#1');
      await press('End');
      expect(await chosen().innerText()).toContain('#10');
      await press('Home', 'n');
      expect(await chosen().innerText()).toContain('#2');
      await press('n', 'n');
      expect(await chosen().innerText()).toContain('#5');
      await press('N', 'c');
      expect(await chosen().innerText()).toContain('#3');
      await press('e');
      expect(await chosen().innerText()).toContain('#4');
      await press('x');
      expect(await hash()).toContain('cone=1');
      expect(await rows().count()).toBe(5);
      await press('x', 't');
      expect(await hash()).toContain('time=true');
      await press('t', '+', '+');
      expect(await hash()).toContain('zoom=2');
      await press('0', 'Escape');
      expect(await hash()).toBe(BROKEN);
      expect(await opened.page.locator('[aria-activedescendant]').count()).toBe(0);
    });

    test('keys that are typed into a field stay there', async () => {
      await press('/', 'j', 'x');
      expect(await opened.page.locator('#search').inputValue()).toBe('jx');
      expect(await hash()).toBe(`${BROKEN}&text=jx`);
    });

    test('the sheet of keys opens and closes', async () => {
      const sheet = opened.page.getByRole('dialog', { name: 'Keys' });
      await press('?');
      expect(await sheet.isVisible()).toBe(true);
      await press('j');
      expect(await hash()).toBe(BROKEN);
      expect(await found(opened)).toEqual([]);
      await press('Escape');
      expect(await sheet.isVisible()).toBe(false);
    });

    test('where distances are time, a press on a mark chooses it and not the row that stands on it', async () => {
      const { page } = opened;
      await opened.go(`${BROKEN}&time=true&zoom=-3`);
      // The second entry is so near to the first that it has no room for words; its mark is in the lane of the workload.
      const row = (await page.locator('#row-1').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const lanes = (await page.locator('.lines').boundingBox()) ?? row;
      expect(await page.locator('#row-1').innerText()).toBe('');
      await page.mouse.click(lanes.x + lanes.width / 8, row.y + row.height / 2);
      expect(await hash()).toContain('event=1');
    });

    test('filters show only what is asked for, or all but that', async () => {
      const { page } = opened;
      await press('f');
      const pick = (name: RegExp) => page.locator('.filters').getByRole('button', { name });
      await pick(/^delivered, 1: shown/).click();
      expect(await rows().allInnerTexts()).toEqual([expect.stringContaining('delivered')]);
      await pick(/^delivered, 1: only these/).click();
      expect(await rows().count()).toBe(10);
      await pick(/^delivered, 1: hidden/).click();
      expect(await rows().count()).toBe(11);
      await pick(/^billing\/0, 7: shown/).click();
      expect(await rows().count()).toBe(7);
      await pick(/^p1, /).click();
      expect(await rows().count()).toBe(5);
      await pick(/^PaymentRequested, /).click();
      expect(await rows().count()).toBe(3);
      await page.locator('#search').fill('redelivered');
      expect(await rows().count()).toBe(1);
      expect(await page.locator('.row.gap').first().innerText()).toContain('hidden');
      await pick(/^Show everything/).click();
      expect(await rows().count()).toBe(11);
      await press('f');
    });

    test('a link restores all of it in another window', async () => {
      const { page } = opened;
      await page.locator('#search').fill('billing');
      await press('Tab', 'Escape');
      await opened.go(`${BROKEN}&event=4&kind=-fault&cone=1&zoom=-2&text=acked`);
      await page.getByRole('button', { name: 'Copy a link to what is shown' }).click();
      const link = await copied();
      const other = await browser.open(link.replace(/#.*/, ''), link.replace(/^[^#]*/, ''));
      expect(await other.page.locator('.row[role=option]').allInnerTexts()).toEqual(await rows().allInnerTexts());
      expect(await other.page.locator('.details').innerText()).toBe(await page.locator('.details').innerText());
      expect(other.troubles).toEqual([]);
      await other.page.context().close();
    });

    test('hands out the replay command, a Mermaid diagram and a picture', async () => {
      const { page } = opened;
      await page.getByRole('button', { name: /^Copy the command npx eddy repro/ }).click();
      expect(await copied()).toBe('npx eddy repro eddy-report/repros/payments.json');
      await opened.go(`${BROKEN}&cone=1`);
      await press('m');
      await page.getByText('Mermaid diagram copied').waitFor();
      expect(await copied()).toMatch(
        /^sequenceDiagram\n  participant L0 as workload\n[^]*L1-->>L2: 82\.6 ms PaymentRequested p1 delivered[^]*Note over L2: ⚡/,
      );
      const download = page.waitForEvent('download');
      await press('s');
      const path = await (await download).path();
      const svg = readFileSync(path, 'utf8');
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(svg.match(/class="ring"/g)).toHaveLength(2);
      expect(
        await page.evaluate(
          (text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror'),
          svg,
        ),
      ).toBe(null);
    });

    test('the wheel with Ctrl zooms, a drag on the lanes pans, the map beside it goes there', async () => {
      const { page } = opened;
      await opened.go(`${BROKEN}&zoom=9`);
      await page.locator('.minimap').scrollIntoViewIfNeeded();
      const canvas = page.locator('.diagram');
      const box = (await canvas.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      await page.mouse.move(box.x + 200, box.y + 200);
      await page.keyboard.down('Control');
      await page.mouse.wheel(0, 100);
      await page.keyboard.up('Control');
      await expect.poll(hash).toContain('zoom=8');
      const top = () => canvas.evaluate((element) => element.scrollTop);
      const map = (await page.locator('.minimap').boundingBox()) ?? box;
      await page.mouse.click(map.x + 20, map.y + map.height - 2);
      const low = await top();
      expect(low).toBeGreaterThan(0);
      const lanes = (await page.locator('.lines').boundingBox()) ?? box;
      await page.mouse.move(lanes.x + 20, box.y + 200);
      await page.mouse.down();
      await page.mouse.move(lanes.x + 20, box.y + 230, { steps: 3 });
      await page.mouse.up();
      expect(await top()).toBe(low - 30);
      expect(await hash()).not.toContain('event');
      await page.mouse.click(map.x + 20, map.y + 2);
      expect(await top()).toBe(0);
    });
  });

  test('charts and groups say what is at the chosen entry', async () => {
    const { page, go } = opened;
    await go(`${BROKEN}&tab=charts`);
    await page.getByRole('slider').fill('3');
    expect(await page.locator('.chart').first().innerText()).toContain('here, at most');
    await page
      .locator('.chart svg[role=img]')
      .first()
      .click({ position: { x: 5, y: 20 } });
    expect(await page.evaluate(() => location.hash)).toContain('event=0');
    await go(`${STREAM}&tab=groups`);
    await page.getByRole('button', { name: 'generation 2' }).click();
    expect(await page.evaluate(() => location.hash)).toContain('event=9');
    expect(await page.locator('[role=img][aria-label*="orders/1: workers/1-1, then workers/0-1"]').count()).toBe(1);
  });

  test('the twin folds equal rows up and names what differs', async () => {
    const { page, go } = opened;
    await go(`${BROKEN}&tab=twin`);
    expect(await page.locator('tr.first').innerText()).toContain('first difference');
    expect(await page.locator('tr.fold').innerText()).toBe('2 equal rows');
    await page.getByRole('button', { name: 'Equal rows, too' }).click();
    expect(await page.locator('tr.fold').count()).toBe(0);
    expect(await page.locator('td.led').count()).toBe(5);
  });

  test('on paper the whole run stands, and nothing to press', async () => {
    const history = Array.from({ length: 300 }, (_, n) => ({ ...sampleHistory()[0], n }) as EntryResult);
    const failure = sampleFailure({ history, evidence: [299] });
    const printed = await browser.open(
      browser.fileOf(sampleResult([{ ...broken(), failures: [failure] }])),
      '#view=failure',
    );
    const { page } = printed;
    expect(await page.locator('.row[role=option]').count()).toBeLessThan(100);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.locator('#row-299').waitFor();
    expect(await page.locator('.row[role=option]').count()).toBe(300);
    expect(await page.locator('.button:visible').count()).toBe(0);
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(27, 35, 48)');
    await page.context().close();
  });

  test('what overtook in a race belongs to the cone', async () => {
    const rows = (order: readonly string[]): EntryResult[] =>
      order.map((id, n) => ({
        n,
        timeUs: n * 1_000,
        process: `orders/${id}`,
        kind: 'inserted',
        data: { component: 'db', channels: ['outbox'], value: { id, position: Number(id) }, about: { key: id } },
        causes: [],
      }));
    const twin = {
      without: 'x',
      verdict: 'pass',
      digest: '0',
      partsAt: 0,
      history: rows(['1', '2']),
      entriesCut: 0,
    } as const;
    const failure = sampleFailure({ history: rows(['2', '1']), evidence: [1], slice: [1], twin });
    const raced = await browser.open(
      browser.fileOf(sampleResult([{ ...broken(), failures: [failure] }])),
      '#view=failure&cone=1',
    );
    expect(await raced.page.locator('.turned').innerText()).toMatch(
      /^Turned round: here #0 orders\/2: .*position 2\) comes before #1/,
    );
    expect(await raced.page.locator('#row-0').innerText()).toContain('overtook #1');
    await raced.page.context().close();
  });

  test('without a script, verdict, counts, seed, command and the counterexample stand there', async () => {
    const off = await browser.open(file, '', { javaScriptEnabled: false });
    const text = await off.page.locator('body').innerText();
    for (const words of [
      'Failed',
      '2 variants fail',
      '7',
      'npx eddy run payments --seed 7',
      'crash after ack',
      'needed',
      'npx eddy repro',
      'PaymentRequested p1 delivered from payments',
    ])
      expect(text).toContain(words);
    await off.page.context().close();
  });

  test('poison is shown, whole and inert', async () => {
    const text = `${POISON} \u05e9\u05dc\u05d5\u05dd ${'x'.repeat(1_000_000)} end of it`;
    const failure = sampleFailure({ history: sampleHistory(text), workload: [{ note: text }] });
    const poisoned = await browser.open(
      browser.fileOf(sampleResult([{ ...broken(), failures: [failure] }], { verdict: 'fail', exitCode: 1 })),
      '#view=failure&event=3',
    );
    const { page, troubles, go } = poisoned;
    const shown = await page.locator('.details pre').innerText();
    expect(shown).toContain('</script><img src=x onerror=alert(1)>');
    expect(shown).toContain(`${'x'.repeat(1_000_000)} end of it`);
    expect(shown).toContain('\\u202e');
    expect(await page.locator('.takes pre').innerText()).toContain('end of it');
    for (const tab of ['twin', 'charts', 'table']) await go(`#view=failure&tab=${tab}`);
    expect(await page.locator('img').count()).toBe(0);
    expect(troubles).toEqual([]);
    await page.context().close();
    const strange = await browser.open(browser.fileOf(hostile(POISON)), '#view=failure');
    for (const view of [
      'overview',
      'variant',
      'faults',
      'map',
      'matrix',
      'detection',
      'failure&tab=twin',
      'failure&tab=table',
    ])
      await strange.go(`#view=${view}`);
    expect(await strange.page.locator('img').count()).toBe(0);
    expect(strange.troubles).toEqual([]);
    await strange.page.context().close();
  });
});

async function found({ page }: Opened): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}
